// Parakeet, by the library beside whisper.cpp. It neither translates nor takes hints, and finds out by itself
// which of its languages is spoken: it cannot be told.
#include "base/error.h"
#include "models/model_file.h"
#include "workers/whisper/computing.h"
#include "workers/whisper/speech_model.h"
#include "workers/whisper/windows.h"
#include "workers/whisper/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <parakeet.h>

namespace repartee::workers::whisper {

namespace {

constexpr std::size_t shortest_parakeet_sound = PARAKEET_SAMPLE_RATE;

// The library hears all it is given at once: for 7 MB a second of sound, and with a first step that takes 10
// ms a second and cannot be stopped.
constexpr std::size_t longest_parakeet_sound = std::size_t{20} * PARAKEET_SAMPLE_RATE;

constexpr std::string_view english_alone[] = {"en"};
constexpr std::string_view languages_of_europe[] = {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi",
                                                    "fr", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
                                                    "pt", "ro", "ru", "sk", "sl", "sv", "uk"};

struct FreeContext {
    void operator()(parakeet_context* context) const { parakeet_free(context); }
};
struct FreeState {
    void operator()(parakeet_state* state) const { parakeet_free_state(state); }
};
using Context = std::unique_ptr<parakeet_context, FreeContext>;
using State = std::unique_ptr<parakeet_state, FreeState>;

class ParakeetDecoder final : public Decoder {
public:
    ParakeetDecoder(parakeet_context* context, std::span<const std::string_view> languages, int threads)
        : context_(context),
          languages_(languages),
          threads_(threads),
          brake_([this] { state_.reset(parakeet_init_state(context_)); }) {
        if (!state_) {
            throw Failure(ErrorKind::Unavailable, "There is not enough memory to recognise speech.");
        }
    }

    std::optional<Decoding> decode(std::span<const float> sound, const DecodeWishes& wishes,
                                   const std::atomic<bool>& abort) override {
        Decoding decoding{.language = language_for(wishes.language)};
        WordBuilder words(decoding.language);
        Certainty certainty;
        for (std::size_t at = 0; at < sound.size();) {
            auto window = sound.subspan(at);
            window = window.first(first_window(window, longest_parakeet_sound));
            if (!compute(window, abort)) {
                return std::nullopt;
            }
            add_tokens(std::chrono::milliseconds(at * 1000 / PARAKEET_SAMPLE_RATE), words, certainty);
            at += window.size();
        }
        decoding.mean_log_prob = certainty.mean();
        decoding.words = words.finish();
        return decoding;
    }

private:
    class Certainty {
    public:
        void add(float log_probability) {
            sum_ += log_probability;
            ++tokens_;
        }
        float mean() const { return tokens_ == 0 ? 0 : static_cast<float>(sum_ / tokens_); }

    private:
        double sum_ = 0;
        int tokens_ = 0;
    };

    // What is spoken, where there is no choice or it has been said; empty: any of them.
    Language language_for(const Language& wanted) const {
        auto language = primary_subtag(wanted);
        if (language.empty()) {
            return languages_.size() == 1 ? Language(languages_.front()) : Language();
        }
        if (std::ranges::find(languages_, language) == languages_.end()) {
            throw Failure(ErrorKind::Unsupported,
                          fmt::format("This speech model does not know the language '{}'.", wanted),
                          fmt::format("it knows {}", fmt::join(languages_, ", ")));
        }
        return language;
    }

    // False: it was aborted.
    bool compute(std::span<const float> sound, const std::atomic<bool>& abort) {
        padded_.assign(sound.begin(), sound.end());
        padded_.resize(std::max(padded_.size(), shortest_parakeet_sound));
        auto params = parakeet_full_default_params(PARAKEET_SAMPLING_GREEDY);
        params.n_threads = threads_for_now(threads_);
        params.no_context = true;
        // For back ends that have no brake.
        params.abort_callback = [](void* wanted) {
            return static_cast<const std::atomic<bool>*>(wanted)->load();
        };
        params.abort_callback_user_data = const_cast<std::atomic<bool>*>(&abort);
        Brake::Hold hold(brake_, abort);
        auto failed = parakeet_full_with_state(context_, state_.get(), params, padded_.data(),
                                               static_cast<int>(padded_.size()));
        if (abort) {
            return false;
        }
        if (failed != 0) {
            throw Failure(ErrorKind::ProviderBroke, "The speech could not be recognised.",
                          fmt::format("parakeet gave up with {}", failed));
        }
        return true;
    }

    // Of the window that begins at `begin`.
    void add_tokens(std::chrono::milliseconds begin, WordBuilder& words, Certainty& certainty) const {
        // What is as good as impossible; also for what is no number.
        constexpr float least_probability = 1e-10F;
        for (int segment = 0; segment < parakeet_full_n_segments_from_state(state_.get()); ++segment) {
            for (int i = 0; i < parakeet_full_n_tokens_from_state(state_.get(), segment); ++i) {
                auto token = parakeet_full_get_token_data_from_state(state_.get(), segment, i);
                auto text = text_of(token.id);
                auto probability = std::max(least_probability, token.p);
                // In hundredths of a second.
                words.add({.text = text,
                           .start = begin + std::chrono::milliseconds(token.t0 * 10),
                           .end = begin + std::chrono::milliseconds(token.t1 * 10),
                           .probability = probability});
                // Older libraries have the choice of a duration in the logarithm that they give.
                certainty.add(std::log(probability));
            }
        }
    }

    // With a space before it where it begins a word.
    std::string text_of(parakeet_token token) const {
        std::array<char, 1024> text{};
        auto length = parakeet_token_to_text(parakeet_token_to_str(context_, token), false, text.data(),
                                             static_cast<int>(text.size()));
        auto most = static_cast<int>(text.size()) - 1;
        return {text.data(), static_cast<std::size_t>(std::clamp(length, 0, most))};
    }

    parakeet_context* context_;
    const std::span<const std::string_view> languages_;
    const int threads_;
    State state_;
    Brake brake_;
    std::vector<float> padded_;
};

class ParakeetModel final : public SpeechModel {
public:
    ParakeetModel(Context context, std::string name, std::span<const std::string_view> languages)
        : context_(std::move(context)), name_(std::move(name)), languages_(languages) {}

    std::string name() const override { return name_; }
    std::vector<Language> languages() const override { return {languages_.begin(), languages_.end()}; }
    bool translates() const override { return false; }
    std::unique_ptr<Decoder> decoder(int threads) override {
        return std::make_unique<ParakeetDecoder>(context_.get(), languages_, threads);
    }

private:
    Context context_;
    std::string name_;
    std::span<const std::string_view> languages_;
};

}  // namespace

std::unique_ptr<SpeechModel> load_parakeet(const ModelPlace& place, const models::ModelFile& file) {
    auto params = parakeet_context_default_params();
    params.use_gpu = place.card >= 0;
    params.gpu_device = std::max(place.card, 0);
    Context context(parakeet_init_from_file_with_params_no_state(place.file.c_str(), params));
    if (!context) {
        throw Failure(
            ErrorKind::Unavailable,
            fmt::format("{} could not be loaded: the library refuses it, or it needs more memory than "
                        "there is.",
                        place.file.string()));
    }
    auto languages =
        file.multilingual ? std::span<const std::string_view>(languages_of_europe) : english_alone;
    return std::make_unique<ParakeetModel>(std::move(context), place.file.stem().string(), languages);
}

}  // namespace repartee::workers::whisper
