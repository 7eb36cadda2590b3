// One server whose tools are used here: kept in touch with, asked which tools it has, and called. Where it is
// away its tools are, too, until it is back.
//
// Lives on one strand, its home. `call`, `tools` and `state` may come from any.
#pragma once

#include "base/bell.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/task.h"
#include "mcp/client/carrier.h"
#include "mcp/client/dialogue.h"
#include "mcp/client/offered_tools.h"
#include "mcp/client/settings.h"
#include "net/http_client.h"

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace repartee::mcp::client {

// What the house lends to all of them; it outlives them.
struct Surroundings {
    Executor home;
    net::HttpClient& http;
    Clock& clock;
    Log log;
    Metrics& metrics;
};

// For people: /ready, the doctor, the banner.
struct PeerState {
    std::string name;
    std::string where;  // "https://host/mcp", "npx"
    bool reachable = false;
    std::string version = {};             // of the protocol
    std::vector<std::string> tools = {};  // as models know them
    std::vector<LeftOut> left_out = {};
    std::string trouble = {};  // why it is not reachable; empty: it is, or nobody has tried yet
};

class Peer {
public:
    // `changed` is called, on the home strand, whenever there are other tools.
    Peer(const ServerSettings& settings, const Surroundings& around, std::function<void()> changed);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    const ServerSettings& settings() const { return settings_; }

    // --- at home ---

    // Keeps in touch until it is cancelled.
    awaitable<void> run();
    // Once, as `run` does; for who only wants to know. Throws Failure.
    awaitable<void> look();
    // What has gone wrong with that.
    void note(const Error& trouble) { publish(nullptr, trouble.message); }
    // Nothing is under way any more afterwards, and the server knows that we have gone.
    awaitable<void> close();

    // --- from any strand ---

    // Null before the first look, and while it is away.
    std::shared_ptr<const ToolList> tools() const;
    PeerState state() const;
    // Whether it is known by now if it can be reached.
    bool was_tried() const;

    // Throws Failure as Dialogue::call. Cancelling it tells the server, behind the caller's back.
    awaitable<ToolResult> call(std::shared_ptr<const OfferedTool> tool, boost::json::object arguments);

private:
    // A call on its way between two strands. Two owners: who waits for it, and who works on it.
    struct Ticket {
        explicit Ticket(const Executor& callers_strand) : callers(callers_strand) {}
        Executor callers;
        std::shared_ptr<const OfferedTool> tool;
        boost::json::object arguments;
        std::shared_ptr<CallUnderWay> under_way = std::make_shared<CallUnderWay>();
        // On the caller's strand:
        Bell bell;
        std::optional<ToolResult> result;
        std::optional<Error> failure;
        bool over = false;  // at home
    };
    using SharedTicket = std::shared_ptr<Ticket>;

    void take(const SharedTicket& ticket);
    void give_up(const SharedTicket& ticket);
    awaitable<void> serve(SharedTicket ticket);
    awaitable<void> say_that_nobody_waits(SharedTicket ticket);
    awaitable<void> make_sure();
    awaitable<void> keep_listening();
    void settle(const SharedTicket& ticket, std::optional<ToolResult> result, std::optional<Error> failure,
                std::string_view outcome);
    void publish(std::shared_ptr<const ToolList> tools, std::string trouble);

    const ServerSettings settings_;
    const Executor home_;
    Clock& clock_;
    const Log log_;
    Metrics& metrics_;
    const Gauge up_;
    const Gauge tool_count_;
    const Histogram call_seconds_;
    const std::function<void()> changed_;

    // At home:
    Bell news_;
    std::unique_ptr<Carrier> carrier_;
    Dialogue dialogue_;
    struct Work {
        SharedTicket ticket;
        Task serving;
    };
    std::map<const Ticket*, Work> works_;
    std::list<Task> courtesies_;
    Task listening_;
    bool doubtful_ = false;  // it did not answer in time
    bool closed_ = false;
    std::optional<std::chrono::milliseconds> worth_;  // how long the list is

    mutable std::mutex mutex_;
    std::shared_ptr<const ToolList> tools_;
    std::string trouble_;
    std::string version_;
};

}  // namespace repartee::mcp::client
