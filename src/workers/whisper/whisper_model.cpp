// Whisper, by whisper.cpp.
#include "base/error.h"
#include "workers/whisper/computing.h"
#include "workers/whisper/speech_model.h"
#include "workers/whisper/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <whisper.h>

namespace repartee::workers::whisper {

namespace {

// The library takes no less than a tenth of a second, and models have learned from longer ones.
constexpr std::size_t shortest_sound = WHISPER_SAMPLE_RATE;

// Positions of the encoder for so many samples, and how many more than the sound fills: with none the end of
// it is misheard. Whole multiples of 256, because attention reads up to the next one, and finds there what a
// longer utterance has left in the state.
constexpr std::size_t samples_of_a_position = 320;
constexpr std::size_t spare_positions = 16;
constexpr std::size_t positions_together = 256;

struct FreeContext {
    void operator()(whisper_context* context) const { whisper_free(context); }
};
struct FreeState {
    void operator()(whisper_state* state) const { whisper_free_state(state); }
};
using Context = std::unique_ptr<whisper_context, FreeContext>;
using State = std::unique_ptr<whisper_state, FreeState>;

// The library counts in hundredths of a second, and says -1 where it does not know.
std::chrono::milliseconds time_at(std::int64_t hundredths) {
    return std::chrono::milliseconds(std::max<std::int64_t>(hundredths, 0) * 10);
}

int positions_for(std::size_t samples, int most) {
    auto wanted = samples / samples_of_a_position + spare_positions;
    wanted = (wanted + positions_together - 1) / positions_together * positions_together;
    return std::min(static_cast<int>(wanted), most);
}

class WhisperDecoder final : public Decoder {
public:
    WhisperDecoder(whisper_context* context, int threads)
        : context_(context),
          threads_(threads),
          brake_([this] { state_.reset(whisper_init_state(context_)); }) {
        if (!state_) {
            throw Failure(ErrorKind::Unavailable, "There is not enough memory to recognise speech.");
        }
    }

    std::optional<Decoding> decode(std::span<const float> sound, const DecodeWishes& wishes,
                                   const std::atomic<bool>& abort) override {
        padded_.assign(sound.begin(), sound.end());
        padded_.resize(std::max(padded_.size(), shortest_sound));
        auto params = parameters(wishes, abort);
        Brake::Hold hold(brake_, abort);
        int failed = 0;
        try {
            failed = whisper_full_with_state(context_, state_.get(), params, padded_.data(),
                                             static_cast<int>(padded_.size()));
        } catch (const std::exception& fault) {
            throw Failure(ErrorKind::ProviderBroke, "The speech could not be recognised.", fault.what());
        }
        if (abort) {
            return std::nullopt;
        }
        if (failed != 0) {
            throw Failure(ErrorKind::ProviderBroke, "The speech could not be recognised.",
                          fmt::format("whisper gave up with {}", failed));
        }
        return result();
    }

private:
    whisper_full_params parameters(const DecodeWishes& wishes, const std::atomic<bool>& abort) {
        auto params = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
        params.n_threads = threads_for_now(threads_);
        params.no_context = true;
        params.print_progress = false;
        params.print_timestamps = false;
        params.suppress_nst = true;  // "(laughter)", "♪"
        params.greedy.best_of = 1;
        params.temperature_inc = wishes.thorough ? params.temperature_inc : 0;
        translates_ = wishes.translate && whisper_is_multilingual(context_) != 0;
        params.translate = translates_;
        params.no_timestamps = !wishes.word_times;
        params.token_timestamps = wishes.word_times;
        // More than half a minute is heard window by window, for which the times are needed.
        if (padded_.size() > std::size_t{WHISPER_CHUNK_SIZE} * WHISPER_SAMPLE_RATE) {
            params.no_timestamps = false;
        } else {
            params.single_segment = true;
            params.audio_ctx = positions_for(padded_.size(), whisper_n_audio_ctx(context_));
        }
        // The library reads the chance that nobody spoke behind the prompt's first token, and computes what
        // is there only where that is the last one, too.
        knows_silence_ =
            whisper_is_multilingual(context_) == 0 && !params.no_timestamps && wishes.hints.empty();
        language_ = primary_subtag(wishes.language);
        bool known = !language_.empty() && whisper_lang_id(language_.c_str()) >= 0;
        params.language = whisper_is_multilingual(context_) == 0 ? "en" : known ? language_.c_str() : "auto";
        params.initial_prompt = wishes.hints.empty() ? nullptr : wishes.hints.c_str();
        params.abort_callback = [](void* wanted) {
            return static_cast<const std::atomic<bool>*>(wanted)->load();
        };
        params.abort_callback_user_data = const_cast<std::atomic<bool>*>(&abort);
        return params;
    }

