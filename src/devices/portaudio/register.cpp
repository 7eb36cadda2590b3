#include "devices/catalogue.h"
#include "devices/portaudio/portaudio_microphone.h"

namespace repartee::devices::portaudio {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<PortAudioSettings>();
    catalogue.settings.push_back({.name = "portaudio",
                                  .help = "The microphone of this machine, for captions.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.microphones.push_back(
        {.kind = "portaudio",
         .configured = [] { return true; },
         .advice = "",
         .create = [settings](const Surroundings& surroundings) -> std::unique_ptr<Microphone> {
             return std::make_unique<PortAudioMicrophone>(*settings, surroundings.log);
         }});
}

}  // namespace repartee::devices::portaudio
