#include "devices/portaudio/portaudio_settings.h"

namespace repartee::devices::portaudio {

void describe(Fields& fields, PortAudioSettings& settings) {
    fields.field("microphone", settings.microphone,
                 {.help = "Which input: its number in `repartee devices`, or a part of its name; empty: the "
                          "system's default.",
                  .environment = "MICROPHONE"});
    fields.field("rate", settings.rate,
                 {.help = "Samples a second it is opened with; 0: its own. It is resampled to what "
                          "recognisers take.",
                  .least = 0,
                  .most = 384'000});
    fields.field("channels", settings.channels,
                 {.help = "Channels it is opened with, of which the mean is heard; 0: as few as it allows.",
                  .least = 0,
                  .most = 64});
}

}  // namespace repartee::devices::portaudio