    Decoding result() {
        Decoding decoding;
        decoding.language = whisper_lang_str(whisper_full_lang_id_from_state(state_.get()));
        // English-only models do not translate, and English is left as it is.
        if (translates_ && decoding.language != "en") {
            decoding.translated_to = "en";
        }
        WordBuilder words(written_in(decoding));
        double sum = 0;
        int tokens = 0;
        auto segments = whisper_full_n_segments_from_state(state_.get());
        for (int segment = 0; segment < segments; ++segment) {
            if (knows_silence_) {
                decoding.no_speech =
                    std::max(decoding.no_speech,
                             whisper_full_get_segment_no_speech_prob_from_state(state_.get(), segment));
            }
            for (int i = 0; i < whisper_full_n_tokens_from_state(state_.get(), segment); ++i) {
                auto token = whisper_full_get_token_data_from_state(state_.get(), segment, i);
                if (token.id < whisper_token_eot(context_)) {
                    words.add(
                        {.text = whisper_full_get_token_text_from_state(context_, state_.get(), segment, i),
                         .start = time_at(token.t0),
                         .end = time_at(token.t1),
                         .probability = token.p});
                    sum += token.plog;
                    ++tokens;
                }
            }
        }
        decoding.mean_log_prob = tokens == 0 ? 0 : static_cast<float>(sum / tokens);
        decoding.words = words.finish();
        return decoding;
    }

    whisper_context* context_;
    const int threads_;
    State state_;
    Brake brake_;
    std::vector<float> padded_;
    std::string language_;  // the library keeps a pointer to it
    bool knows_silence_ = false;
    bool translates_ = false;
};

class WhisperModel final : public SpeechModel {
public:
    WhisperModel(Context context, std::string name) : context_(std::move(context)), name_(std::move(name)) {}

    std::string name() const override { return name_; }
    std::vector<Language> languages() const override {
        if (whisper_is_multilingual(context_.get()) == 0) {
            return {"en"};
        }
        std::vector<Language> languages;
        for (int i = 0; i <= whisper_lang_max_id(); ++i) {
            languages.emplace_back(whisper_lang_str(i));
        }
        return languages;
    }
    bool translates() const override { return whisper_is_multilingual(context_.get()) != 0; }
    std::unique_ptr<Decoder> decoder(int threads) override {
        return std::make_unique<WhisperDecoder>(context_.get(), threads);
    }

private:
    Context context_;
    std::string name_;
};

}  // namespace

std::unique_ptr<SpeechModel> load_whisper(const ModelPlace& place) {
    auto params = whisper_context_default_params();
    params.use_gpu = place.card >= 0;
    params.gpu_device = std::max(place.card, 0);
    Context context(whisper_init_from_file_with_params_no_state(place.file.c_str(), params));
    if (!context) {
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("{} could not be loaded: it may need more memory than there is.",
                                  place.file.string()));
    }
    return std::make_unique<WhisperModel>(std::move(context), place.file.stem().string());
}

}  // namespace repartee::workers::whisper
