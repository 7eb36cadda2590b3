#include "engines/pocketsphinx/schedule.h"

#include <tuple>

namespace repartee::engines::pocketsphinx {

namespace {

// The index of the smallest by `order` among those that `eligible` accepts.
template <class Eligible, class Order>
std::optional<std::size_t> first_by(std::span<const Standing> standings, Eligible eligible, Order order) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < standings.size(); ++i) {
        if (eligible(standings[i]) && (!first || order(standings[i]) < order(standings[*first]))) {
            first = i;
        }
    }
    return first;
}

bool silent_on_the_line(const Standing& one, TimePoint now) {
    return !one.finished && now - one.last_audio >= idle_after;
}

bool is_job(const Standing& one) {
    return one.urgency == Urgency::Job;
}

}  // namespace

std::optional<std::size_t> next_to_serve(std::span<const Standing> standings, TimePoint now) {
    return first_by(
        standings, [](const Standing& one) { return !one.has_decoder && one.has_work; },
        [now](const Standing& one) {
            return std::tuple(silent_on_the_line(one, now), is_job(one), !one.finished, one.since);
        });
}

std::optional<std::size_t> next_to_revoke(std::span<const Standing> standings, const Standing& waiting,
                                          TimePoint now) {
    if (silent_on_the_line(waiting, now)) {
        return std::nullopt;
    }
    auto revocable = [](const Standing& one) {
        return one.has_decoder && !one.giving_back && (!one.finished || is_job(one));
    };
    auto idlest = first_by(
        standings,
        [&](const Standing& one) { return revocable(one) && !one.has_work && silent_on_the_line(one, now); },
        [](const Standing& one) { return one.last_audio; });
    if (idlest || is_job(waiting)) {
        return idlest;
    }
    auto cheapest = [&](bool job) {
        return first_by(
            standings, [&](const Standing& one) { return revocable(one) && is_job(one) == job; },
            [](const Standing& one) { return one.invested; });
    };
    if (auto job = cheapest(true); job || !waiting.finished) {
        return job;
    }
    return cheapest(false);
}

bool must_give_back(const Standing& one) {
    return one.giving_back && (!one.finished || is_job(one));
}

}  // namespace repartee::engines::pocketsphinx
