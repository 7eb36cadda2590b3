// What has arrived and is still to be done, by name: each once, in order of arrival, however often it is
// told. Pure.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>

namespace repartee::app {

class Intake {
public:
    // `most` wait; of more is only known that there is more.
    explicit Intake(std::size_t most) : most_(most) {}

    // Also while it is being done: then it is done again.
    void arrived(const std::string& name) {
        if (std::ranges::find(waiting_, name) != waiting_.end()) {
            return;
        }
        if (waiting_.size() == most_) {
            overflowed_ = true;
            return;
        }
        waiting_.push_back(name);
    }

    // The next that can be begun: what is being done is not begun a second time.
    std::optional<std::string> begin() {
        auto next =
            std::ranges::find_if(waiting_, [&](const auto& name) { return !at_work_.contains(name); });
        if (next == waiting_.end()) {
            return std::nullopt;
        }
        auto name = std::move(*next);
        waiting_.erase(next);
        at_work_.insert(name);
        return name;
    }
    void done(const std::string& name) { at_work_.erase(name); }

    // Once all that was known is done: whether there was more, which has to be looked for.
    bool wants_a_look() {
        bool wants = overflowed_ && waiting_.empty();
        overflowed_ = overflowed_ && !wants;
        return wants;
    }

    std::size_t unfinished() const { return waiting_.size() + at_work_.size(); }

private:
    const std::size_t most_;
    std::deque<std::string> waiting_;
    std::set<std::string> at_work_;
    bool overflowed_ = false;
};

}  // namespace repartee::app
