#include "workers/wire.h"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <sys/socket.h>

namespace repartee::workers {

namespace {

wyoming::Event pong(const wyoming::Event& ping) {
    wyoming::Event event{.type = "pong"};
    if (auto text = ping.text("text")) {
        event.data["text"] = *text;
    }
    return event;
}

}  // namespace

std::optional<wyoming::Event> Wire::read() {
    for (;;) {
        auto event = next_event();
        if (event && event->type == "describe" && info_) {
            write(info_());
        } else if (event && event->type == "ping") {
            write(pong(*event));
        } else {
            return event;
        }
    }
}

std::optional<wyoming::Event> Wire::next_event() {
    for (;;) {
        auto next = reader_.next();
        if (!next) {
            throw Failure(next.error());
        }
        if (*next) {
            return std::move(*next);
        }
        auto size = ::recv(descriptor_, incoming_.data(), incoming_.size(), 0);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return std::nullopt;
        }
        reader_.push({incoming_.data(), static_cast<std::size_t>(size)});
    }
}

bool Wire::write(const wyoming::Event& event) {
    auto bytes = wyoming::encode(event);
    std::string_view rest = bytes;
    std::lock_guard lock(writing_);
    while (!rest.empty()) {
        auto size = ::send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            // Half an event is no protocol any more; whoever reads here is to know, too.
            ::shutdown(descriptor_, SHUT_RDWR);
            return false;
        }
        rest.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

void Wire::write_last(const wyoming::Event& event) {
    write(event);
    ::shutdown(descriptor_, SHUT_WR);
}

void Wire::hear_out() {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds moment{1000};
    for (auto until = Clock::now() + moment; Clock::now() < until;) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        pollfd more{descriptor_, POLLIN, 0};
        if (::poll(&more, 1, static_cast<int>(left.count())) <= 0 ||
            ::recv(descriptor_, incoming_.data(), incoming_.size(), 0) <= 0) {
            return;
        }
    }
}

}  // namespace repartee::workers
