// Parakeet, by the library beside whisper.cpp. It neither translates nor is told a language.
#include "base/error.h"
#include "workers/whisper/computing.h"
#include "workers/whisper/speech_model.h"
#include "workers/whisper/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <parakeet.h>

namespace repartee::workers::whisper {

namespace {

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
    ParakeetDecoder(parakeet_context* context, int threads)
        : context_(context),
          threads_(threads),
          brake_([this] { state_.reset(parakeet_init_state(context_)); }) {
        if (!state_) {
            throw Failure(ErrorKind::Unavailable, "There is not enough memory to recognise speech.");
        }
    }

    std::optional<Decoding> decode(std::span<const float> sound, const DecodeWishes&,
                                   const std::atomic<bool>& abort) override {
        constexpr std::size_t shortest_sound = PARAKEET_SAMPLE_RATE;
        padded_.assign(sound.begin(), sound.end());
        padded_.resize(std::max(padded_.size(), shortest_sound));
        auto params = parakeet_full_default_params(PARAKEET_SAMPLING_GREEDY);
        params.n_threads = threads_;
        params.no_context = true;
        Brake::Hold hold(brake_, abort);
        auto failed = parakeet_full_with_state(context_, state_.get(), params, padded_.data(),
                                               static_cast<int>(padded_.size()));
        if (abort) {
            return std::nullopt;
        }
        if (failed != 0) {
            throw Failure(ErrorKind::ProviderBroke, "The speech could not be recognised.",
                          fmt::format("parakeet gave up with {}", failed));
        }
        return result();
    }

private:
    Decoding result() const {
        Decoding decoding;
        WordBuilder words({});
        double sum = 0;
        int tokens = 0;
        for (int segment = 0; segment < parakeet_full_n_segments_from_state(state_.get()); ++segment) {
            for (int i = 0; i < parakeet_full_n_tokens_from_state(state_.get(), segment); ++i) {
                auto token = parakeet_full_get_token_data_from_state(state_.get(), segment, i);
                auto text = text_of(token, tokens == 0);
                words.add({.text = text,
                           .start = std::chrono::milliseconds(token.t0 * 10),
                           .end = std::chrono::milliseconds(token.t1 * 10),
                           .probability = token.p});
                sum += token.plog;
                ++tokens;
            }
        }
        decoding.mean_log_prob = tokens == 0 ? 0 : static_cast<float>(sum / tokens);
        decoding.words = words.finish();
        return decoding;
    }

    // With a space before it where it begins a word.
    std::string text_of(const parakeet_token_data& token, bool is_first) const {
        std::array<char, 256> text{};
        auto length = parakeet_token_to_text(parakeet_token_to_str(context_, token.id), is_first, text.data(),
                                             static_cast<int>(text.size()));
        return {text.data(), static_cast<std::size_t>(std::clamp(length, 0, 255))};
    }

    parakeet_context* context_;
    const int threads_;
    State state_;
    Brake brake_;
    std::vector<float> padded_;
};

class ParakeetModel final : public SpeechModel {
public:
    ParakeetModel(Context context, std::string name) : context_(std::move(context)), name_(std::move(name)) {}

    std::string name() const override { return name_; }
    // Those of the second version; the third has learned twenty-four more and is not told apart here.
    std::vector<Language> languages() const override { return {"en"}; }
    bool translates() const override { return false; }
    std::unique_ptr<Decoder> decoder(int threads) override {
        return std::make_unique<ParakeetDecoder>(context_.get(), threads);
    }

private:
    Context context_;
    std::string name_;
};

}  // namespace

std::unique_ptr<SpeechModel> load_parakeet(const ModelPlace& place) {
    auto params = parakeet_context_default_params();
    params.use_gpu = place.use_gpu;
    Context context(parakeet_init_from_file_with_params_no_state(place.file.c_str(), params));
    if (!context) {
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("{} could not be loaded: it may need more memory than there is.",
                                  place.file.string()));
    }
    return std::make_unique<ParakeetModel>(std::move(context), place.file.stem().string());
}

}  // namespace repartee::workers::whisper
