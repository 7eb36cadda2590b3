#include "audio/wav.h"

#include "audio/companding.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

namespace repartee::audio {
namespace {

using Encoding = WavFormat::Encoding;

constexpr std::size_t file_header_bytes = 12;
constexpr std::size_t chunk_header_bytes = 8;
constexpr std::size_t plain_format_bytes = 16;
constexpr std::size_t extensible_format_bytes = 40;
constexpr std::size_t sizes_bytes = 16;  // of ds64, as far as they matter here

// What "until the end of the file" looks like.
constexpr std::uint32_t size_unknown = 0xFFFFFFFF;
constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

// The tail shared by all the sub-formats that are ordinary format tags in disguise.
constexpr std::array<unsigned char, 14> extensible_tail = {0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80,
                                                           0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71};

std::uint64_t little_endian(const std::byte* bytes, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t index = count; index-- > 0;) {
        value = (value << 8) | std::to_integer<std::uint64_t>(bytes[index]);
    }
    return value;
}

std::uint16_t u16(const std::byte* bytes) {
    return static_cast<std::uint16_t>(little_endian(bytes, 2));
}
std::uint32_t u32(const std::byte* bytes) {
    return static_cast<std::uint32_t>(little_endian(bytes, 4));
}

bool is_name(const std::byte* bytes, std::string_view name) {
    return std::memcmp(bytes, name.data(), 4) == 0;
}

Error malformed(std::string message, std::string detail = {}) {
    return {ErrorKind::Malformed, std::move(message), std::move(detail)};
}
Error unsupported(std::string message, std::string detail = {}) {
    return {ErrorKind::Unsupported, std::move(message), std::move(detail)};
}

// One sample of one channel, full scale being 1.
template <Encoding encoding, int bytes>
float decode(const std::byte* at) {
    if constexpr (encoding == Encoding::ALaw) {
        return static_cast<float>(from_a_law(std::to_integer<std::uint8_t>(*at))) / 32768.0f;
    } else if constexpr (encoding == Encoding::MuLaw) {
        return static_cast<float>(from_mu_law(std::to_integer<std::uint8_t>(*at))) / 32768.0f;
    } else if constexpr (encoding == Encoding::Float && bytes == 4) {
        return std::bit_cast<float>(u32(at));
    } else if constexpr (encoding == Encoding::Float) {
        return static_cast<float>(std::bit_cast<double>(little_endian(at, 8)));
    } else if constexpr (bytes == 1) {
        // The one encoding whose silence is not zero.
        return static_cast<float>(std::to_integer<int>(*at) - 128) / 128.0f;
    } else {
        // To the top of 32 bits, so that the sign comes by itself.
        const auto bits = static_cast<std::uint32_t>(little_endian(at, bytes)) << (32 - 8 * bytes);
        return static_cast<float>(static_cast<std::int32_t>(bits)) / 2147483648.0f;
    }
}

Sample to_sample(float value) {
    // The comparison is false for a NaN, which files do contain.
    if (!(std::abs(value) < 1.0f)) {
        return value >= 1.0f ? Sample{32767} : value <= -1.0f ? Sample{-32768} : Sample{0};
    }
    return static_cast<Sample>(std::min(std::lround(value * 32768.0f), 32767L));
}

template <Encoding encoding, int bytes>
void mix_frames(const std::byte* at, std::size_t frames, int channels, Sample* output) {
    for (std::size_t frame = 0; frame < frames; ++frame) {
        float sum = 0;
        for (int channel = 0; channel < channels; ++channel, at += bytes) {
            sum += decode<encoding, bytes>(at);
        }
        output[frame] = to_sample(sum / static_cast<float>(channels));
    }
}

// Appends `frames` frames, mixed into one channel.
void append_frames(const WavFormat& format, const std::byte* at, std::size_t frames,
                   std::vector<Sample>& samples) {
    const std::size_t before = samples.size();
    samples.resize(before + frames);
    Sample* output = samples.data() + before;
    const auto mix = [&]<Encoding encoding, int bytes>() {
        mix_frames<encoding, bytes>(at, frames, format.channels, output);
    };
    switch (format.encoding) {
        case Encoding::ALaw: return mix.operator()<Encoding::ALaw, 1>();
        case Encoding::MuLaw: return mix.operator()<Encoding::MuLaw, 1>();
        case Encoding::Float:
            return format.bytes == 4 ? mix.operator()<Encoding::Float, 4>()
                                     : mix.operator()<Encoding::Float, 8>();
        case Encoding::Integer: break;
    }
    switch (format.bytes) {
        case 1: return mix.operator()<Encoding::Integer, 1>();
        case 2: return mix.operator()<Encoding::Integer, 2>();
        case 3: return mix.operator()<Encoding::Integer, 3>();
        default: return mix.operator()<Encoding::Integer, 4>();
    }
}

Result<Encoding> encoding_of(std::uint16_t tag) {
    switch (tag) {
        case 1: return Encoding::Integer;
        case 3: return Encoding::Float;
        case 6: return Encoding::ALaw;
        case 7: return Encoding::MuLaw;
        default:
            return unsupported("this WAV file is compressed in a way not supported here",
                               "format tag " + std::to_string(tag));
    }
}

bool bits_fit(Encoding encoding, int bits) {
    switch (encoding) {
        case Encoding::Integer: return bits >= 8 && bits <= 32;
        case Encoding::Float: return bits == 32 || bits == 64;
        case Encoding::ALaw:
        case Encoding::MuLaw: return bits == 8;
    }
    return false;
}

void put(std::string& text, std::uint32_t value, int bytes) {
    for (int index = 0; index < bytes; ++index) {
        text += static_cast<char>((value >> (8 * index)) & 0xFF);
    }
}

}  // namespace

