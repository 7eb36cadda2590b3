#include "wyoming/sound.h"

#include <fmt/format.h>

#include <utility>

namespace repartee::wyoming {

namespace {

constexpr std::int64_t lowest_rate = 4'000;  // Hz
constexpr std::int64_t highest_rate = 192'000;
constexpr std::int64_t most_channels = 8;
constexpr std::int64_t widest = 4;  // bytes of a sample

// The two highest bytes of one of `width`, or what comes nearest: little-endian and signed, as the protocol
// has them.
int sample_at(const char* bytes, std::size_t width) {
    auto high = static_cast<signed char>(bytes[width - 1]);
    auto low = width == 1 ? 0 : static_cast<unsigned char>(bytes[width - 2]);
    return high * 256 + low;
}

}  // namespace

Result<void> SoundReader::read(const Event& event, std::vector<audio::Sample>& samples) {
    Format format{.rate = event.number("rate").value_or(format_.rate),
                  .width = event.number("width").value_or(format_.width),
                  .channels = event.number("channels").value_or(format_.channels)};
    if (format.rate < lowest_rate || format.rate > highest_rate || format.width < 1 ||
        format.width > widest || format.channels < 1 || format.channels > most_channels) {
        return Error{
            ErrorKind::Unsupported, "The sound is of a kind that is not taken here.",
            fmt::format("{} Hz, {} bytes a sample, {} channels", format.rate, format.width, format.channels)};
    }
    if (format != format_) {
        if (format.rate != format_.rate) {
            flush(samples);
            resampler_.reset();
        }
        half_frame_.clear();
        format_ = format;
        if (rate_ == 0) {
            rate_ = static_cast<int>(format.rate);
        }
    }
    if (event.payload.empty()) {
        return {};
    }
    if (format.rate == rate_) {
        mix(event.payload, samples);
        return {};
    }
    if (!resampler_) {
        resampler_.emplace(static_cast<int>(format.rate), rate_);
    }
    std::vector<audio::Sample> theirs;
    mix(event.payload, theirs);
    resampler_->push(theirs, samples);
    return {};
}

void SoundReader::flush(std::vector<audio::Sample>& samples) {
    half_frame_.clear();
    if (resampler_) {
        resampler_->flush(samples);
    }
}

// Pieces are cut anywhere, in the middle of a sample too.
void SoundReader::mix(std::string_view bytes, std::vector<audio::Sample>& samples) {
    std::string joined;
    if (!half_frame_.empty()) {
        joined = std::exchange(half_frame_, {});
        joined += bytes;
        bytes = joined;
    }
    auto width = static_cast<std::size_t>(format_.width);
    auto channels = static_cast<std::size_t>(format_.channels);
    auto frame = width * channels;
    samples.reserve(samples.size() + bytes.size() / frame);
    for (; bytes.size() >= frame; bytes.remove_prefix(frame)) {
        int sum = 0;
        for (std::size_t channel = 0; channel < channels; ++channel) {
            sum += sample_at(bytes.data() + channel * width, width);
        }
        samples.push_back(static_cast<audio::Sample>(sum / static_cast<int>(channels)));
    }
    half_frame_ = bytes;
}

}  // namespace repartee::wyoming
