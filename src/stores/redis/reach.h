// Whether Redis can be reached, as far as is known, and when to look again. One failure is enough to say no,
// so that the next turn does not wait for it as well; looking again happens behind everybody's back. Pure:
// told the time. Guarded by whoever shares it.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

namespace repartee::stores::redis {

class Reach {
public:
    using Time = std::chrono::steady_clock::time_point;

    bool is_down() const { return is_down_; }
    // Why, in words for the log.
    const std::string& reason() const { return reason_; }

    // True when it could be reached before.
    bool lost(Time now, std::string reason) {
        const bool is_news = !is_down_;
        pause_ = is_news ? first_pause : std::min(pause_ * 2, longest_pause);
        is_down_ = true;
        reason_ = std::move(reason);
        look_again_ = now + pause_;
        return is_news;
    }
    // True when it could not be reached before.
    bool found() {
        const bool is_news = is_down_;
        is_down_ = false;
        return is_news;
    }

    // Only while it is down.
    Time look_again() const { return look_again_; }

    // A server that only kept one command waiting is back before the next turn wants it.
    static constexpr std::chrono::milliseconds first_pause{20};
    // How long at most one that has come back is not used, and how often one that is gone is asked.
    static constexpr std::chrono::milliseconds longest_pause{1'000};

private:
    bool is_down_ = false;
    std::string reason_;
    Time look_again_{};
    std::chrono::milliseconds pause_{0};
};

}  // namespace repartee::stores::redis
