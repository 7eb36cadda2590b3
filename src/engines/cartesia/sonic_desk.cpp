#include "engines/cartesia/sonic_desk.h"

#include "base/together.h"
#include "engines/strand_work.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <map>
#include <random>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines::cartesia {

namespace {

// Cartesia closes a socket that was idle for five minutes.
constexpr Duration socket_idle_limit = 270s;

// For what is under way when the engine is closed. It has been told to end.
constexpr Duration farewell_limit = 1s;

// How often deadlines are looked at. They are seconds.
constexpr Duration glance = 50ms;

// Sound that waits to be fetched, in chunks of a twentieth of a second; while there is more, no further
// sentence is asked for.
constexpr std::size_t most_waiting = 20 * 20;

// So much waits only when Cartesia sends what nobody has asked for: five minutes.
constexpr std::size_t too_much_waiting = 20 * 300;

std::string random_id() {
    std::random_device source;
    return fmt::format("{:08x}{:08x}", source(), source());
}

}  // namespace

struct SonicDesk::Speaking {
    Speaking(SonicReply the_reply) : reply(std::move(the_reply)) {}

    SonicReply reply;
    const std::shared_ptr<Mailbox<SpeechChunk>> outbox = std::make_shared<Mailbox<SpeechChunk>>();
    std::vector<SonicReply::Request> unsent;  // while there is no connection
    std::shared_ptr<Carrier> carrier;
    bool over = false;
};

struct SonicDesk::Carrier {
    std::unique_ptr<net::WebSocket> socket;
    std::deque<std::string> outgoing;  // bounded by what the replies have to say
    Bell news;
    Bell dismissed;
    // Replies own their carrier, not the other way round.
    std::set<std::weak_ptr<Speaking>, std::owner_less<>> speakings;
    std::map<std::string, std::weak_ptr<Speaking>, std::less<>> contexts;
    TimePoint used_at;
    bool retired = false;  // takes no more replies, and goes with the last it has

    void retire() {
        retired = true;
        if (speakings.empty()) {
            dismissed.ring();
        }
    }
    void send(std::string message) {
        outgoing.push_back(std::move(message));
        news.ring();
    }
};

SonicDesk::SonicDesk(CartesiaSettings settings, const Executor& strand, net::HttpClient& http, Clock& clock,
                     Log log)
    : settings_(std::move(settings)),
      provider_(provider_of(settings_)),
      work_(std::make_shared<StrandWork>(strand)),
      clock_(clock),
      log_(std::move(log)),
      url_(sonic_url(settings_)),
      id_(random_id()) {
    auto open = [provider = provider_, headers = headers_of(settings_), patience = settings_.patience, &http,
                 &clock](std::string url) {
        return open_socket(provider, http, clock, std::move(url), headers, patience);
    };
    SparePolicy policy{.count = static_cast<std::size_t>(settings_.spare_connections),
                       .idle_limit = socket_idle_limit,
                       .warm_time = settings_.keep_warm};
    spares_ = std::make_shared<SpareSockets>(work_, clock_, log_, policy, std::move(open));
}

// --- from other strands ---

std::shared_ptr<SonicDesk::Speaking> SonicDesk::begin(const Voice& voice) {
    SonicReply reply(Manner(settings_, voice), rate_of(settings_), fmt::format("{}-{}", id_, ++replies_),
                     settings_.patience);
    return std::make_shared<Speaking>(std::move(reply));
}

Mailbox<SpeechChunk>& SonicDesk::outbox_of(Speaking& speaking) {
    return *speaking.outbox;
}

void SonicDesk::say(std::shared_ptr<Speaking> speaking, std::string sentence) {
    auto take_it = [self = shared_from_this(), speaking = std::move(speaking),
                    sentence = std::move(sentence)] {
        if (speaking->over) {
            return;
        }
        speaking->reply.say(sentence);
        self->speakings_.insert(speaking);
        self->advance(speaking);
        if (!std::exchange(self->watching_, true)) {
            self->work_->start(watch(self));
        }
    };
    asio::post(work_->strand(), std::move(take_it));
}

void SonicDesk::finish(std::shared_ptr<Speaking> speaking) {
    asio::post(work_->strand(), [self = shared_from_this(), speaking = std::move(speaking)] {
        speaking->reply.finish();
        self->advance(speaking);
    });
}

void SonicDesk::abandon(std::shared_ptr<Speaking> speaking) {
    asio::post(work_->strand(),
               [self = shared_from_this(), speaking = std::move(speaking)] { self->leave(speaking); });
}

void SonicDesk::warm() {
    asio::post(work_->strand(), [self = shared_from_this()] { self->spares_->warm(self->url_); });
}

awaitable<void> SonicDesk::close(std::shared_ptr<SonicDesk> self) {
    self->dismiss_all();
    co_await self->work_->until_done(self->clock_, farewell_limit);
}

