// repartee-espeak: speaks for the server in the languages that its own voice lacks.
#include "workers/espeak/service.h"
#include "workers/espeak/voice.h"
#include "workers/host.h"

int main(int argc, char** argv) {
    using namespace repartee;
    constexpr std::size_t memory = std::size_t{256} << 20;
    wyoming::Event info;  // made once: the voices are read from many files
    workers::Engine engine{.name = "repartee-espeak",
                           .description =
                               "Speaks a hundred languages with eSpeak NG, for repartee or for any "
                               "other program that talks Wyoming.",
                           .prepare =
                               [&] {
                                   workers::espeak::Voice::load();
                                   info = workers::espeak::info();
                               },
                           .info = [&] { return info; },
                           .serve = &workers::espeak::serve,
                           .confinement = {.memory = memory,
                                           .computing_time = std::chrono::seconds(120),
                                           .files = processes::Files::Read}};
    return workers::host(engine, argc, argv);
}
