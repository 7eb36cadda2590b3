// The sound libraries' talk on standard error, where nobody can act on it: what is wrong comes out of their
// functions' results as well.
#pragma once

#include <string_view>

namespace repartee::devices::portaudio {

// Once, before there are threads; more often does nothing. ALSA and JACK can be told to be quiet. PortAudio
// cannot: its remarks are taken out of what C libraries print on `stderr`, line by line, and everything else
// passes. The log and std::cerr do not go that way.
void quieten_sound_libraries();

// Whether PortAudio says this: "Expression '...' failed in 'src/...', line: 1". Pure.
bool is_remark_of_portaudio(std::string_view line);

}  // namespace repartee::devices::portaudio
