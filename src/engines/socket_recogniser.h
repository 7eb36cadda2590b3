// A recogniser at the other end of a WebSocket, whoever the provider is: what all of them need besides
// their language (hearing_wire.h).
//
// Each utterance has a socket of its own, mostly one that was opened ahead (spare_sockets.h). All sockets
// live on one strand of the engine; streams live on their callers'. Sound is sent while it is spoken, in
// pieces of some tens of milliseconds. The utterance's sound is kept: where the provider breaks off or is
// busy, all of it is sent once more over a new socket, which costs nobody a word, for only finals count.
// Destroying a stream closes its socket.
#pragma once

#include "base/log.h"
#include "engines/hearing_wire.h"
#include "engines/provider.h"
#include "engines/recogniser.h"
#include "engines/spare_sockets.h"

#include <atomic>
#include <functional>

namespace repartee::engines {

struct SocketRecogniserOptions {
    std::string kind;
    std::string model;
    Provider provider;
    std::vector<Language> languages;           // empty: any
    std::vector<Language> translates_to = {};  // empty: it does not
    Language default_language = {};            // for those who do not say; empty: the provider finds out

    std::function<std::string(const Language&)> url;
    net::Headers headers;
    // With the language that is expected, the default one where nobody has said.
    std::function<std::unique_ptr<HearingWire>(const RecognitionRequest&)> wire;

    Duration patience = 5s;   // for a connection, and for the final behind the end of the sound
    Duration keepalive = 5s;  // without sound, after which the provider is told that we are still there
    // Whether the provider answers every bit of sound with a message, so that its silence says something
    // even while somebody speaks.
    bool acknowledges = false;
    // How many times faster than it was spoken sound may be sent, for recordings; 0: any.
    double pace = 0;
    Duration longest_utterance = 15 * 60s;
    // For the check: whether to say `opening` and `closing`, because a key is looked at only then.
    bool speaks_at_check = false;
    SparePolicy spares;
};

class SocketRecogniser final : public Recogniser {
public:
    // All references outlive the engine and what it has under way; `executor` is its loop.
    SocketRecogniser(SocketRecogniserOptions options, Executor executor, net::HttpClient& http, Clock& clock,
                     const Log& log);
    ~SocketRecogniser() override;

    EngineInfo info() const override;
    awaitable<Health> check() override;
    RecogniserCapabilities capabilities() const override;
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;
    awaitable<void> close() override;

    // What streams, and their work on the engine's strand, share with the engine.
    struct Post;

private:
    awaitable<Health> try_out();

    std::shared_ptr<Post> post_;
};

}  // namespace repartee::engines
