// Any bytes are a WAV file or an error, the same however they arrive, and never more sound than
// bytes. The first byte says in which steps they come.
#include "audio/wav.h"

#include "audio/sniff.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace audio = repartee::audio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::size_t step = std::size_t{data[0]} + 1;
    const auto file = std::as_bytes(std::span(data, size)).subspan(1);
    audio::sniff(file);
    const auto whole = audio::parse_wav(file);

    audio::WavReader reader;
    std::vector<audio::Sample> samples;
    repartee::Result<void> read;
    for (std::size_t at = 0; at < file.size() && read; at += step) {
        read = reader.push(file.subspan(at, std::min(step, file.size() - at)), samples);
    }
    if (read) {
        read = reader.finish();
    }
    const bool agree =
        whole ? read && whole.value().samples == samples : !read && read.error().kind == whole.error().kind;
    if (!agree || samples.size() > file.size()) {
        std::abort();
    }
    return 0;
}
