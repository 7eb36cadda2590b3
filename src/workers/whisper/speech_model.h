// A model that turns sound into words: one set of weights, and any number of decoders that share it.
//
// A decoder is what one decoding needs besides the weights, and far from small: hundreds of megabytes with a
// large model. So there are as many as may compute at once, not one for everybody who speaks.
#pragma once

#include "models/model_file.h"
#include "vocabulary/transcript.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace repartee::workers::whisper {

struct DecodeWishes {
    Language language = {};   // empty: the model finds out
    bool translate = false;   // into English
    bool word_times = false;  // costs a little
    bool thorough = false;    // takes its time where the first attempt is doubtful
    std::string hints = {};   // words and names that may come
};

struct Decoding {
    std::vector<Word> words;
    Language language = {};       // that was spoken
    Language translated_to = {};  // that the words are in; empty: the spoken one
    float no_speech = 0;          // probability that nobody spoke
    float mean_log_prob = 0;      // of the tokens
};

// What the words are written in.
inline const Language& written_in(const Decoding& decoding) {
    return decoding.translated_to.empty() ? decoding.language : decoding.translated_to;
}

// One thread at a time.
class Decoder {
public:
    virtual ~Decoder() = default;
    // 16 kHz, -1 to 1. Nothing when `abort` became true; it is looked at all the time. Throws Failure
    // ProviderBroke where the library gives up.
    virtual std::optional<Decoding> decode(std::span<const float> sound, const DecodeWishes& wishes,
                                           const std::atomic<bool>& abort) = 0;
};

// Any thread; outlives its decoders.
class SpeechModel {
public:
    virtual ~SpeechModel() = default;
    virtual std::string name() const = 0;
    virtual std::vector<Language> languages() const = 0;
    // Into English. A decoder of a model that does not passes over the wish.
    virtual bool translates() const = 0;
    virtual std::unique_ptr<Decoder> decoder(int threads) = 0;
};

struct ModelPlace {
    std::filesystem::path file;
    int card = -1;  // the graphics card on which it computes; -1: on the processor
};

// Whatever kind the file is. Throws Failure: what models::examine says, Unsupported for a model that does not
// recognise speech, Unavailable when the library cannot load it.
std::unique_ptr<SpeechModel> load(const ModelPlace& place);

std::unique_ptr<SpeechModel> load_whisper(const ModelPlace& place);
std::unique_ptr<SpeechModel> load_parakeet(const ModelPlace& place, const models::ModelFile& file);

}  // namespace repartee::workers::whisper
