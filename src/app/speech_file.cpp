#include "app/speech_file.h"

#include "audio/resampler.h"
#include "audio/wav.h"

#include <fmt/format.h>

#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace repartee::app {

namespace {

std::vector<std::byte> bytes_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw Failure(ErrorKind::NotFound, fmt::format("Cannot open '{}'.", path.string()));
    }
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    return {first, first + bytes.size()};
}

// True when the program ran and was content.
bool ran(const char* program, std::vector<const char*> arguments) {
    auto child = fork();
    if (child == 0) {
        arguments.insert(arguments.begin(), program);
        arguments.push_back(nullptr);
        execvp(program, const_cast<char* const*>(arguments.data()));
        _exit(127);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

awaitable<audio::Pcm> load_speech(Core& core, std::filesystem::path file) {
    auto bytes = bytes_of_file(file);
    auto decoder = core.hall.decoder_for(bytes);
    if (!decoder) {
        throw Failure(decoder.error().kind, fmt::format("'{}': {}", file.string(), decoder.error().message));
    }
    auto decoding = (*decoder)->start({});
    decoding->push(bytes);
    decoding->finish();
    audio::Pcm whole;
    while (auto piece = co_await decoding->next()) {
        whole.samples.insert(whole.samples.end(), piece->samples.begin(), piece->samples.end());
    }
    co_return whole;
}

awaitable<audio::Pcm> synthesise(Core& core, std::string text, Voice voice) {
    return synthesise_with(core.hall.synthesiser(), std::move(text), std::move(voice));
}

awaitable<audio::Pcm> synthesise_with(engines::Synthesiser& synthesiser, std::string text, Voice voice) {
    engines::SpeechRequest request{.voice = std::move(voice)};
    auto speech = synthesiser.start(request);
    speech->say(std::move(text));
    speech->finish();
    audio::Pcm whole;
    while (auto chunk = co_await speech->next()) {
        whole.rate = chunk->rate;
        whole.samples.insert(whole.samples.end(), chunk->samples.begin(), chunk->samples.end());
    }
    co_return audio::resample(whole, audio::speech_rate);
}

void save_wav(const audio::Pcm& pcm, const std::filesystem::path& path) {
    std::ofstream file(path, std::ios::binary);
    file << audio::write_wav(pcm);
    file.flush();
    if (!file) {
        throw Failure(ErrorKind::Unavailable, fmt::format("Cannot write '{}'.", path.string()));
    }
}

void play_wav(const std::filesystem::path& file) {
    auto name = file.string();
    bool played = ran("aplay", {"-q", name.c_str()}) || ran("paplay", {name.c_str()}) ||
                  ran("ffplay", {"-nodisp", "-autoexit", "-loglevel", "error", name.c_str()});
    if (!played) {
        throw Failure(ErrorKind::Unavailable,
                      "Nothing here can play sound: no aplay (package alsa-utils), paplay or ffplay worked. "
                      "The reply is in " +
                          name + ".");
    }
}

}  // namespace repartee::app
