// The sound of `audio-chunk` events, of whatever rate, width and number of channels, as the house passes it
// around: one channel of 16-bit samples. A value with an owner, for one stream; used by the server and by its
// workers.
//
//     SoundReader reader;
//     reader.read(event, samples);    // of `audio-start` and of every `audio-chunk`
//     reader.flush(samples);          // the sound is over
#pragma once

#include "audio/pcm.h"
#include "audio/resampler.h"
#include "wyoming/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::wyoming {

class SoundReader {
public:
    // `rate`: Hz, of what comes out; 0: that of the first sound.
    explicit SoundReader(int rate = 0) : rate_(rate) {}

    // Appends the event's sound to `samples`. An event that does not say what its sound is like is like the
    // one before it. Unsupported for what is no PCM of the protocol's.
    Result<void> read(const Event& event, std::vector<audio::Sample>& samples);

    // Appends what has been kept back, which has to do with the conversion of rates. What is read afterwards
    // is a new sound at the same rate.
    void flush(std::vector<audio::Sample>& samples);

    // Of what comes out; 0 before the first sound.
    int rate() const { return rate_; }

private:
    struct Format {
        std::int64_t rate = 0;      // Hz
        std::int64_t width = 0;     // bytes of a sample
        std::int64_t channels = 0;  // side by side
        bool operator==(const Format&) const = default;
    };

    void mix(std::string_view bytes, std::vector<audio::Sample>& samples);

    int rate_;
    Format format_;
    std::string half_frame_;  // of which the rest has not come yet
    std::optional<audio::Resampler> resampler_;
};

}  // namespace repartee::wyoming
