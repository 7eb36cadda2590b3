// What a voice is like, from the steps of a stretch of sound, and the axes along which people differ more
// than one person from one sentence to the next. Pure.
#pragma once

#include "engines/cepstral/sound_frames.h"
#include "engines/speaker_embedder.h"

#include <array>
#include <optional>
#include <span>

namespace repartee::engines::cepstral {

// The means of the coefficients, the middle of the pitch and how far it moves.
inline constexpr std::size_t statistics = coefficients + 2;
inline constexpr std::size_t axes = 16;

using VoiceStatistics = std::array<float, statistics>;

// Nothing, where there is hardly a syllable of voice.
std::optional<VoiceStatistics> statistics_of(std::span<const SoundFrame> frames);

// From so many times the spreads on two prints are of two persons.
inline constexpr float apart_from = 1.5F;

// How much of the distances is left where voices stand out of the room by so many dB, in parts of 1.
float distances_in_noise(float loudness);

// `loudness` is how far the voice stands out of the room, in dB: noise makes voices alike.
Voiceprint print_of(std::span<const SoundFrame> frames, float loudness);

}  // namespace repartee::engines::cepstral
