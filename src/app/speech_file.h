// Sound files and the loudspeaker, for the commands that take or give sound.
#pragma once

#include "app/core.h"
#include "audio/pcm.h"

#include <filesystem>
#include <string>

namespace repartee::app {

// A recording as 16 kHz mono. Throws Failure with a message that names the file.
awaitable<audio::Pcm> load_speech(Core& core, std::filesystem::path file);

// What the synthesiser in use, or another one, makes of a text, at 16 kHz.
awaitable<audio::Pcm> synthesise(Core& core, std::string text, Voice voice);
awaitable<audio::Pcm> synthesise_with(engines::Synthesiser& synthesiser, std::string text, Voice voice);

void save_wav(const audio::Pcm& pcm, const std::filesystem::path& file);

// Plays through whichever player the machine has (aplay, paplay, ffplay). Throws Failure{Unavailable}
// that says what to install when there is none.
void play_wav(const std::filesystem::path& file);

}  // namespace repartee::app
