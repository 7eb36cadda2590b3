#include "workers/whisper/detector.h"

#include "base/error.h"
#include "models/model_file.h"

#include <fmt/format.h>

#include <whisper.h>

namespace repartee::workers::whisper {

void SpeechDetector::Free::operator()(whisper_vad_context* context) const {
    whisper_vad_free(context);
}

SpeechDetector::SpeechDetector(const std::filesystem::path& file) {
    if (auto model = models::examine(file); model.kind != models::ModelKind::Silero) {
        throw Failure(ErrorKind::Unsupported, fmt::format("{}: it is a {} model, not a detector.",
                                                          file.string(), name_of(model.kind)));
    }
    auto params = whisper_vad_default_context_params();
    params.n_threads = 1;  // the network is too small to share
    params.use_gpu = false;
    context_.reset(whisper_vad_init_from_file_with_params(file.c_str(), params));
    if (!context_) {
        throw Failure(ErrorKind::Unavailable, fmt::format("{} could not be loaded.", file.string()));
    }
    whisper_vad_reset_state(context_.get());
}

SpeechDetector::~SpeechDetector() = default;

std::vector<float> SpeechDetector::push(std::span<const float> sound) {
    waiting_.insert(waiting_.end(), sound.begin(), sound.end());
    auto whole = waiting_.size() / window * window;
    if (whole == 0) {
        return {};
    }
    if (!whisper_vad_detect_speech_no_reset(context_.get(), waiting_.data(), static_cast<int>(whole))) {
        throw Failure(ErrorKind::ProviderBroke, "The detector failed.");
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(whole));
    auto* probabilities = whisper_vad_probs(context_.get());
    return {probabilities, probabilities + whisper_vad_n_probs(context_.get())};
}

void SpeechDetector::forget() {
    waiting_.clear();
    whisper_vad_reset_state(context_.get());
}

DetectorShelf::DetectorShelf(std::filesystem::path file) : file_(std::move(file)) {
    while (idle_.size() < ready) {
        idle_.push_back(std::make_unique<SpeechDetector>(file_));
    }
}

DetectorShelf::Loan DetectorShelf::borrow() {
    {
        std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto detector = std::move(idle_.back());
            idle_.pop_back();
            return {detector.release(), GiveBack{this}};
        }
    }
    return {std::make_unique<SpeechDetector>(file_).release(), GiveBack{this}};
}

void DetectorShelf::GiveBack::operator()(SpeechDetector* detector) const {
    std::unique_ptr<SpeechDetector> returned(detector);
    returned->forget();
    std::lock_guard lock(shelf->mutex_);
    if (shelf->idle_.size() < ready) {
        shelf->idle_.push_back(std::move(returned));
    }
}

}  // namespace repartee::workers::whisper
