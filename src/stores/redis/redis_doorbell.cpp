#include "stores/redis/redis_doorbell.h"

#include "stores/redis/redis_trouble.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::redis {

namespace {

// A connection that has said nothing for so long is asked whether it is still there: nobody else would
// notice.
constexpr auto longest_quiet = std::chrono::seconds(10);

// Between two attempts to listen. Meanwhile servers look for themselves.
constexpr auto pause_between_listenings = std::chrono::milliseconds(1'000);
// Where only a person can help: no rights to the channel, a wrong password.
constexpr auto pause_where_refused = std::chrono::milliseconds(30'000);

int make_wake() {
    const int handle = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (handle < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    return handle;
}

// What a message of a subscription says: ["message", channel, text]. Nothing for what is none.
std::string_view said_in(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 3 ||
        reply.element[0]->type != REDIS_REPLY_STRING || reply.element[2]->type != REDIS_REPLY_STRING ||
        text_of(*reply.element[0]) != "message") {
        return {};
    }
    return text_of(*reply.element[2]);
}

}  // namespace

class RedisDoorbell::Ear final : public Listening {
public:
    Ear(RedisDoorbell& bell, std::list<Listener>::iterator listener) : bell_(bell), listener_(listener) {}
    ~Ear() override { bell_.forget(listener_); }

private:
    RedisDoorbell& bell_;
    std::list<Listener>::iterator listener_;
};

RedisDoorbell::RedisDoorbell(Clerks& clerks, const RedisSettings& settings, Log log)
    : clerks_(clerks),
      settings_(settings),
      log_(std::move(log)),
      channel_(settings.prefix + ":doorbell"),
      wake_(make_wake()) {}

RedisDoorbell::~RedisDoorbell() {
    if (thread_.joinable()) {
        thread_.request_stop();
        const std::uint64_t once = 1;
        [[maybe_unused]] const auto written = ::write(wake_, &once, sizeof once);
        thread_.join();
    }
    ::close(wake_);
}

awaitable<void> RedisDoorbell::ring(std::string what) {
    Clerks::Work work = [channel = channel_, what = std::move(what)](Connection& connection) {
        connection.ask({"PUBLISH", channel, what});
    };
    try {
        co_await clerks_.run(std::move(work));
    } catch (const RedisFailure& failure) {
        log_.debug("the doorbell is silent", {{"reason", failure.error().detail}});
    }
}

std::unique_ptr<Doorbell::Listening> RedisDoorbell::listen(std::string what, std::function<void()> heard) {
    std::scoped_lock lock(mutex_);
    auto listener = listeners_.insert(listeners_.end(), Listener{std::move(what), std::move(heard)});
    if (!thread_.joinable()) {
        // Signals are the business of the program's own threads.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    return std::make_unique<Ear>(*this, listener);
}

void RedisDoorbell::forget(std::list<Listener>::iterator listener) {
    std::scoped_lock lock(mutex_);  // nobody is being told just now
    listeners_.erase(listener);
}

// --- the thread ---

void RedisDoorbell::serve(const std::stop_token& stop) {
    std::unique_ptr<Trust> trust;
    while (!stop.stop_requested()) {
        auto pause_now = pause_between_listenings;
        try {
            if (clerks_.address().tls && !trust) {
                trust =
                    std::make_unique<Trust>(clerks_.address().certificates, settings_.certificate_authority);
            }
            Connection connection(clerks_.address(), trust.get());
            hear_all(connection, stop);
        } catch (const RedisFailure& failure) {
            // The clerks tell of an outage; what only this one may not do, it tells itself.
            const bool is_refused = failure.trouble() == Trouble::Misconfigured;
            pause_now = is_refused ? pause_where_refused : pause_between_listenings;
            auto tell_of = is_refused ? &Log::warning : &Log::debug;
            (log_.*tell_of)("the doorbell is not heard", {{"reason", failure.error().detail}});
        } catch (const std::exception& failure) {
            log_.warning("the doorbell is not heard", {{"reason", failure.what()}});
        }
        pause(pause_now);
    }
}

void RedisDoorbell::hear_all(Connection& connection, const std::stop_token& stop) {
    using Now = std::chrono::steady_clock;
    connection.open(Now::now() + settings_.connect_timeout);
    connection.ask({"SUBSCRIBE", channel_});
    tell({});
    while (!stop.stop_requested()) {
        auto reply = connection.listen(wake_, Now::now() + longest_quiet);
        connection.set_deadline(Now::now() + settings_.connect_timeout);
        if (!reply && !stop.stop_requested()) {
            // The answer, or what came before it: either shows that it is there.
            reply = connection.ask({"PING"});
        }
        if (const auto said = reply ? said_in(*reply) : std::string_view(); !said.empty()) {
            tell(said);
        }
    }
}

void RedisDoorbell::tell(std::string_view what) {
    std::scoped_lock lock(mutex_);
    for (const auto& listener : listeners_) {
        if (what.empty() || listener.what == what) {
            listener.heard();
        }
    }
}

// Ends at once when the thread is to end.
void RedisDoorbell::pause(std::chrono::milliseconds duration) const {
    pollfd watched{.fd = wake_, .events = POLLIN, .revents = 0};
    ::poll(&watched, 1, static_cast<int>(duration.count()));
}

}  // namespace repartee::stores::redis