Result<void> WavReader::push(std::span<const std::byte> bytes, std::vector<Sample>& samples) {
    while (!bytes.empty()) {
        Result<void> read;
        switch (state_) {
            case State::FileHeader:
                if (gather(bytes, file_header_bytes)) {
                    read = read_file_header();
                }
                break;
            case State::ChunkHeader:
                // The pad byte behind an odd chunk, which not everybody writes.
                if (odd_ && gathered_ == 0 && bytes.front() == std::byte{0}) {
                    bytes = bytes.subspan(1);
                    odd_ = false;
                } else if (gather(bytes, chunk_header_bytes)) {
                    read = read_chunk_header();
                }
                break;
            case State::Sizes:
                if (gather(bytes, sizes_bytes)) {
                    sound_size_ = little_endian(head_.data() + 8, 8);
                    left_ -= sizes_bytes;
                    state_ = State::Skip;
                }
                break;
            case State::Format:
                if (const auto wanted = std::min<std::uint64_t>(left_, extensible_format_bytes);
                    gather(bytes, wanted)) {
                    read = read_format();
                    left_ -= wanted;
                    state_ = State::Skip;
                }
                break;
            case State::Skip: skip(bytes); break;
            case State::Sound: read_sound(bytes, samples); break;
            case State::Done: return {};
        }
        if (!read) {
            return read;
        }
    }
    return {};
}

Result<void> WavReader::finish() const {
    if (state_ == State::Sound || state_ == State::Done) {
        return {};
    }
    return malformed(state_ == State::FileHeader ? "this is not a WAV file: it is too short"
                                                 : "this WAV file ends before its sound begins");
}

bool WavReader::gather(std::span<const std::byte>& bytes, std::size_t wanted) {
    const std::size_t taken = std::min(wanted - gathered_, bytes.size());
    std::copy_n(bytes.begin(), taken, head_.begin() + static_cast<std::ptrdiff_t>(gathered_));
    bytes = bytes.subspan(taken);
    gathered_ += taken;
    if (gathered_ < wanted) {
        return false;
    }
    gathered_ = 0;
    return true;
}

Result<void> WavReader::read_file_header() {
    if (is_name(head_.data(), "RIFX")) {
        return unsupported("big-endian WAV files are not supported");
    }
    const bool riff =
        is_name(head_.data(), "RIFF") || is_name(head_.data(), "RF64") || is_name(head_.data(), "BW64");
    if (!riff || !is_name(head_.data() + 8, "WAVE")) {
        return malformed("this is not a WAV file");
    }
    state_ = State::ChunkHeader;
    return {};
}

Result<void> WavReader::read_chunk_header() {
    const std::uint32_t size = u32(head_.data() + 4);
    left_ = size;
    odd_ = size % 2 == 1;
    state_ = State::Skip;
    if (is_name(head_.data(), "data")) {
        if (!format_) {
            return malformed("this WAV file has sound before it says in which format");
        }
        if (size == 0 || size == size_unknown) {
            left_ = size == size_unknown && sound_size_ > 0 ? sound_size_ : endless;
        }
        state_ = State::Sound;
    } else if (is_name(head_.data(), "fmt ") && !format_) {
        if (size < plain_format_bytes) {
            return malformed("this WAV file's format is cut short",
                             "fmt of " + std::to_string(size) + " bytes");
        }
        state_ = State::Format;
    } else if (is_name(head_.data(), "ds64") && size >= sizes_bytes) {
        state_ = State::Sizes;
    }
    return {};
}

