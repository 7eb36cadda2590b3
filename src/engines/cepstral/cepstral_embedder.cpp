#include "engines/cepstral/cepstral_embedder.h"

#include "engines/cepstral/voice_statistics.h"

#include <algorithm>

namespace repartee::engines::cepstral {

std::vector<Voiceprint> prints_of(std::span<const audio::Sample> sound, std::span<const SoundRange> ranges,
                                  const std::stop_token& stop) {
    auto all = frames_of(sound, stop);
    std::vector<Voiceprint> prints;
    prints.reserve(ranges.size());
    for (const auto& range : ranges) {
        auto end = std::min(range.end / step, all.frames.size());
        auto begin = std::min(range.begin / step, end);
        prints.push_back(print_of(std::span(all.frames).subspan(begin, end - begin), all.loudness));
    }
    return prints;
}

EngineInfo CepstralEmbedder::info() const {
    return {.kind = "cepstral", .model = "spectrum and pitch", .place = Place::Embedded};
}

awaitable<Health> CepstralEmbedder::check() {
    co_return Health{.usable = true, .reason = "built in"};
}

SpeakerTraits CepstralEmbedder::traits() const {
    return {.apart = apart_from, .least_voice = std::chrono::milliseconds(700)};
}

awaitable<std::vector<Voiceprint>> CepstralEmbedder::prints(std::span<const audio::Sample> sound,
                                                            std::vector<SoundRange> ranges) {
    if (ranges.size() > most_ranges) {
        throw Failure(ErrorKind::TooLarge, "So many parts of a sound cannot be looked at at once.",
                      std::to_string(ranges.size()) + " ranges");
    }
    auto work = [sound, &ranges](const std::stop_token& stop) { return prints_of(sound, ranges, stop); };
    auto working = pool_.run(work);
    co_return co_await std::move(working);
}

}  // namespace repartee::engines::cepstral
