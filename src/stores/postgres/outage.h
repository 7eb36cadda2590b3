// How long the database has been out of reach, and so whether a piece of work shall try at all. In the first
// moments of an outage everybody tries until their patience is over: most are short. After that the others
// are told at once, and one tries now and then. Pure: told the time. Guarded by whoever shares it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace repartee::stores::postgres {

class Outage {
public:
    using Time = std::chrono::steady_clock::time_point;

    // `grace`: how long everybody tries.
    explicit Outage(std::chrono::milliseconds grace) : grace_(grace) {}

    // True when there was none before. `since`: when it began, as far as is known: whoever has waited for an
    // answer until now has waited for the others, too.
    bool noticed(Time now, Time since) {
        const bool is_news = !since_;
        if (is_news) {
            since_ = since;
        }
        next_try_ = now + pause;
        return is_news;
    }
    // True when there was one.
    bool over() {
        const bool is_news = since_.has_value();
        since_.reset();
        return is_news;
    }

    bool is_on() const { return since_.has_value(); }
    // Whether to try now. Past the grace it says so to one at a time.
    bool admits(Time now) {
        if (!since_ || now < *since_ + grace_) {
            return true;
        }
        if (now < next_try_) {
            return false;
        }
        next_try_ = now + pause;
        return true;
    }
    // Whether one that has failed shall try again.
    bool is_young(Time now) const { return !since_ || now < *since_ + grace_; }

    // At most this long after the database is back nobody has noticed.
    static constexpr std::chrono::milliseconds pause{500};

private:
    const std::chrono::milliseconds grace_;
    std::optional<Time> since_;
    Time next_try_{};
};

}  // namespace repartee::stores::postgres
