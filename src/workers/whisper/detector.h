// Silero: the probability of a voice in each window of 32 ms. One stream, one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

struct whisper_vad_context;

namespace repartee::workers::whisper {

class SpeechDetector {
public:
    // Throws Failure: what models::examine says, Unsupported for another kind of model, Unavailable.
    explicit SpeechDetector(const std::filesystem::path& file);
    ~SpeechDetector();

    // 16 kHz, -1 to 1, any number at a time. The probabilities of the windows that are full now.
    std::vector<float> push(std::span<const float> sound);

    // What comes next has nothing to do with what came before.
    void forget();

    static constexpr std::size_t window = 512;  // samples

private:
    struct Free {
        void operator()(whisper_vad_context* context) const;
    };
    std::unique_ptr<whisper_vad_context, Free> context_;
    std::vector<float> waiting_;
};

}  // namespace repartee::workers::whisper
