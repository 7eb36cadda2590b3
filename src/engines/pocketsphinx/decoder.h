// One decoder of the library: one section of speech at a time, one thread at a time.
//
// About 95 MB and a third of a second to create. Decoders share nothing: the language model,
// which could be shared by its interface, keeps a cache inside that two threads would both write.
#pragma once

#include "audio/pcm.h"
#include "engines/pocketsphinx/cepstral_mean.h"
#include "engines/pocketsphinx/confidence.h"
#include "engines/pocketsphinx/settings.h"
#include "vocabulary/transcript.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace repartee::engines::pocketsphinx {

// Why the models named in the settings cannot be what a decoder needs; nothing when they may be.
std::optional<std::string> missing_model(const Settings& settings);

// What a section turned out to say.
struct Section {
    std::vector<Word> words;             // without their confidence
    std::vector<WordEvidence> evidence;  // one for each of them
    SectionEvidence sound;
};

class Decoder {
public:
    // Of models that are there, see `missing_model`. Throws Failure{Unavailable}. Blocks. Not in two
    // threads at once.
    explicit Decoder(const Settings& settings);
    ~Decoder();

    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    // A section.
    void begin(const CepstralMean& mean);

    // Any length, but only the same lengths give the same words. Throws Failure{Unavailable},
    // after which the decoder must be forgotten, see `abandon`.
    void feed(std::span<const audio::Sample> samples);

    // What the section seems to say so far.
    std::string text() const;

    // Whether the last samples were part of speech, or of a pause shorter than half a second.
    bool hears_speech() const;

    // What has been learnt of the speaker by the end of what was fed.
    const CepstralMean& mean() const;

    // Closes the section: its words, with times from its first sample. Takes a twentieth of the
    // section's length, on top of what `feed` took.
    Section end();

    // Closes a section, if one is open, and nobody wants to know what was said. Takes as long.
    void forget();

    // Lets go of the library's part without freeing it: all that can be done after a Failure.
    void abandon();

private:
    struct Library;
    std::unique_ptr<Library> library_;
};

}  // namespace repartee::engines::pocketsphinx
