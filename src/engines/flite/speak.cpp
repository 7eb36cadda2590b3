#include "engines/flite/speak.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>

extern "C" {
#include <flite/flite.h>
cst_voice* register_cmu_us_slt(const char* directory);
}

namespace repartee::engines::flite {

namespace {

// Samples that flite makes at least before it hands them over: 40 ms. Its own steps round that up.
constexpr int chunk_samples = audio::speech_rate / 25;

// What stands for text that has no sound.
constexpr std::size_t pause_samples = audio::speech_rate / 20;

// Beyond these the voice is no longer understood.
constexpr double slowest = 0.4;
constexpr double fastest = 3.0;
constexpr double lowest = 0.5;
constexpr double highest = 2.0;
constexpr double loudest = 4.0;

// The library keeps one of each voice for the process; registering twice gives the same.
cst_voice* voice() {
    static cst_voice* const slt = [] {
        flite_init();
        return register_cmu_us_slt(nullptr);
    }();
    return slt;
}

struct DeleteUtterance {
    void operator()(cst_utterance* utterance) const { delete_utterance(utterance); }
};
using Utterance = std::unique_ptr<cst_utterance, DeleteUtterance>;

// Within the range, whatever it was; a number that is none counts as natural.
float bounded(double value, double least, double most) {
    return static_cast<float>(std::isnan(value) ? 1 : std::clamp(value, least, most));
}

// Listens to the library for one phrase. Holds back one chunk, because only the one that turns out
// to be the last may say that the whole phrase is spoken.
class Narration {
public:
    Narration(const Phrase& phrase, std::size_t from, float volume, const Listener& listener)
        : phrase_(phrase), spoken_(from), volume_(volume), listener_(listener) {}

    // The callback that the library knows. No exception may pass through its frames.
    static int hear(const cst_wave* wave, int start, int size, int /*last*/,
                    cst_audio_streaming_info* streaming) {
        auto& self = *static_cast<Narration*>(streaming->userdata);
        try {
            return self.take(*wave, start, size, *streaming->utt) ? CST_AUDIO_STREAM_CONT
                                                                  : CST_AUDIO_STREAM_STOP;
        } catch (...) {
            self.exception_ = std::current_exception();
            return CST_AUDIO_STREAM_STOP;
        }
    }

    void finish() {
        if (exception_) {
            std::rethrow_exception(exception_);
        }
        if (stopped_) {
            return;
        }
        if (held_.empty()) {
            held_.assign(pause_samples, 0);
        }
        listener_(held_, phrase_.end);
    }

private:
    struct TokenEnd {
        double seconds;
        std::size_t position;  // bytes of the phrase's text
    };

    bool take(const cst_wave& wave, int start, int size, const cst_utterance& utterance) {
        if (size <= 0) {
            return true;
        }
        if (!held_.empty() && !listener_(held_, spoken_)) {
            stopped_ = true;
            return false;
        }
        if (start == 0) {
            read_times(utterance);
        }
        std::span samples(wave.samples + start, static_cast<std::size_t>(size));
        held_.resize(samples.size());
        std::ranges::transform(samples, held_.begin(), [this](audio::Sample sample) {
            return static_cast<audio::Sample>(std::clamp(std::lround(sample * volume_), -32768L, 32767L));
        });
        spoken_ = spoken_after(static_cast<double>(start + size) / wave.sample_rate);
        return true;
    }

    // When each token of the text will have been spoken: known before the first sample is made.
    void read_times(const cst_utterance& utterance) {
        auto* tokens = utt_relation(const_cast<cst_utterance*>(&utterance), "Token");
        for (const auto* token = relation_head(tokens); token; token = item_next(token)) {
            const auto* word = item_last_daughter(token);
            const auto* syllables = word ? item_as(word, "SylStructure") : nullptr;
            if (!syllables) {
                continue;
            }
            token_ends_.push_back(
                {.seconds =
                     flite_ffeature_float(syllables, "R:SylStructure.daughtern.daughtern.R:Segment.end"),
                 .position = static_cast<std::size_t>(std::max(0, flite_ffeature_int(token, "file_pos")))});
        }
    }

    std::size_t spoken_after(double seconds) {
        while (next_token_ < token_ends_.size() && token_ends_[next_token_].seconds <= seconds) {
            auto reached = spoken_until(phrase_, token_ends_[next_token_].position, spoken_);
            spoken_ = std::max(spoken_, reached);
            ++next_token_;
        }
        return spoken_;
    }

    const Phrase& phrase_;
    std::size_t spoken_;  // bytes of the sentence at the end of what is held
    float volume_;
    const Listener& listener_;
    std::vector<TokenEnd> token_ends_;
    std::size_t next_token_ = 0;
    std::vector<audio::Sample> held_;
    bool stopped_ = false;
    std::exception_ptr exception_;
};

}  // namespace

void prepare() {
    voice();
}

void speak(const Phrase& phrase, std::size_t from, const Manner& manner, const Listener& listener) {
    Narration narration(phrase, from, bounded(manner.volume, 0, loudest), listener);
    if (!phrase.text.empty()) {
        Utterance utterance(new_utterance());
        utt_set_input_text(utterance.get(), phrase.text.c_str());
        utt_init(utterance.get(), voice());

        auto* streaming = new_audio_streaming_info();
        streaming->min_buffsize = chunk_samples;
        streaming->asc = &Narration::hear;
        streaming->userdata = &narration;
        auto* features = utterance->features;
        feat_set(features, "streaming_info", audio_streaming_info_val(streaming));  // owns it from here on
        feat_set_float(features, "duration_stretch", 1 / bounded(manner.speed, slowest, fastest));
        feat_set_float(features, "f0_shift", bounded(manner.pitch, lowest, highest));
        utt_synth(utterance.get());
    }
    narration.finish();
}

}  // namespace repartee::engines::flite
