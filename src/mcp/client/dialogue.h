// What is said with one server, in the order and the words of its era: the handshake where there is one,
// which tools there are, calls of them. Remembers the era and the session. On one strand, that of the
// server's peer.
#pragma once

#include "base/channel.h"
#include "base/clock.h"
#include "base/log.h"
#include "mcp/client/carrier.h"
#include "mcp/client/settings.h"
#include "mcp/tool.h"

#include <boost/json/array.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace repartee::mcp::client {

// All tools of a server as it lists them, and how long that is worth knowing where it says.
struct Listing {
    boost::json::array tools = {};
    std::optional<std::chrono::milliseconds> worth = {};
};

// Whether a call may reach the server twice, where the first attempt came to nothing: a kept connection that
// turns out to be dead is replaced silently, and nobody knows how far the server had got.
enum class Twice { Harmless, Never };

// A call that is under way, for whoever may have to give it up.
struct CallUnderWay {
    std::optional<RequestId> id = {};  // of its request, once that is sent
};

class Dialogue {
public:
    // `news` is called when the server says that its tools have changed, and when a session began anew. All
    // of it outlives the dialogue.
    Dialogue(const Executor& executor, const ServerSettings& settings, Carrier& carrier, Clock& clock,
             Log log, std::function<void()> news);

    // Until requests can be made; at once where they can already. Throws Failure: Unavailable, Unsupported,
    // Unauthenticated, ProviderBroke, ProviderLate.
    awaitable<void> open();

    // It cannot be talked with as it could: what is known of its era and its session may be of no use.
    void begin_anew();

    // Throws Failure, likewise.
    awaitable<Listing> list_tools();

    // Within the settings' time; what tells of its progress may take longer. Throws Failure: Unavailable
    // where the server has no such tool or cannot run it just now, ProviderLate, and as the above.
    awaitable<ToolResult> call(std::string tool, boost::json::object arguments,
                               std::vector<ParameterHeader> headers, Twice twice,
                               std::shared_ptr<CallUnderWay> under_way);
    // Nobody waits for it any more: says so, where closing what carried it does not say it already.
    awaitable<void> give_up(RequestId call);

    // Whether it answers at all.
    awaitable<void> ping();
    // Says what the server says unasked to `news`, until it stops; false where it never says anything.
    awaitable<bool> listen();
    // The session is over. Throws nothing but cancelling.
    awaitable<void> close();

    // "2025-11-25"; empty before anything was agreed upon.
    const std::string& version() const { return version_; }

private:
    // What a request says besides its method.
    struct Question {
        std::string method;
        boost::json::object params = {};
        boost::json::object meta = {};
        net::Headers headers = {};
        Twice twice = Twice::Harmless;
        Heard heard = {};
        std::shared_ptr<CallUnderWay> under_way = {};
    };

    awaitable<void> greet();
    awaitable<void> probe();
    awaitable<void> initialise();
    awaitable<Answer> ask(Question question);
    awaitable<Answer> ask_once(Question question);
    // Throws Failure{ProviderLate} after it.
    awaitable<Answer> ask_within(Duration limit, Question question);
    Envelope envelope() const;
    RequestId next_id() { return ++last_id_; }
    void hear(const Notification& notification);

    const ServerSettings& settings_;
    Carrier& carrier_;
    Clock& clock_;
    const Log log_;
    const std::function<void()> news_;

    std::optional<Era> era_;  // remembered, once it is known
    std::string version_;
    std::string session_;
    bool has_tools_ = true;
    bool tells_of_changes_ = false;
    std::optional<std::uint64_t> greeted_on_;  // the carrier's connection
    // One at a time greets. Holds one value while somebody does.
    Channel<int> greeting_;
    std::int64_t last_id_ = 0;
};

}  // namespace repartee::mcp::client
