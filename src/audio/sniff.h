// Which kind of audio file is this? Asked of the first bytes; names and MIME types lie.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace repartee::audio {

enum class AudioFormat { Wav, WebM, Ogg, Mp4, Mp3, Flac, Unknown };

// How many bytes `sniff` wants to see; with fewer it may not know.
inline constexpr std::size_t sniff_bytes = 12;

AudioFormat sniff(std::span<const std::byte> head);

// For people: "WAV", "WebM" ... ; "unknown".
std::string_view name_of(AudioFormat format);

}  // namespace repartee::audio
