#include "surfaces/moments.h"

#include <fmt/format.h>

namespace repartee::surfaces {

std::string moments_json(const Timeline& timeline) {
    // Written by hand: Boost.JSON prints 61.2 as 6.12E1, which nobody wants to read.
    std::string moments;
    auto origin = timeline.origin();
    for (std::size_t i = 0; i < moment_count && origin; ++i) {
        auto moment = static_cast<Moment>(i);
        if (auto when = timeline.at(moment)) {
            moments += fmt::format("{}\"{}\":{:.1f}", moments.empty() ? "" : ",", name_of(moment),
                                   milliseconds_of(*when - *origin));
        }
    }
    return "{" + moments + "}";
}

}  // namespace repartee::surfaces