void SonicDesk::dismiss_all() {
    closed_ = true;
    spares_->close();
    for (const auto& carrier : carriers_) {
        carrier->dismissed.ring();
    }
}

// --- replies, on the desk's strand ---

// Does what follows from what has happened to a reply.
void SonicDesk::advance(const std::shared_ptr<Speaking>& speaking) {
    if (speaking->over) {
        return;
    }
    auto& reply = speaking->reply;
    auto& outbox = *speaking->outbox;
    reply.pump(clock_.now(), outbox.waiting() < most_waiting);
    while (auto chunk = reply.next_chunk()) {
        outbox.put(std::move(*chunk));
    }
    if (outbox.waiting() > too_much_waiting) {
        outbox.fail({ErrorKind::ProviderBroke, "Cartesia would not stop talking.", "sound without end"});
        leave(speaking);
        return;
    }
    auto requests = reply.take_requests();
    std::move(requests.begin(), requests.end(), std::back_inserter(speaking->unsent));
    dispatch(speaking);
    if (reply.failure()) {
        outbox.fail(*reply.failure());
        if (reply.failure()->kind == ErrorKind::ProviderLate) {
            distrust(speaking->carrier);
        }
        leave(speaking);
    } else if (reply.complete()) {
        outbox.close();
        leave(speaking);
    }
}

// Nobody else shall wait on a connection on which nothing moves any more.
void SonicDesk::distrust(const std::shared_ptr<Carrier>& carrier) {
    proof.lose();
    if (carrier) {
        carrier->retire();
    }
}

void SonicDesk::dispatch(const std::shared_ptr<Speaking>& speaking) {
    if (speaking->unsent.empty()) {
        return;
    }
    if (closed_) {
        speaking->outbox->fail({ErrorKind::Unavailable, "Cartesia is not asked any more.", "engine closed"});
        leave(speaking);
        return;
    }
    if (!speaking->carrier) {
        if (auto carrier = carrier_with_room()) {
            attach(speaking, carrier);
        } else {
            if (std::ranges::find(waiting_, speaking) == waiting_.end()) {
                waiting_.push_back(speaking);
            }
            if (!std::exchange(connecting_, true)) {
                work_->start(connect(shared_from_this()));
            }
            return;
        }
    }
    for (auto& request : std::exchange(speaking->unsent, {})) {
        speaking->carrier->contexts.insert_or_assign(std::move(request.context), speaking);
        speaking->carrier->send(std::move(request.message));
    }
}

void SonicDesk::attach(const std::shared_ptr<Speaking>& speaking, const std::shared_ptr<Carrier>& carrier) {
    speaking->carrier = carrier;
    carrier->speakings.insert(speaking);
    speaking->reply.connected(clock_.now());
}

// Safe to call twice.
void SonicDesk::leave(const std::shared_ptr<Speaking>& speaking) {
    speaking->over = true;
    speakings_.erase(speaking);
    std::erase(waiting_, speaking);
    speaking->unsent.clear();
    auto carrier = std::exchange(speaking->carrier, nullptr);
    if (!carrier) {
        return;
    }
    if (auto context = speaking->reply.open_context()) {
        carrier->send(cancel_request(*context));
    }
    std::erase_if(carrier->contexts, [&](const auto& entry) { return entry.second.lock() == speaking; });
    carrier->speakings.erase(speaking);
    carrier->used_at = clock_.now();
    if (carrier->retired) {
        carrier->retire();
    }
}

// Deadlines, second attempts, and room that has become free.
awaitable<void> SonicDesk::watch(std::shared_ptr<SonicDesk> self) {
    while (!self->speakings_.empty()) {
        co_await self->clock_.sleep(glance);
        std::vector<std::shared_ptr<Speaking>> all(self->speakings_.begin(), self->speakings_.end());
        for (const auto& speaking : all) {
            self->advance(speaking);
        }
    }
    self->watching_ = false;
}

// --- connections ---

std::shared_ptr<SonicDesk::Carrier> SonicDesk::carrier_with_room() const {
    for (const auto& carrier : carriers_) {
        if (!carrier->retired && carrier->socket->is_open() &&
            carrier->speakings.size() < static_cast<std::size_t>(settings_.replies_per_connection)) {
            return carrier;
        }
    }
    return nullptr;
}

