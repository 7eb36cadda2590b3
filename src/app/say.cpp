#include "app/say.h"

#include "app/core.h"
#include "app/speech_file.h"

#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

awaitable<void> speak(Core& core, SayOptions options) {
    co_await core.hall.synthesiser().check();  // one that has not been asked is not known to work
    auto pcm = co_await synthesise(core, options.text, options.voice);
    if (pcm.samples.empty()) {
        throw Failure(ErrorKind::Unprocessable, "There is nothing to say in that text.");
    }
    if (!options.output.empty()) {
        save_wav(pcm, options.output);
        auto seconds = static_cast<double>(pcm.samples.size()) / pcm.rate;
        std::cout << fmt::format("{} ({:.1f} s)\n", options.output.string(), seconds);
        co_return;
    }
    auto file = std::filesystem::temp_directory_path() / fmt::format("repartee-say-{}.wav", getpid());
    save_wav(pcm, file);
    play_wav(file);
    std::filesystem::remove(file);
}

}  // namespace

int say(const Settings& settings, Parts& parts, const SayOptions& options) {
    Core core(settings, parts, Log(log_options(settings.log)));
    core.run(speak(core, options));
    return 0;
}

}  // namespace repartee::app
