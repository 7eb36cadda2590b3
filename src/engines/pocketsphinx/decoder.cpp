#include "engines/pocketsphinx/decoder.h"

#include "audio/level.h"
#include "base/error.h"
#include "engines/pocketsphinx/library.h"
#include "engines/pocketsphinx/words.h"

#include <pocketsphinx.h>
#include <sphinxbase/cmn.h>
#include <sphinxbase/err.h>
#include <sphinxbase/fe.h>
#include <sphinxbase/feat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <ps_lattice.h>
#include <utility>

namespace repartee::engines::pocketsphinx {

namespace {

// The library counts time in frames.
constexpr std::size_t frame_samples = audio::speech_rate / 100;
constexpr std::chrono::milliseconds frame_length{10};

// Hypotheses followed at once. The default is ten times as much; this costs a third less time and
// no accuracy that we could measure.
constexpr const char* most_hypotheses = "3000";

// Of the language model's numbers the library tells a 1024th, weighted (-lw) against those of the sounds.
constexpr float language_step = 1024;
constexpr float language_weight = 6.5F;

static_assert(std::is_same_v<mfcc_t, float>, "a library built for fixed-point numbers");

bool readable(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return file && file.peek() != std::ifstream::traits_type::eof();
}

struct FreeConfiguration {
    void operator()(cmd_ln_t* configuration) const { cmd_ln_free_r(configuration); }
};
struct FreeDecoder {
    void operator()(ps_decoder_t* decoder) const { ps_free(decoder); }
};
struct FreeFrontEnd {
    void operator()(fe_t* front_end) const { fe_free(front_end); }
};

// Says when in a section a frame was heard. The decoder leaves silence out and numbers the rest,
// so the numbers alone do not tell.
class FrameTimes {
public:
    void clear() { steps_.clear(); }

    // `frames` in all, when `samples` in all had been fed.
    void note(std::size_t frames, std::size_t samples) { steps_.push_back({frames, samples}); }

    std::chrono::milliseconds begin_of(std::size_t frame) const {
        auto step = std::ranges::upper_bound(steps_, frame, {}, &Step::frames);
        if (step == steps_.end()) {
            return at(steps_.empty() ? 0 : steps_.back().samples / frame_samples);
        }
        // The step that brought the frame brought its followers too, up to the step's end.
        auto end = step->samples / frame_samples;
        return at(end - std::min(end, step->frames - frame));
    }

private:
    struct Step {
        std::size_t frames;
        std::size_t samples;
    };

    static std::chrono::milliseconds at(std::size_t frame) {
        return frame_length * static_cast<std::int64_t>(frame);
    }

    std::vector<Step> steps_;
};

// How loud the frames of a section were.
class Levels {
public:
    void clear() { counts_ = {}; }

    void note(std::span<const audio::Sample> samples) {
        for (; samples.size() >= frame_samples; samples = samples.subspan(frame_samples)) {
            auto below = std::lround(-audio::decibels(audio::rms(samples.first(frame_samples))));
            ++counts_[static_cast<std::size_t>(std::clamp(below, 0L, static_cast<long>(counts_.size()) - 1))];
        }
    }

    // Decibels between the quiet and the loud tenth.
    float dynamics() const {
        auto frames = std::accumulate(counts_.begin(), counts_.end(), 0);
        return frames == 0 ? 0 : static_cast<float>(below(frames - 1 - frames / 10) - below(frames / 10));
    }

private:
    // Of the frame that so many are louder than: decibels below full scale.
    int below(int louder) const {
        int level = 0;
        for (int seen = counts_[0]; seen <= louder; seen += counts_[static_cast<std::size_t>(level)]) {
            ++level;
        }
        return level;
    }

