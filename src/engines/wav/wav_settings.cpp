#include "engines/wav/wav_settings.h"

namespace repartee::engines::wav {

void describe(Fields& fields, WavSettings& settings) {
    fields.field("longest_recording", settings.longest_recording,
                 {.help = "The longest recording taken, measured as sound; longer ones are refused.",
                  .least = 1'000,
                  .most = 24.0 * 60 * 60 * 1000});
}

}  // namespace repartee::engines::wav
