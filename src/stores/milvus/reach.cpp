#include "stores/milvus/reach.h"

#include <algorithm>

namespace repartee::stores::milvus {

std::optional<Reach::Reason> Reach::closed(TimePoint now) const {
    std::lock_guard lock(mutex_);
    return now < again_at_ ? reason_ : std::nullopt;
}

std::optional<Reach::Reason> Reach::last() const {
    std::lock_guard lock(mutex_);
    return reason_;
}

bool Reach::failed(TimePoint now, Reason reason) {
    std::lock_guard lock(mutex_);
    return fail(now, std::move(reason));
}

bool Reach::was_late(TimePoint now, const std::string& detail) {
    std::lock_guard lock(mutex_);
    return ++late_ >= most_late && fail(now, {Trouble::Away, detail});
}

bool Reach::answered() {
    std::lock_guard lock(mutex_);
    late_ = 0;
    return recover();
}

bool Reach::answered_others() {
    std::lock_guard lock(mutex_);
    return late_ < most_late && recover();
}

bool Reach::recover() {
    const bool had_failed = reason_.has_value();
    reason_.reset();
    again_at_ = TimePoint::min();
    pause_ = first_pause;
    return had_failed;
}

bool Reach::fail(TimePoint now, Reason reason) {
    const bool is_news = !reason_;
    const bool is_being_waited_for = now < again_at_;
    reason_ = std::move(reason);
    // Those who were under way already when it failed do not make the pause longer.
    if (!is_being_waited_for) {
        again_at_ = now + pause_;
        pause_ = std::min(2 * pause_, longest_pause);
    }
    return is_news;
}

}  // namespace repartee::stores::milvus
