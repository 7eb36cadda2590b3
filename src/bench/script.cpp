#include "bench/script.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace repartee::bench {

bool Script::voiced(std::uint64_t number) const {
    if (cycle <= Duration(0)) {
        return false;
    }
    auto moment = due(number % frames_in_cycle());
    return std::ranges::any_of(
        voices, [&](const Voice& voice) { return voice.from <= moment && moment < voice.until; });
}

std::uint64_t Script::frames_in_cycle() const {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(1, cycle / frame_length));
}

std::uint64_t Script::first_frame_of_caller(std::uint64_t number) const {
    if (cycle <= Duration(0)) {
        return 0;
    }
    // Steps of the golden ratio fill a circle evenly, however many there are.
    constexpr double golden = 0.6180339887498949;
    auto place = static_cast<double>(number) * golden;
    auto grain = common_grain(frame_length);
    auto grains = static_cast<double>(cycle / grain);
    auto which = static_cast<std::int64_t>((place - std::floor(place)) * grains);
    return static_cast<std::uint64_t>(which * (grain / frame_length));
}

Duration length_of_frame(std::size_t bytes) {
    constexpr std::int64_t bytes_per_second = 2 * 16'000;
    return Duration(1s) * static_cast<std::int64_t>(bytes) / bytes_per_second;
}

Duration common_grain(Duration frame_length) {
    constexpr Duration frame_of_the_server = 20ms;
    return Duration(std::lcm(frame_length.count(), frame_of_the_server.count()));
}

Duration whole_cycle(Duration wanted, Duration frame_length) {
    auto grain = common_grain(frame_length);
    return (wanted + grain - Duration(1)) / grain * grain;
}

}  // namespace repartee::bench