Result<void> WavReader::read_format() {
    std::uint16_t tag = u16(head_.data());
    const int channels = u16(head_.data() + 2);
    const std::uint32_t rate = u32(head_.data() + 4);
    const int block = u16(head_.data() + 12);
    const int bits = u16(head_.data() + 14);
    constexpr std::uint16_t extensible = 0xFFFE;
    if (tag == extensible) {
        if (left_ < extensible_format_bytes) {
            return malformed("this WAV file's format is cut short");
        }
        if (std::memcmp(head_.data() + 26, extensible_tail.data(), extensible_tail.size()) != 0) {
            return unsupported("this WAV file is encoded in a way not supported here", "unknown sub-format");
        }
        tag = u16(head_.data() + 24);
    }
    const auto encoding = encoding_of(tag);
    if (!encoding) {
        return encoding.error();
    }
    if (channels == 0 || rate == 0) {
        return malformed("this WAV file claims to have no channels or no sample rate");
    }
    if (std::cmp_greater(channels, most_channels) || rate < lowest_rate || rate > highest_rate) {
        return unsupported("this WAV file's channels or sample rate are not supported",
                           std::to_string(channels) + " channels, " + std::to_string(rate) + " Hz");
    }
    if (!bits_fit(*encoding, bits)) {
        return unsupported("this WAV file's sample size is not supported", std::to_string(bits) + " bits");
    }
    const int bytes = (bits + 7) / 8;
    if (block != channels * bytes) {
        return malformed("this WAV file contradicts itself about the size of its samples",
                         std::to_string(block) + " bytes for " + std::to_string(channels) + " channels of " +
                             std::to_string(bits) + " bits");
    }
    format_ = WavFormat{
        .encoding = *encoding, .bytes = bytes, .channels = channels, .rate = static_cast<int>(rate)};
    return {};
}

void WavReader::skip(std::span<const std::byte>& bytes) {
    const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    bytes = bytes.subspan(skipped);
    left_ -= skipped;
    if (left_ == 0) {
        state_ = State::ChunkHeader;
    }
}

void WavReader::read_sound(std::span<const std::byte>& bytes, std::vector<Sample>& samples) {
    const auto frame = static_cast<std::size_t>(format_->bytes * format_->channels);
    auto sound = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
    bytes = bytes.subspan(sound.size());
    if (left_ != endless) {
        left_ -= sound.size();
    }
    if (gathered_ > 0 && gather(sound, frame)) {
        append_frames(*format_, head_.data(), 1, samples);
    }
    append_frames(*format_, sound.data(), sound.size() / frame, samples);
    sound = sound.subspan(sound.size() / frame * frame);
    gather(sound, frame);
    // Behind the sound there is nothing to hear: half a frame, titles, pictures.
    if (left_ == 0) {
        state_ = State::Done;
    }
}

Result<Pcm> parse_wav(std::span<const std::byte> bytes) {
    Pcm pcm;
    WavReader reader;
    if (auto read = reader.push(bytes, pcm.samples); !read) {
        return read.error();
    }
    if (auto complete = reader.finish(); !complete) {
        return complete.error();
    }
    pcm.rate = reader.format()->rate;
    return pcm;
}

std::string write_wav(const Pcm& pcm) {
    constexpr std::uint32_t header_bytes = 36;  // behind the size that counts them
    // Readers take the largest size for "until the end".
    const auto bytes = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(pcm.samples.size() * sizeof(Sample), size_unknown - header_bytes));
    const auto rate = static_cast<std::uint32_t>(pcm.rate);
    std::string file;
    file.reserve(header_bytes + 8 + pcm.samples.size() * sizeof(Sample));
    file += "RIFF";
    put(file, header_bytes + bytes, 4);
    file += "WAVEfmt ";
    put(file, plain_format_bytes, 4);
    put(file, 1, 2);  // integers
    put(file, 1, 2);  // channel
    put(file, rate, 4);
    put(file, rate * sizeof(Sample), 4);
    put(file, sizeof(Sample), 2);
    put(file, 8 * sizeof(Sample), 2);
    file += "data";
    put(file, bytes, 4);
    for (const Sample sample : pcm.samples) {
        put(file, static_cast<std::uint16_t>(sample), 2);
    }
    return file;
}

}  // namespace repartee::audio
