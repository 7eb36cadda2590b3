#include "workers/whisper/speech_model.h"

#include "models/model_file.h"

#include <fmt/format.h>

namespace repartee::workers::whisper {

std::unique_ptr<SpeechModel> load(const ModelPlace& place) {
    auto file = models::examine(place.file);
    switch (file.kind) {
        case models::ModelKind::Whisper: return load_whisper(place);
        case models::ModelKind::Parakeet: return load_parakeet(place, file);
        default:
            throw Failure(ErrorKind::Unsupported,
                          fmt::format("{}: it is a {} model, which recognises no speech.",
                                      place.file.string(), name_of(file.kind)));
    }
}

}  // namespace repartee::workers::whisper
