#include "app/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <unistd.h>

namespace repartee::app {

namespace {

constexpr std::size_t width = 30;  // columns

}  // namespace

std::string progress_line(std::chrono::milliseconds done, std::chrono::milliseconds all,
                          std::chrono::milliseconds spent) {
    auto share =
        all.count() > 0
            ? std::clamp(static_cast<double>(done.count()) / static_cast<double>(all.count()), 0.0, 1.0)
            : 0.0;
    auto filled = static_cast<std::size_t>(share * width);
    auto line = fmt::format("[{}{}] {:3.0f} %", std::string(filled, '#'), std::string(width - filled, ' '),
                            share * 100);
    // The first moments say nothing about the rest.
    if (share > 0.01 && share < 1) {
        auto left =
            static_cast<std::int64_t>(static_cast<double>(spent.count()) * (1 - share) / share / 1000 + 0.5);
        line += fmt::format("  {}:{:02} left", left / 60, left % 60);
    }
    return line;
}

ProgressBar::ProgressBar(std::ostream& out) : out_(out), terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::expect(std::chrono::milliseconds more) {
    all_ += more;
    show();
}

void ProgressBar::done(std::chrono::milliseconds more) {
    done_ += more;
    show();
}

void ProgressBar::clear() {
    if (shown_) {
        out_ << "\r\x1b[K" << std::flush;
        shown_ = false;
    }
}

void ProgressBar::show() {
    if (terminal_) {
        auto spent =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_);
        out_ << "\r\x1b[K" << progress_line(done_, all_, spent) << std::flush;
        shown_ = true;
    }
}

}  // namespace repartee::app
