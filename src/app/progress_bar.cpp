#include "app/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unistd.h>

namespace repartee::app {

namespace {

constexpr std::size_t bar_columns = 30;

// Often enough to look alive, seldom enough to cost nothing.
constexpr auto showing_interval = 100ms;

// What is looked at to tell the pace: long enough for a network's moods, short enough to notice that it got
// slow. A moment every so often, so that there are few of them.
constexpr auto pace_window = 5s;
constexpr auto pace_interval = 500ms;

// Before that a pace is a guess.
constexpr auto shortest_pace = 400ms;

constexpr double mebibyte = 1 << 20;
constexpr double gibibyte = 1 << 30;

double share_of(std::int64_t done, std::int64_t all) {
    return all > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(all), 0.0, 1.0) : 0.0;
}

std::chrono::seconds rounded(double seconds) {
    return std::chrono::seconds(std::lround(seconds));
}

// By what has been spent on what is done. The first moments say nothing about the rest.
std::optional<std::chrono::seconds> left_by_average(double share, Duration spent) {
    if (share <= 0.01 || share >= 1) {
        return std::nullopt;
    }
    return rounded(std::chrono::duration<double>(spent).count() * (1 - share) / share);
}

}  // namespace

std::string progress_line(double share, std::optional<std::chrono::seconds> left, std::string_view besides) {
    auto filled = static_cast<std::size_t>(share * bar_columns);
    auto line = fmt::format("[{}{}] {:3.0f} %", std::string(filled, '#'),
                            std::string(bar_columns - filled, ' '), share * 100);
    if (!besides.empty()) {
        line += fmt::format("  {}", besides);
    }
    if (left) {
        line += fmt::format("  {}:{:02} left", left->count() / 60, left->count() % 60);
    }
    return line;
}

std::string bytes_in_words(std::int64_t done, std::int64_t all, std::optional<double> per_second) {
    bool large = static_cast<double>(all) >= gibibyte;
    auto unit = large ? gibibyte : mebibyte;
    auto words = fmt::format("{:.{}f} of {:.{}f} {}", static_cast<double>(done) / unit, large ? 2 : 0,
                             static_cast<double>(all) / unit, large ? 2 : 0, large ? "GiB" : "MiB");
    if (per_second) {
        words += fmt::format(", {:.1f} MiB/s", *per_second / mebibyte);
    }
    return words;
}

void Pace::note(TimePoint now, std::int64_t done) {
    if (moments_.size() > 1 && now - moments_[moments_.size() - 2].at < pace_interval) {
        moments_.back() = {now, done};
    } else {
        moments_.push_back({now, done});
    }
    while (moments_.size() > 2 && now - moments_[1].at >= pace_window) {
        moments_.pop_front();
    }
}

std::optional<double> Pace::per_second() const {
    if (moments_.empty() || moments_.back().at - moments_.front().at < shortest_pace) {
        return std::nullopt;
    }
    auto spent = std::chrono::duration<double>(moments_.back().at - moments_.front().at).count();
    return static_cast<double>(moments_.back().done - moments_.front().done) / spent;
}

ProgressBar::ProgressBar(std::ostream& out, Of parts)
    : out_(out), parts_(parts), terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::expect(std::int64_t more) {
    all_ += more;
    show();
}

void ProgressBar::done(std::int64_t more) {
    done_ += more;
    show();
}

void ProgressBar::advance_to(std::int64_t done) {
    done_ = done;
    show();
}

void ProgressBar::begin(std::int64_t done, std::int64_t all) {
    done_ = done;
    all_ = all;
    pace_ = {};
    began_ = std::chrono::steady_clock::now();
    shown_at_ = {};
    show();
}

void ProgressBar::clear() {
    if (shown_) {
        out_ << "\r\x1b[K" << std::flush;
        shown_ = false;
        shown_at_ = {};
    }
}

std::string ProgressBar::line(TimePoint now) const {
    auto share = share_of(done_, all_);
    if (parts_ == Of::Milliseconds) {
        return progress_line(share, left_by_average(share, now - began_));
    }
    auto pace = pace_.per_second();
    bool known = pace && *pace >= 1 && share < 1;
    return progress_line(
        share, known ? std::optional(rounded(static_cast<double>(all_ - done_) / *pace)) : std::nullopt,
        bytes_in_words(done_, all_, pace));
}

void ProgressBar::show() {
    if (!terminal_) {
        return;
    }
    TimePoint now = std::chrono::steady_clock::now();
    pace_.note(now, done_);
    if (now - shown_at_ >= showing_interval || done_ >= all_) {
        out_ << "\r\x1b[K" << line(now) << std::flush;
        shown_ = true;
        shown_at_ = now;
    }
}

}  // namespace repartee::app
