// A stop token that can be waited for beside a socket: its handle can be read once somebody has asked to
// stop. One thread follows and waits; whoever asks to stop is another, and is not kept.
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace repartee::stores::postgres {

class StopSignal {
public:
    StopSignal() : handle_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (handle_ < 0) {
            throw std::system_error(errno, std::generic_category(), "eventfd");
        }
    }
    ~StopSignal() {
        ringing_.reset();
        ::close(handle_);
    }
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    // This one from now on, in place of the one before; an empty one never asks.
    void follow(std::stop_token token) {
        ringing_.reset();  // waits for one that is ringing just now
        std::uint64_t rung = 0;
        [[maybe_unused]] const auto emptied = ::read(handle_, &rung, sizeof rung);
        token_ = std::move(token);
        ringing_.emplace(token_, Ring{handle_});
    }
    bool is_on() const { return token_.stop_requested(); }
    int handle() const { return handle_; }

private:
    struct Ring {
        int handle;
        void operator()() const noexcept {
            const std::uint64_t once = 1;
            [[maybe_unused]] const auto written = ::write(handle, &once, sizeof once);
        }
    };

    const int handle_;
    std::stop_token token_;
    std::optional<std::stop_callback<Ring>> ringing_;
};

}  // namespace repartee::stores::postgres