    std::array<int, 100> counts_{};  // of frames for each decibel below full scale
};

// Ends of words that were thought of, a frame. Nothing where no word came to its end.
float density_of(ps_lattice_t* lattice) {
    if (lattice == nullptr || ps_lattice_n_frames(lattice) == 0) {
        return 0;
    }
    int nodes = 0;
    for (auto* node = ps_latnode_iter(lattice); node; node = ps_latnode_iter_next(node)) {
        ++nodes;
    }
    return static_cast<float>(nodes) / static_cast<float>(ps_lattice_n_frames(lattice));
}

float natural(logmath_t* logarithms, int number) {
    return static_cast<float>(logmath_log_to_ln(logarithms, number));
}

}  // namespace

std::optional<std::string> missing_model(const Settings& settings) {
    std::filesystem::path acoustic(settings.acoustic_model);
    for (const auto& path :
         {acoustic / "mdef", acoustic / "feat.params", acoustic / "means", acoustic / "variances",
          acoustic / "transition_matrices", std::filesystem::path(settings.dictionary),
          std::filesystem::path(settings.language_model)}) {
        if (!readable(path)) {
            return "cannot read " + path.string();
        }
    }
    if (!readable(acoustic / "sendump") && !readable(acoustic / "mixture_weights")) {
        return "neither sendump nor mixture_weights in " + acoustic.string();
    }
    return std::nullopt;
}

struct Decoder::Library {
    std::unique_ptr<cmd_ln_t, FreeConfiguration> configuration;
    std::unique_ptr<ps_decoder_t, FreeDecoder> decoder;
    // A second front end beside the decoder's own, given the same samples: it tells how many frames
    // they make and what they sound like, before the decoder takes them.
    std::unique_ptr<fe_t, FreeFrontEnd> front_end;

    bool open = false;
    CepstralMean mean;
    FrameTimes times;
    Levels levels;
    std::size_t samples = 0;  // fed in this section
    std::size_t frames = 0;   // made of them

