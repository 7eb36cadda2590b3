// A line on a terminal that shows how far something long has come, and how long it will still take.
// Nothing where there is no terminal.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

namespace repartee::app {

// "[#####               ]  25 %  0:42 left", of `done` parts of `all` after `spent`. Pure.
std::string progress_line(std::chrono::milliseconds done, std::chrono::milliseconds all,
                          std::chrono::milliseconds spent);

class ProgressBar {
public:
    // `out` is standard error.
    explicit ProgressBar(std::ostream& out);
    ~ProgressBar() { clear(); }

    // So much more is to be done; so much of it is.
    void expect(std::chrono::milliseconds more);
    void done(std::chrono::milliseconds more);

    // Makes the line free for something else; it comes back with the next step.
    void clear();

private:
    void show();

    std::ostream& out_;
    bool shown_ = false;
    bool terminal_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::chrono::milliseconds all_{0};
    std::chrono::milliseconds done_{0};
};

}  // namespace repartee::app
