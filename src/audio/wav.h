// WAV files to sound and back: our own parser, because these bytes come from strangers.
//
// Tolerant where real files are: sizes of 0 or 0xFFFFFFFF from those who stream, chunks in any
// order before the sound, missing pad bytes, sound cut off in the middle (what is there counts).
// Strict where files lie: no rate, no channels, blocks of the wrong size. No size that a file
// declares is ever allocated.
#pragma once

#include "audio/pcm.h"
#include "base/error.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace repartee::audio {

// The rates and channels taken; what lies outside is no recording of anybody.
inline constexpr int lowest_rate = 1'000;     // Hz
inline constexpr int highest_rate = 384'000;  // Hz
inline constexpr std::size_t most_channels = 8;

struct WavFormat {
    enum class Encoding { Integer, Float, ALaw, MuLaw };
    Encoding encoding = Encoding::Integer;
    int bytes = 2;  // of one sample of one channel
    int channels = 1;
    int rate = speech_rate;  // Hz
};

// Reads one file as its bytes arrive, any chunking. After an error the reader is done for.
//
// PCM of 8, 16, 24 and 32 bits, floats of 32 and 64 bits, A-law and mu-law, plain or as
// WAVE_FORMAT_EXTENSIBLE, in RIFF or RF64. Channels are mixed into one.
class WavReader {
public:
    // Appends the sound in `bytes` to `samples`, at the file's own rate. Fails with Malformed for
    // what is no WAV, Unsupported for an encoding not listed above.
    Result<void> push(std::span<const std::byte> bytes, std::vector<Sample>& samples);

    // The bytes are over. Fails with Malformed if no sound could be found in them at all; a
    // recording of length zero is a recording.
    Result<void> finish() const;

    // Known from the first sample on, and before.
    const std::optional<WavFormat>& format() const { return format_; }

private:
    enum class State { FileHeader, ChunkHeader, Sizes, Format, Skip, Sound, Done };

    // Takes bytes into head_ until there are `wanted`; false while some are missing.
    bool gather(std::span<const std::byte>& bytes, std::size_t wanted);
    Result<void> read_file_header();
    Result<void> read_chunk_header();
    Result<void> read_format();
    void skip(std::span<const std::byte>& bytes);
    void read_sound(std::span<const std::byte>& bytes, std::vector<Sample>& samples);

    State state_ = State::FileHeader;
    // The header in hand, or the beginning of a frame that was cut in two.
    std::array<std::byte, most_channels * 8> head_{};
    std::size_t gathered_ = 0;
    std::uint64_t left_ = 0;        // bytes of the present chunk
    bool odd_ = false;              // a pad byte may follow it
    std::uint64_t sound_size_ = 0;  // from RF64's ds64 chunk
    std::optional<WavFormat> format_;
};

// A whole file at once.
Result<Pcm> parse_wav(std::span<const std::byte> bytes);

// A file of 16-bit PCM, one channel.
std::string write_wav(const Pcm& pcm);

}  // namespace repartee::audio
