#include "audio/sniff.h"

#include <cstring>

namespace repartee::audio {
namespace {

bool has(std::span<const std::byte> head, std::size_t at, std::string_view bytes) {
    return head.size() >= at + bytes.size() && std::memcmp(head.data() + at, bytes.data(), bytes.size()) == 0;
}

// A frame of MPEG layer III without a title in front of it: eleven set bits, then a version, the
// layer, a bit rate and a sample rate. Narrow on purpose: headerless PCM may begin with anything.
bool is_mpeg_frame(std::span<const std::byte> head) {
    if (head.size() < 4) {
        return false;
    }
    const auto bits = [&](std::size_t byte, unsigned shift, unsigned mask) {
        return (std::to_integer<unsigned>(head[byte]) >> shift) & mask;
    };
    const bool sync = bits(0, 0, 0xFF) == 0xFF && bits(1, 5, 7) == 7;
    const unsigned bit_rate = bits(2, 4, 15);
    return sync && bits(1, 3, 3) != 1 && bits(1, 1, 3) == 1 && bit_rate != 0 && bit_rate != 15 &&
           bits(2, 2, 3) != 3;
}

}  // namespace

AudioFormat sniff(std::span<const std::byte> head) {
    const bool riff =
        has(head, 0, "RIFF") || has(head, 0, "RIFX") || has(head, 0, "RF64") || has(head, 0, "BW64");
    if (riff && has(head, 8, "WAVE")) {
        return AudioFormat::Wav;
    }
    if (has(head, 0, "\x1A\x45\xDF\xA3")) {
        return AudioFormat::WebM;
    }
    if (has(head, 0, "OggS")) {
        return AudioFormat::Ogg;
    }
    if (has(head, 4, "ftyp")) {
        return AudioFormat::Mp4;
    }
    if (has(head, 0, "fLaC")) {
        return AudioFormat::Flac;
    }
    if (has(head, 0, "ID3") || is_mpeg_frame(head)) {
        return AudioFormat::Mp3;
    }
    return AudioFormat::Unknown;
}

std::string_view name_of(AudioFormat format) {
    switch (format) {
        case AudioFormat::Wav: return "WAV";
        case AudioFormat::WebM: return "WebM";
        case AudioFormat::Ogg: return "Ogg";
        case AudioFormat::Mp4: return "MP4";
        case AudioFormat::Mp3: return "MP3";
        case AudioFormat::Flac: return "FLAC";
        case AudioFormat::Unknown: break;
    }
    return "unknown";
}

}  // namespace repartee::audio
