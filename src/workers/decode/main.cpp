// repartee-decode: opens audio files for the server, where it can do no harm.
#include "workers/decode/service.h"
#include "workers/host.h"

int main(int argc, char** argv) {
    using namespace repartee;
    // Enough for a long file and its decoder, and little enough that a bomb goes off in vain.
    constexpr std::size_t memory = std::size_t{512} << 20;
    workers::Engine engine{.name = "repartee-decode",
                           .description = "Decodes audio files (WebM, Ogg, MP4, MP3, FLAC) for repartee.",
                           .prepare = [] {},
                           .info = &workers::decode::info,
                           .serve = &workers::decode::serve,
                           .confinement = {.memory = memory, .computing_time = std::chrono::seconds(600)}};
    return workers::host(engine, argc, argv);
}