awaitable<void> SonicDesk::connect(std::shared_ptr<SonicDesk> self) {
    while (!self->waiting_.empty()) {
        std::optional<Error> failure;
        std::unique_ptr<net::WebSocket> socket;
        try {
            socket = co_await self->open_for_those_who_wait();
        } catch (const std::exception&) {
            failure = error_of(std::current_exception());
        }
        auto all = std::exchange(self->waiting_, {});
        if (self->closed_ && !failure) {
            failure = Error{ErrorKind::Unavailable, "Cartesia is not asked any more.", "engine closed"};
        }
        if (failure) {
            self->proof.lose();
            for (const auto& speaking : all) {
                // A refusal here is one of the connection, and it has been tried twice.
                speaking->outbox->fail(*failure);
                self->leave(speaking);
            }
            continue;
        }
        auto carrier = std::make_shared<Carrier>();
        carrier->socket = std::move(socket);
        carrier->used_at = self->clock_.now();
        self->carriers_.insert(carrier);
        self->work_->start(run(self, carrier));
        self->connecting_ = false;
        for (const auto& speaking : all) {
            self->dispatch(speaking);
        }
        if (self->waiting_.empty() || std::exchange(self->connecting_, true)) {
            co_return;  // everybody has one, or another of us sees to it
        }
    }
    self->connecting_ = false;
}

awaitable<std::unique_ptr<net::WebSocket>> SonicDesk::open_for_those_who_wait() {
    std::optional<Duration> pause;
    try {
        co_return co_await spares_->take(url_, SpareSockets::Kind::Any);
    } catch (const Refused& refused) {
        if (!refused.come_back()) {
            throw;
        }
        pause = refused.come_back();
    } catch (const Failure& failure) {
        if (!may_pass(failure.error().kind)) {
            throw;
        }
        pause = Duration(0);
    }
    co_await clock_.sleep(*pause);
    co_return co_await spares_->take(url_, SpareSockets::Kind::Fresh);
}

awaitable<void> SonicDesk::run(std::shared_ptr<SonicDesk> self, std::shared_ptr<Carrier> carrier) {
    Error why{ErrorKind::ProviderBroke, "Cartesia broke off.", "connection dismissed"};
    try {
        auto sending = send_all(carrier);
        auto receiving = self->receive_all(carrier);
        auto idling = self->until_idle(carrier);
        auto dismissal = carrier->dismissed.wait();
        co_await first_of(std::move(sending), std::move(receiving), std::move(idling), std::move(dismissal));
    } catch (const std::exception&) {
        why = error_of(std::current_exception());
    }
    carrier->retired = true;
    self->carriers_.erase(carrier);
    self->settle(carrier, why);
    if (!self->closed_) {
        co_await carrier->socket->close(net::CloseCode::Normal);
    }
}

// Ends by being cancelled: that the peer has gone is for the one to tell who receives.
awaitable<void> SonicDesk::send_all(std::shared_ptr<Carrier> carrier) {
    for (;;) {
        while (carrier->outgoing.empty()) {
            co_await carrier->news.wait();
        }
        auto message = std::move(carrier->outgoing.front());
        carrier->outgoing.pop_front();
        co_await carrier->socket->send_text(std::move(message));
    }
}

awaitable<void> SonicDesk::receive_all(std::shared_ptr<Carrier> carrier) {
    for (;;) {
        auto message = co_await carrier->socket->receive();
        if (!message) {
            throw Failure(
                ErrorKind::ProviderBroke, "Cartesia broke off.",
                fmt::format("connection closed ({})", carrier->socket->close_code().value_or(1006)));
        }
        auto event = read_event(message->data, provider_).value();
        deliver(*carrier, event);
    }
}

void SonicDesk::deliver(Carrier& carrier, const SonicEvent& event) {
    if (event.type == SonicEvent::Type::Error) {
        log_.warning("synthesiser refuses",
                     {{"reason", event.error.message}, {"detail", event.error.detail}});
        // Without a context it is about all of them, and the connection.
        if (event.context.empty()) {
            throw Failure(event.error);
        }
    } else if (event.type == SonicEvent::Type::Chunk) {
        proof.renew(clock_.now());
    }
    if (auto found = carrier.contexts.find(event.context); found != carrier.contexts.end()) {
        if (auto speaking = found->second.lock()) {
            speaking->reply.take(event, clock_.now());
            advance(speaking);
        }
    }
}

// Everybody on it is told.
void SonicDesk::settle(const std::shared_ptr<Carrier>& carrier, const Error& why) {
    auto all = std::exchange(carrier->speakings, {});
    carrier->contexts.clear();
    if (!all.empty()) {
        proof.lose();
        log_.warning("synthesiser connection lost",
                     {{"reason", why.message}, {"detail", why.detail}, {"replies", all.size()}});
    }
    for (const auto& one : all) {
        if (auto speaking = one.lock()) {
            speaking->carrier.reset();
            speaking->unsent.clear();
            speaking->reply.lose_connection(why, clock_.now());
            advance(speaking);
        }
    }
}

awaitable<void> SonicDesk::until_idle(std::shared_ptr<Carrier> carrier) {
    for (;;) {
        bool is_idle = carrier->speakings.empty();
        if (is_idle && clock_.now() >= carrier->used_at + socket_idle_limit) {
            carrier->retired = true;
            co_return;
        }
        co_await clock_.sleep_until(is_idle ? carrier->used_at + socket_idle_limit
                                            : clock_.now() + socket_idle_limit);
    }
}

}  // namespace repartee::engines::cartesia
