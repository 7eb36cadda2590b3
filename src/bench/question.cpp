#include "bench/question.h"

#include "audio/resampler.h"
#include "audio/wav.h"
#include "base/error.h"
#include "bench/own_program.h"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace repartee::bench {

namespace {

// Quieter is not speech: -45 dB of full scale.
constexpr int quiet = 180;

std::vector<audio::Sample> without_silence(std::vector<audio::Sample> samples) {
    auto loud = [](audio::Sample sample) { return sample > quiet || sample < -quiet; };
    auto last = std::find_if(samples.rbegin(), samples.rend(), loud).base();
    samples.erase(last, samples.end());
    samples.erase(samples.begin(), std::find_if(samples.begin(), samples.end(), loud));
    return samples;
}

void say(const std::string& text, const std::filesystem::path& file) {
    auto program = own_program();
    std::vector<std::string> words{program, "say", text, "--output", file.string()};
    auto arguments = pointers_to(words);
    std::vector<std::string> settings{"TTS_ENGINE=flite", "LOG_LEVEL=WARNING",
                                      "HOME=" + file.parent_path().string()};
    auto environment = pointers_to(settings);
    posix_spawn_file_actions_t quiet;
    ::posix_spawn_file_actions_init(&quiet);
    ::posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    int status = -1;
    auto error =
        ::posix_spawn(&child, program.c_str(), &quiet, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&quiet);
    if (error != 0 || ::waitpid(child, &status, 0) != child || status != 0) {
        throw Failure(ErrorKind::Unavailable, "The question could not be spoken.");
    }
}

}  // namespace

std::vector<audio::Sample> spoken(const std::string& text) {
    OwnDirectory directory;
    auto path = directory.path() / "question.wav";
    say(text, path);
    std::ifstream file(path, std::ios::binary);
    std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    auto pcm = audio::parse_wav(std::as_bytes(std::span(bytes))).value();
    std::vector<audio::Sample> samples;
    audio::Resampler resampler(pcm.rate, audio::speech_rate);
    resampler.push(pcm.samples, samples);
    resampler.flush(samples);
    return without_silence(std::move(samples));
}

}  // namespace repartee::bench
