#include "engines/scripted/scripted_recogniser.h"

#include "base/bell.h"
#include "engines/scripted/words.h"

#include <algorithm>
#include <optional>
#include <span>

namespace repartee::engines::scripted {

namespace {

constexpr std::size_t samples_per_partial = audio::speech_rate / 5;

std::vector<std::size_t> partial_ends(const ScriptedSettings& settings) {
    auto words = word_ends(settings.heard);
    auto count = std::min(static_cast<std::size_t>(settings.partials), words.size());
    std::vector<std::size_t> ends;
    for (std::size_t i = 1; i <= count; ++i) {
        ends.push_back(words[i * words.size() / count - 1]);
    }
    return ends;
}

class Utterance final : public RecogniserStream {
public:
    Utterance(const ScriptedSettings& settings, const std::vector<std::size_t>& partial_ends, Clock& clock,
              RecognitionRequest request)
        : settings_(settings), partial_ends_(partial_ends), clock_(clock), request_(std::move(request)) {}

    void push(std::span<const audio::Sample> samples) override {
        if (finished_at_) {
            return;
        }
        samples_heard_ += samples.size();
        if (partials_told_ < partials_due()) {
            bell_.ring();
        }
    }

    void finish() override {
        if (!finished_at_) {
            finished_at_ = clock_.now();
            bell_.ring();
        }
    }

    awaitable<std::optional<Transcript>> next() override {
        while (!over_) {
            if (partials_told_ < partials_due()) {
                co_return transcript(partial_ends_[partials_told_++], false);
            }
            over_ = true;  // stays so when the wait is cancelled
            if (finished_at_) {
                if (auto due = *finished_at_ + settings_.final_delay; due > clock_.now()) {
                    co_await clock_.sleep_until(due);
                }
                co_return transcript(samples_heard_ > 0 ? settings_.heard.size() : 0, true);
            }
            co_await bell_.wait();
            over_ = false;
        }
        co_return std::nullopt;
    }

private:
    std::size_t partials_due() const {
        if (!request_.partials || samples_heard_ == 0) {
            return 0;
        }
        return finished_at_ ? partial_ends_.size()
                            : std::min(partial_ends_.size(), samples_heard_ / samples_per_partial);
    }

    Transcript transcript(std::size_t bytes, bool is_final) const {
        return {
            .text = settings_.heard.substr(0, bytes), .is_final = is_final, .language = request_.language};
    }

    const ScriptedSettings& settings_;
    const std::vector<std::size_t>& partial_ends_;
    Clock& clock_;
    const RecognitionRequest request_;
    Bell bell_;
    std::size_t samples_heard_ = 0;
    std::size_t partials_told_ = 0;
    std::optional<TimePoint> finished_at_;
    bool over_ = false;
};

}  // namespace

ScriptedRecogniser::ScriptedRecogniser(ScriptedSettings settings, Clock& clock)
    : settings_(std::move(settings)), partial_ends_(partial_ends(settings_)), clock_(clock) {}

EngineInfo ScriptedRecogniser::info() const {
    return {.kind = "scripted", .model = "scripted", .place = Place::Embedded};
}

awaitable<Health> ScriptedRecogniser::check() {
    co_return Health{.usable = true, .reason = "hears what its settings say"};
}

RecogniserCapabilities ScriptedRecogniser::capabilities() const {
    return {.languages = {}, .partials = !partial_ends_.empty()};
}

std::unique_ptr<RecogniserStream> ScriptedRecogniser::start(const RecognitionRequest& request) {
    return std::make_unique<Utterance>(settings_, partial_ends_, clock_, request);
}

}  // namespace repartee::engines::scripted
