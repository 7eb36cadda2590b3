// repartee-whisper: recognises speech for the server with Whisper or Parakeet, and tells voices from noise
// with Silero.
#include "workers/host.h"
#include "workers/memory.h"
#include "workers/whisper/computing.h"
#include "workers/whisper/service.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace {

using namespace repartee;
using namespace repartee::workers::whisper;

struct Options {
    std::string model;
    std::string detector;
    std::string device = "auto";
    int decoders = 0;
    int threads = 0;
    std::size_t memory = 0;  // mebibytes
};

// All cores at work when all decoders are; where nobody said otherwise, more decoders rather than faster ones
// only on machines with many cores: half a dozen threads is what one decoder can use.
DeskOptions desk_options(const Options& options) {
    auto cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    constexpr int useful_threads = 6;
    DeskOptions desk;
    desk.decoders = options.decoders > 0 ? options.decoders : std::max(1, cores / useful_threads);
    desk.threads = options.threads > 0 ? options.threads : std::max(1, cores / desk.decoders);
    return desk;
}

// What may be filled besides the model and its decoders, in bytes: by those who speak, by what is computed
// for them (Parakeet takes 140 MB for its longest window), and by the stacks of the threads that compute.
std::size_t room_for(const Options& options, const DeskOptions& desk) {
    constexpr std::size_t for_speakers = 1024;  // mebibytes, as the others
    constexpr std::size_t for_a_decoder = 256;
    constexpr std::size_t for_a_stack = 8;
    auto decoders = static_cast<std::size_t>(desk.decoders);
    auto room = options.memory > 0 ? options.memory : for_speakers + decoders * for_a_decoder;
    return (room + decoders * static_cast<std::size_t>(desk.threads) * for_a_stack) << 20;
}

// A model recognises speech without a detector, too.
std::unique_ptr<DetectorShelf> detectors_from(const Options& options) {
    try {
        return std::make_unique<DetectorShelf>(options.detector);
    } catch (const Failure& failure) {
        if (options.model.empty()) {
            throw;
        }
        fmt::print(stderr, "no detector: {}\n", failure.error().message);
        return nullptr;
    }
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::unique_ptr<SpeechModel> model;
    std::unique_ptr<Desk> desk;
    std::unique_ptr<DetectorShelf> detectors;
    Service service;
    workers::Engine engine{
        .name = "repartee-whisper",
        .description =
            "Recognises speech with Whisper or Parakeet, for repartee or for any other program that talks "
            "Wyoming.",
        .add_options =
            [&](CLI::App& program) {
                program.add_option("--model", options.model, "The model file: ggml-base.en.bin")
                    ->check(CLI::ExistingFile);
                program.add_option("--detector", options.detector, "The file of the Silero detector");
                program
                    .add_option("--device", options.device,
                                "Where to compute: auto, cpu, gpu, or a kind of card")
                    ->check(CLI::IsMember({"auto", "cpu", "gpu", "cuda", "vulkan"}))
                    ->capture_default_str();
                program.add_option("--decoders", options.decoders, "How many utterances are decoded at once")
                    ->check(CLI::Range(1, 64));
                program.add_option("--threads", options.threads, "Threads of each decoder")
                    ->check(CLI::Range(1, 256));
                program
                    .add_option("--memory", options.memory,
                                "Mebibytes to fill besides the model and its decoders; more ends the program "
                                "(default: 1024, and 256 for each decoder)")
                    ->check(CLI::Range(1, 1'000'000));
            },
        .prepare =
            [&] {
                quiet_libraries();
                load_back_ends();
                if (!options.detector.empty()) {
                    detectors = detectors_from(options);
                    service.detectors = detectors.get();
                }
                if (!options.model.empty()) {
                    service.device = device_for(options.device);
                    model = load({.file = options.model, .card = service.device.card});
                    desk = std::make_unique<Desk>(*model, desk_options(options));
                    service.model = model.get();
                    service.desk = desk.get();
                }
                // What a graphics card's driver takes for itself nobody can foresee.
                if (service.device.card < 0) {
                    workers::fill_no_more_than(room_for(options, desk_options(options)));
                }
            },
        .info = [&] { return info(service); },
        .serve = [&](workers::Wire& wire, wyoming::Event first) { serve(service, wire, std::move(first)); },
        .hosting = workers::Hosting::Threads};
    return workers::host(engine, argc, argv);
}
