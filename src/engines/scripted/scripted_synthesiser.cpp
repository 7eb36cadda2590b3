#include "engines/scripted/scripted_synthesiser.h"

#include "base/bell.h"
#include "engines/scripted/words.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <deque>
#include <numbers>
#include <optional>

namespace repartee::engines::scripted {

namespace {

// One period of the hum, 200 Hz. A chunk is a whole number of them, so that chunks join without a click.
constexpr std::size_t period = audio::speech_rate / 200;
constexpr double loudness = 0.04;  // of full scale: heard, and not unpleasant

// The longest chunk there is: a character at half speed.
constexpr std::size_t longest_chunk =
    static_cast<std::size_t>(character_duration.count()) * audio::speech_rate / 1000 * 2;

const std::vector<audio::Sample>& hum() {
    static const auto samples = [] {
        std::vector<audio::Sample> wave(longest_chunk);
        for (std::size_t i = 0; i < wave.size(); ++i) {
            auto phase = 2 * std::numbers::pi * static_cast<double>(i % period) / period;
            wave[i] = static_cast<audio::Sample>(std::lround(loudness * 32767 * std::sin(phase)));
        }
        return wave;
    }();
    return samples;
}

std::size_t chunk_samples(double voice_speed) {
    auto speed = std::isfinite(voice_speed) ? std::clamp(voice_speed, 0.5, 2.0) : 1.0;
    return static_cast<std::size_t>(std::lround(longest_chunk / 2 / speed / period)) * period;
}

bool is_silent(unsigned char c) {
    return c < 0x80 && !std::isalnum(c);
}

// The byte after the UTF-8 character at `start`. Stray continuation bytes stick to what precedes them.
std::size_t end_of_character(std::string_view text, std::size_t start) {
    auto end = start + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        ++end;
    }
    return end;
}

class Speech final : public SpeechStream {
public:
    Speech(const ScriptedSettings& settings, Clock& clock, double voice_speed)
        : settings_(settings), clock_(clock), chunk_samples_(chunk_samples(voice_speed)) {
        if (settings_.speed > 0) {
            auto plays = audio::duration_of(chunk_samples_, audio::speech_rate);
            chunk_takes_ = Duration(std::llround(static_cast<double>(plays.count()) / settings_.speed));
        }
    }

    void say(std::string sentence) override {
        if (finished_ || sentence.empty()) {
            return;
        }
        if (sentences_.empty()) {
            auto earliest = clock_.now() + (begun_ ? Duration(0) : Duration(settings_.first_audio));
            due_ = std::max(due_, earliest);
            begun_ = true;
        }
        sentences_.push_back(std::move(sentence));
        bell_.ring();
    }

    void finish() override {
        finished_ = true;
        bell_.ring();
    }

    awaitable<std::optional<SpeechChunk>> next() override {
        while (!over_) {
            over_ = true;  // stays so when a wait is cancelled
            if (!sentences_.empty()) {
                if (due_ > clock_.now()) {
                    co_await clock_.sleep_until(due_);
                }
                due_ += chunk_takes_;
                over_ = false;
                co_return speak_character();
            }
            if (finished_) {
                break;
            }
            co_await bell_.wait();
            over_ = false;
        }
        co_return std::nullopt;
    }

private:
    SpeechChunk speak_character() {
        const auto& sentence = sentences_.front();
        auto silent = is_silent(static_cast<unsigned char>(sentence[place_]));
        place_ = end_of_character(sentence, place_);
        if (place_ == sentence.size()) {
            sentence_begin_ += sentence.size();
            spoken_bytes_ = sentence_begin_;
            place_ = 0;
            sentences_.pop_front();
        } else if (is_space(sentence[place_])) {
            spoken_bytes_ = sentence_begin_ + place_;
        }
        SpeechChunk chunk{.spoken_bytes = spoken_bytes_};
        if (silent) {
            chunk.samples.resize(chunk_samples_);
        } else {
            chunk.samples.assign(hum().begin(), hum().begin() + static_cast<std::ptrdiff_t>(chunk_samples_));
        }
        return chunk;
    }

    const ScriptedSettings& settings_;
    Clock& clock_;
    const std::size_t chunk_samples_;
    Duration chunk_takes_{0};  // to make it, not to play it
    Bell bell_;
    std::deque<std::string> sentences_;  // unbounded, as the contract has it: `say` never blocks
    std::size_t place_ = 0;              // bytes of the first sentence that are spoken
    std::size_t sentence_begin_ = 0;     // bytes of all the sentences before it
    std::size_t spoken_bytes_ = 0;
    TimePoint due_{};  // when the next chunk is there
    bool begun_ = false;
    bool finished_ = false;
    bool over_ = false;
};

}  // namespace

EngineInfo ScriptedSynthesiser::info() const {
    return {.kind = "scripted", .model = "scripted", .place = Place::Embedded};
}

awaitable<Health> ScriptedSynthesiser::check() {
    co_return Health{.usable = true, .reason = "hums as long as speech would last"};
}

SynthesiserCapabilities ScriptedSynthesiser::capabilities() const {
    return {};
}

std::unique_ptr<SpeechStream> ScriptedSynthesiser::start(const SpeechRequest& request) {
    return std::make_unique<Speech>(settings_, clock_, request.voice.speed);
}

}  // namespace repartee::engines::scripted
