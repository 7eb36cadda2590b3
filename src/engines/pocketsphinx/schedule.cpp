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

}  // namespace

std::optional<std::size_t> next_to_serve(std::span<const Standing> standings) {
    return first_by(
        standings, [](const Standing& one) { return !one.has_decoder && one.has_work; },
        [](const Standing& one) { return std::tuple(!one.finished, one.since); });
}

std::optional<std::size_t> next_to_revoke(std::span<const Standing> standings, const Standing& waiting,
                                          TimePoint now) {
    auto idle = [now](const Standing& one) { return !one.has_work && now - one.last_audio >= idle_after; };
    auto idlest = [&] {
        return first_by(
            standings,
            [&](const Standing& one) { return one.has_decoder && !one.finished && !one.giving_back && idle(one); },
            [](const Standing& one) { return one.last_audio; });
    };
    auto cheapest = [&] {
        return first_by(
            standings, [](const Standing& one) { return one.has_decoder && !one.finished && !one.giving_back; },
            [](const Standing& one) { return one.invested; });
    };
    auto revoked = idlest();
    if (!revoked && waiting.finished) {
        revoked = cheapest();
    }
    return revoked;
}

}  // namespace repartee::engines::pocketsphinx
