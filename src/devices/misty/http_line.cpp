#include "devices/misty/http_line.h"

#include "base/together.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace repartee::devices::misty {

namespace {

// How long a check waits: a robot that is on describes itself in a tenth of that.
constexpr Duration check_limit = 3s;

// A robot's answers are short; its description of itself is the longest.
constexpr std::size_t answer_limit = 256 << 10;  // bytes

}  // namespace

HttpLine::HttpLine(MistySettings settings, net::HttpClient& http, Clock& clock, Log log)
    : settings_(std::move(settings)), http_(http), clock_(clock), log_(std::move(log)) {
    state_ = {.configured = true,
              .reachable = false,
              .name = name_of_robot(settings_),
              .detail = "It has not answered yet."};
}

awaitable<Fate> HttpLine::send(const Command& command, Duration limit) {
    auto begin = clock_.now();
    auto exchanging = exchange("POST", command, limit);
    auto fate = co_await std::move(exchanging);
    auto took = milliseconds_of(clock_.now() - begin);
    if (fate.failure) {
        log_.warning("robot command failed", {{"command", command.path},
                                              {"kind", name_of(fate.failure->kind)},
                                              {"message", fate.failure->message},
                                              {"detail", fate.failure->detail},
                                              {"ms", took}});
    } else {
        log_.debug("robot command taken", {{"command", command.path}, {"ms", took}});
    }
    co_return fate;
}

awaitable<void> HttpLine::check() {
    const Command question{"device"};
    auto asking = exchange("GET", question, check_limit);
    co_await std::move(asking);
}

awaitable<Fate> HttpLine::exchange(std::string method, const Command& command, Duration limit) {
    auto whole_limit = std::chrono::ceil<std::chrono::milliseconds>(limit);
    // A connection for each command: on one that is kept and turns out to be dead the client sends a
    // second time, and a robot that did hear the first would drive twice.
    net::ClientRequest request{.method = std::move(method),
                               .url = url_of(settings_, command.path),
                               .headers = {{"Connection", "close"}},
                               .connect_timeout = std::min(settings_.connect_timeout, whole_limit),
                               .first_byte_timeout = whole_limit,
                               .progress_timeout = whole_limit,
                               .body_limit = answer_limit};
    if (request.method == "POST") {
        request.headers.add("Content-Type", "application/json");
        request.body = boost::json::serialize(command.body);
    }
    auto asking = http_.fetch(std::move(request));
    auto late = too_late(settings_);
    Fate fate;
    try {
        auto reply = co_await with_deadline(clock_, limit, std::move(asking), std::move(late));
        auto verdict = verdict_on(command.path, reply.status, reply.body, settings_);
        fate.taken = verdict.refusal ? Fate::Taken::No : Fate::Taken::Yes;
        fate.failure = std::move(verdict.refusal);
        note(verdict.is_working, verdict.is_working ? std::string() : fate.failure->message);
    } catch (...) {
        auto thrown = error_of(std::current_exception());
        if (thrown.kind == ErrorKind::Cancelled) {
            throw;
        }
        auto error = error_from_client(thrown, settings_);
        // Where nobody answers, nobody has heard anything.
        fate.taken = error.kind == ErrorKind::Unavailable ? Fate::Taken::No : Fate::Taken::Unknown;
        note(false, error.message);
        fate.failure = std::move(error);
    }
    co_return fate;
}

RobotState HttpLine::state() const {
    std::lock_guard lock(mutex_);
    return state_;
}

void HttpLine::note(bool reachable, const std::string& detail) {
    bool is_news = false;
    {
        std::lock_guard lock(mutex_);
        is_news = !std::exchange(asked_, true) || state_.reachable != reachable;
        state_.reachable = reachable;
        state_.detail = detail;
    }
    if (is_news && reachable) {
        log_.info("robot reachable");
    } else if (is_news) {
        log_.warning("robot not reachable", {{"message", detail}});
    }
}

}  // namespace repartee::devices::misty
