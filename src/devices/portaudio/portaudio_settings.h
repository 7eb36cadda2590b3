// Which microphone, and how it is to be opened. Section [devices.portaudio].
#pragma once

#include "base/fields.h"

#include <cstdint>
#include <string>

namespace repartee::devices::portaudio {

struct PortAudioSettings {
    std::string microphone = {};  // a number, or a part of a name in any case; empty: the system's default
    std::int64_t rate = 0;        // Hz; 0: the device's own
    std::int64_t channels = 0;    // 0: one where that is to be had, else as few as there are
};

void describe(Fields& fields, PortAudioSettings& settings);

}  // namespace repartee::devices::portaudio
