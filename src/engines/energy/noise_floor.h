// How loud a room is when nobody speaks: its quietest moment of the last few seconds.
//
// Speech pauses between syllables, noise does not; so the quietest moment is the noise, also while
// somebody speaks, and a new noise is known for what it is once the memory holds nothing else.
#pragma once

#include <array>
#include <chrono>
#include <limits>

namespace repartee::engines::energy {

class NoiseFloor {
public:
    explicit NoiseFloor(std::chrono::milliseconds memory) : part_length_(memory / parts) {
        quietest_.fill(first_guess_db);
    }

    void push(float level_db, std::chrono::microseconds length);

    float level_db() const { return floor_db_; }

private:
    // The memory forgets in parts, oldest first.
    static constexpr int parts = 8;
    // A recording may begin in the middle of a word, so its first moments may not be taken for
    // noise. Rooms that are louder than this are known as such after one memory.
    static constexpr float first_guess_db = -45;
    // Digital silence is no room; measured against it, its own rounding would be loud.
    static constexpr float quietest_room_db = -70;
    // The quietest moment of a steady noise is below its mean by about this.
    static constexpr float quietest_below_mean_db = 1;

    std::chrono::microseconds part_length_;
    std::chrono::microseconds part_age_{0};
    std::array<float, parts> quietest_;  // of each part; the first is the present one
    float floor_db_ = first_guess_db;
};

}  // namespace repartee::engines::energy
