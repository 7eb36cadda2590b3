// Where the replies of all streams meet Cartesia's sockets: one strand, few connections, many contexts.
//
// A connection carries the contexts of several replies; one is kept open ahead (spare_sockets.h). What
// comes for a context that nobody waits for any more is dropped here, and goes no further.
#pragma once

#include "base/log.h"
#include "engines/cartesia/cartesia_settings.h"
#include "engines/cartesia/sonic_reply.h"
#include "engines/mailbox.h"
#include "engines/spare_sockets.h"

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace repartee::engines::cartesia {

class SonicDesk : public std::enable_shared_from_this<SonicDesk> {
public:
    // A reply that is being spoken. Two owners: its stream, and the desk as long as it is.
    struct Speaking;

    // References outlive the desk and what it has under way. `strand` is its loop.
    SonicDesk(CartesiaSettings settings, const Executor& strand, net::HttpClient& http, Clock& clock,
              Log log);

    // --- any strand ---

    std::shared_ptr<Speaking> begin(const Voice& voice);
    static Mailbox<SpeechChunk>& outbox_of(Speaking& speaking);
    void say(std::shared_ptr<Speaking> speaking, std::string sentence);
    void finish(std::shared_ptr<Speaking> speaking);
    // Nobody listens any more: Cartesia is told, and nothing more of it is passed on.
    void abandon(std::shared_ptr<Speaking> speaking);
    // Opens a connection for the first who comes.
    void warm();

    // Lets all connections go.
    static awaitable<void> close(std::shared_ptr<SonicDesk> self);

    // On the strand: the same without waiting for the end.
    void dismiss_all();

    const Executor& strand() const { return work_->strand(); }

    Proof proof = {};

private:
    struct Carrier;

    void advance(const std::shared_ptr<Speaking>& speaking);
    void dispatch(const std::shared_ptr<Speaking>& speaking);
    void attach(const std::shared_ptr<Speaking>& speaking, const std::shared_ptr<Carrier>& carrier);
    void leave(const std::shared_ptr<Speaking>& speaking);
    void distrust(const std::shared_ptr<Carrier>& carrier);
    std::shared_ptr<Carrier> carrier_with_room() const;
    void deliver(Carrier& carrier, const SonicEvent& event);
    void settle(const std::shared_ptr<Carrier>& carrier, const Error& why);

    static awaitable<void> connect(std::shared_ptr<SonicDesk> self);
    awaitable<std::unique_ptr<net::WebSocket>> open_for_those_who_wait();
    static awaitable<void> run(std::shared_ptr<SonicDesk> self, std::shared_ptr<Carrier> carrier);
    static awaitable<void> send_all(std::shared_ptr<Carrier> carrier);
    awaitable<void> receive_all(std::shared_ptr<Carrier> carrier);
    awaitable<void> until_idle(std::shared_ptr<Carrier> carrier);
    static awaitable<void> watch(std::shared_ptr<SonicDesk> self);

    const CartesiaSettings settings_;
    const Provider provider_;
    const std::shared_ptr<StrandWork> work_;
    Clock& clock_;
    const Log log_;
    const std::string url_;
    const std::string id_;  // of this desk among all that speak with the same key
    std::shared_ptr<SpareSockets> spares_;

    std::atomic<unsigned> replies_{0};  // that ever began
    std::set<std::shared_ptr<Speaking>> speakings_;
    std::set<std::shared_ptr<Carrier>> carriers_;
    std::deque<std::shared_ptr<Speaking>> waiting_;  // for a connection
    bool connecting_ = false;
    bool watching_ = false;
    bool closed_ = false;
};

}  // namespace repartee::engines::cartesia
