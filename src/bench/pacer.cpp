#include "bench/pacer.h"

#include <algorithm>

namespace repartee::bench {

namespace {

// Waking up costs as much as a frame, so what is due within so short a time is done together.
constexpr Duration grain = 250us;

}  // namespace

void Pacer::add(TimePoint first, Chore chore) {
    std::size_t place = chores_.size();
    if (free_.empty()) {
        chores_.push_back(std::move(chore));
    } else {
        place = free_.back();
        free_.pop_back();
        chores_[place] = std::move(chore);
    }
    appointments_.push({first, place});
    set_timer();
}

void Pacer::set_timer() {
    if (appointments_.empty() || appointments_.top().due >= set_for_) {
        return;
    }
    set_for_ = appointments_.top().due;
    timer_.expires_at(set_for_);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            do_what_is_due();
        }
    });
}

void Pacer::do_what_is_due() {
    auto began = std::chrono::steady_clock::now();
    while (!appointments_.empty() && appointments_.top().due <= began) {
        auto [due, place] = appointments_.top();
        appointments_.pop();
        lateness_.add(milliseconds_of(std::chrono::steady_clock::now() - due));
        // A chore may add others, which moves them all: it is taken out while it is done.
        auto chore = std::move(chores_[place]);
        auto next = chore(due);
        if (next == TimePoint::max()) {
            free_.push_back(place);
        } else {
            chores_[place] = std::move(chore);
            appointments_.push({next, place});
        }
    }
    set_for_ = TimePoint::max();
    if (!appointments_.empty()) {
        // Between two rounds the sockets have their turn.
        auto next = std::max(appointments_.top().due, began + grain);
        set_for_ = next;
        timer_.expires_at(next);
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error) {
                do_what_is_due();
            }
        });
    }
}

}  // namespace repartee::bench
