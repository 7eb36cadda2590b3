// A line on a terminal that shows how far something long has come, and how long it will still take.
// Nothing where there is no terminal.
#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace repartee::app {

// "[#####               ]  25 %  0:42 left". Pure.
std::string progress_line(double share, std::optional<std::chrono::seconds> left,
                          std::string_view besides = {});

// "35 of 142 MiB, 3.2 MiB/s": how far a file has come and how fast it comes. Pure.
std::string bytes_in_words(std::int64_t done, std::int64_t all, std::optional<double> per_second);

// How fast something goes at present: over the last few seconds, not since it began. Pure.
class Pace {
public:
    void note(TimePoint now, std::int64_t done);
    // Nothing as long as there is too little to tell from.
    std::optional<double> per_second() const;

private:
    struct Moment {
        TimePoint at;
        std::int64_t done;
    };
    std::deque<Moment> moments_;  // a dozen at most
};

class ProgressBar {
public:
    enum class Of { Milliseconds, Bytes };

    // `out` is standard error.
    explicit ProgressBar(std::ostream& out, Of parts = Of::Milliseconds);
    ~ProgressBar() { clear(); }

    // So much more is to be done; so much of it is.
    void expect(std::int64_t more);
    void done(std::int64_t more);
    // So much in all is done.
    void advance_to(std::int64_t done);
    // Or: so much of so much was done before it begins here, at another pace.
    void begin(std::int64_t done, std::int64_t all);

    // Makes the line free for something else; it comes back with the next step.
    void clear();

private:
    void show();
    std::string line(TimePoint now) const;

    std::ostream& out_;
    const Of parts_;
    const bool terminal_;
    bool shown_ = false;
    TimePoint shown_at_{};
    TimePoint began_ = std::chrono::steady_clock::now();
    std::int64_t all_ = 0;
    std::int64_t done_ = 0;
    Pace pace_;
};

}  // namespace repartee::app
