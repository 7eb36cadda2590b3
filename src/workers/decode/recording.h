// Any audio file to mono sound at 16 kHz, with FFmpeg's libraries, while the file still arrives.
//
// For the decode worker's confined process; blocking.
#pragma once

#include "audio/pcm.h"

#include <chrono>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace repartee::workers::decode {

struct Limits {
    std::chrono::milliseconds longest{15 * 60 * 1000};  // of the sound, while it is decoded
    std::size_t file = 128 << 20;                       // bytes
};

// The next bytes of the file; empty at its end.
using Source = std::function<std::string()>;
// Some sound, in order. False: nobody wants more.
using Sink = std::function<bool(std::span<const audio::Sample>)>;

// Throws Failure: Malformed for bytes that are not what they claim, or no sound at all; Unsupported for
// a container or codec that is not taken here; TooLarge past a limit. A file that breaks off is decoded as
// far as it goes, and damage in the middle is skipped.
void decode(const Source& source, const Sink& sink, const Limits& limits);

}  // namespace repartee::workers::decode
