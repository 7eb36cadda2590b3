#include "engines/energy/noise_floor.h"

#include <algorithm>

namespace repartee::engines::energy {

void NoiseFloor::push(float level_db, std::chrono::microseconds length) {
    quietest_[0] = std::min(quietest_[0], level_db);
    part_age_ += length;
    if (part_age_ >= part_length_) {
        std::shift_right(quietest_.begin(), quietest_.end(), 1);
        quietest_[0] = level_db;
        part_age_ = std::chrono::microseconds(0);
    }
    const float quietest = *std::min_element(quietest_.begin(), quietest_.end());
    floor_db_ = std::max(quietest + quietest_below_mean_db, quietest_room_db);
}

}  // namespace repartee::engines::energy
