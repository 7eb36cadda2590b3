// Silero: the probability of a voice in each window of 32 ms.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

struct whisper_vad_context;

namespace repartee::workers::whisper {

// One stream, one thread. Takes tens of milliseconds to make, and 2.6 MB.
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

// Detectors that are lent, so that whoever begins to speak need not wait for one to be made. Any thread;
// outlives its loans.
class DetectorShelf {
public:
    // Makes some at once; throws what SpeechDetector throws.
    explicit DetectorShelf(std::filesystem::path file);

    struct GiveBack {
        DetectorShelf* shelf = nullptr;
        void operator()(SpeechDetector* detector) const;
    };
    using Loan = std::unique_ptr<SpeechDetector, GiveBack>;
    // One that has heard nothing yet.
    Loan borrow();

    // Made at the start, and kept of those that come back: 10 MB.
    static constexpr std::size_t ready = 4;

private:
    const std::filesystem::path file_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<SpeechDetector>> idle_;
};

}  // namespace repartee::workers::whisper