    void listen(std::span<const audio::Sample> heard);
    Section section() const;
};

Decoder::Decoder(const Settings& settings) : library_(std::make_unique<Library>()) {
    tame_library();
    try {
        library_->configuration.reset(cmd_ln_init(nullptr, ps_args(), TRUE,                 //
                                                  "-hmm", settings.acoustic_model.c_str(),  //
                                                  "-dict", settings.dictionary.c_str(),     //
                                                  "-lm", settings.language_model.c_str(),   //
                                                  "-maxhmmpf", most_hypotheses, nullptr));
        if (library_->configuration) {
            library_->decoder.reset(ps_init(library_->configuration.get()));
        }
        if (library_->decoder) {
            // From the decoder's configuration, which the model's own parameters have become part of.
            library_->front_end.reset(fe_init_auto_r(ps_get_config(library_->decoder.get())));
        }
    } catch (...) {
        abandon();
        throw;
    }
    if (!library_->front_end || fe_get_output_size(library_->front_end.get()) != CepstralMean::dimensions) {
        throw Failure(ErrorKind::Unavailable, "The speech recogniser's model cannot be used.",
                      settings.acoustic_model);
    }
}

Decoder::~Decoder() = default;

void Decoder::abandon() {
    if (library_) {
        library_->configuration.release();
        library_->decoder.release();
        library_->front_end.release();
        library_.reset();
    }
}

void Decoder::begin(const CepstralMean& mean) {
    auto& library = *library_;
    auto* decoder = library.decoder.get();
    library.mean = mean;
    library.times.clear();
    library.levels.clear();
    library.samples = 0;
    library.frames = 0;
    // Forgets what it took for background noise, so that a section does not depend on earlier ones.
    fe_start_stream(library.front_end.get());
    fe_start_utt(library.front_end.get());
    ps_start_stream(decoder);
    // The model was trained on means over whole recordings; those we cannot wait for.
    ps_get_feat(decoder)->cmn = CMN_LIVE;
    library.open = ps_start_utt(decoder) == 0;
    if (!library.open) {
        throw Failure(ErrorKind::Unavailable, "The speech recogniser does not work at the moment.",
                      "ps_start_utt");
    }
}

void Decoder::feed(std::span<const audio::Sample> samples) {
    auto& library = *library_;
    library.listen(samples);
    auto mean = library.mean.value();
    cmn_live_set(ps_get_feat(library.decoder.get())->cmn_struct, mean.data());
    if (ps_process_raw(library.decoder.get(), samples.data(), samples.size(), FALSE, FALSE) < 0) {
        throw Failure(ErrorKind::Unavailable, "The speech recogniser does not work at the moment.",
                      "ps_process_raw");
    }
}

void Decoder::Library::listen(std::span<const audio::Sample> heard) {
    // A front end hands out what it held back at the beginning of speech (a fifth of a second) in
    // the middle of a step; it comes in as many rounds as this needs.
    constexpr int at_most = 64;
    std::array<CepstralMean::Vector, at_most> cepstra{};
    std::array<float*, at_most> rows{};
    std::ranges::transform(cepstra, rows.begin(), [](auto& row) { return row.data(); });

    const auto* next = heard.data();
    auto left = heard.size();
    samples += heard.size();
    levels.note(heard);
    for (;;) {
        int made = at_most;
        int first = 0;
        auto before = left;
        fe_process_frames(front_end.get(), &next, &left, rows.data(), &made, &first);
        for (int i = 0; i < made; ++i) {
            mean.learn(cepstra[static_cast<std::size_t>(i)]);
        }
        frames += static_cast<std::size_t>(std::max(0, made));
        if (left == 0 || (made <= 0 && left == before)) {
            break;
        }
    }
    times.note(frames, samples);
}

std::string Decoder::text() const {
    int score = 0;
    const char* text = ps_get_hyp(library_->decoder.get(), &score);
    return text ? text : "";
}

bool Decoder::hears_speech() const {
    return fe_get_vad_state(library_->front_end.get()) != 0;
}

const CepstralMean& Decoder::mean() const {
    return library_->mean;
}

void Decoder::forget() {
    if (std::exchange(library_->open, false)) {
        ps_end_utt(library_->decoder.get());
    }
}

Section Decoder::end() {
    library_->open = false;
    ps_end_utt(library_->decoder.get());
    return library_->section();
}

Section Decoder::Library::section() const {
    Section section{
        .sound = {.dynamics = levels.dynamics(), .density = density_of(ps_get_lattice(decoder.get()))}};
    auto* logarithms = ps_get_logmath(decoder.get());
    ps_get_prob(decoder.get());  // what the words' probabilities are computed from
    std::optional<int> offset;
    for (auto* segment = ps_seg_iter(decoder.get()); segment; segment = ps_seg_next(segment)) {
        int begin = 0;
        int end = 0;
        ps_seg_frames(segment, &begin, &end);
        // The first segment is always the beginning of the sentence, at frame 0; the library adds
        // its own idea of when that was.
        if (!offset) {
            offset = begin;
        }
        auto text = bare_word(ps_seg_word(segment));
        if (text.empty()) {
            continue;
        }
        section.words.push_back(
            {.text = std::string(text),
             .start = times.begin_of(static_cast<std::size_t>(std::max(0, begin - *offset))),
             .end = times.begin_of(static_cast<std::size_t>(std::max(0, end - *offset))) + frame_length});
        WordEvidence evidence{.frames = std::max(1, end - begin + 1),
                              .letters = static_cast<int>(text.size())};
        int acoustic = 0;
        int language = 0;
        int ignored = 0;
        auto posterior = ps_seg_prob(segment, &acoustic, &language, &ignored);
        evidence.posterior = natural(logarithms, std::min(posterior, 0));
        evidence.acoustic = natural(logarithms, acoustic) / static_cast<float>(evidence.frames);
        evidence.language = natural(logarithms, language) * language_step / language_weight;
        section.evidence.push_back(evidence);
    }
    return section;
}

}  // namespace repartee::engines::pocketsphinx
