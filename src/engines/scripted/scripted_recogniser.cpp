#include "engines/scripted/scripted_recogniser.h"

#include "base/bell.h"
#include "engines/refusing_stream.h"
#include "engines/scripted/words.h"

#include <algorithm>
#include <optional>
#include <span>

namespace repartee::engines::scripted {

namespace {

constexpr std::size_t samples_per_partial = audio::speech_rate / 5;

std::vector<std::size_t> partial_ends(const std::string& text, std::int64_t partials) {
    auto words = word_ends(text);
    auto count = std::min(static_cast<std::size_t>(partials), words.size());
    std::vector<std::size_t> ends;
    for (std::size_t i = 1; i <= count; ++i) {
        ends.push_back(words[i * words.size() / count - 1]);
    }
    return ends;
}

// What is heard.
struct Script {
    const std::string& text;
    const std::vector<std::size_t>& partial_ends;
    Language translated_to = {};
    std::optional<float> confidence = {};
};

class Utterance final : public RecogniserStream {
public:
    Utterance(Script script, Duration final_delay, Clock& clock, RecognitionRequest request)
        : script_(std::move(script)),
          final_delay_(final_delay),
          clock_(clock),
          request_(std::move(request)) {}

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
                co_return transcript(script_.partial_ends[partials_told_++], false);
            }
            over_ = true;  // stays so when the wait is cancelled
            if (finished_at_) {
                if (auto due = *finished_at_ + final_delay_; due > clock_.now()) {
                    co_await clock_.sleep_until(due);
                }
                co_return transcript(samples_heard_ > 0 ? script_.text.size() : 0, true);
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
        const auto all = script_.partial_ends.size();
        return finished_at_ ? all : std::min(all, samples_heard_ / samples_per_partial);
    }

    Transcript transcript(std::size_t bytes, bool is_final) const {
        return {.text = script_.text.substr(0, bytes),
                .is_final = is_final,
                .language = request_.language,
                .translated_to = script_.translated_to,
                .confidence = is_final ? script_.confidence : std::nullopt};
    }

    const Script script_;  // which the engine keeps
    const Duration final_delay_;
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
    : settings_(std::move(settings)),
      partial_ends_(partial_ends(settings_.heard, settings_.partials)),
      translated_partial_ends_(partial_ends(settings_.translation, settings_.partials)),
      clock_(clock) {}

EngineInfo ScriptedRecogniser::info() const {
    return {.kind = "scripted", .model = "scripted", .place = Place::Embedded};
}

awaitable<Health> ScriptedRecogniser::check() {
    co_return Health{.usable = true, .reason = "hears what its settings say"};
}

RecogniserCapabilities ScriptedRecogniser::capabilities() const {
    return {.languages = {},
            .partials = !partial_ends_.empty(),
            .translates_to =
                settings_.translation.empty() ? std::vector<Language>() : std::vector<Language>{"en"}};
}

std::unique_ptr<RecogniserStream> ScriptedRecogniser::start(const RecognitionRequest& request) {
    if (auto can = capabilities(); !translates(can, request)) {
        return std::make_unique<RefusingRecogniserStream>(
            lacks_translation("The scripted recogniser", request));
    }
    auto confidence =
        settings_.confidence > 0 ? std::optional(static_cast<float>(settings_.confidence)) : std::nullopt;
    Script script{.text = settings_.heard, .partial_ends = partial_ends_, .confidence = confidence};
    Script translation{.text = settings_.translation,
                       .partial_ends = translated_partial_ends_,
                       .translated_to = "en",
                       .confidence = confidence};
    return std::make_unique<Utterance>(wants_translation(request) ? translation : script,
                                       settings_.final_delay, clock_, request);
}

}  // namespace repartee::engines::scripted
