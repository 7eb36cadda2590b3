// The account of a reply that somebody's Wyoming service speaks: its text, and its sound from events of any
// kind to chunks that say how far the text is spoken. The rate of the first sound is that of the reply. Pure.
#pragma once

#include "engines/narration.h"
#include "wyoming/sound.h"

#include <optional>
#include <string>
#include <vector>

namespace repartee::engines::wyoming {

// Who says where sentences end: the sound itself, or nobody reliably.
enum class Ends { Told, Guessed };

class ReplyAccount {
public:
    // `volume`: 1 is as it comes.
    ReplyAccount(double volume, Ends ends) : volume_(volume), ends_are_(ends) {}

    void sentence(const std::string& text);

    // Whether there was any sound in it. Throws Failure{ProviderBroke} for sound that is not taken here.
    bool take(const repartee::wyoming::Event& event);

    // The sound so far has spoken the text up to this byte.
    void spoken_until(std::size_t byte);

    std::optional<SpeechChunk> next() { return narration_ ? narration_->next() : std::nullopt; }

    // Bytes of all the text ...
    std::size_t said() const { return said_; }
    // ... of these, what has been spoken for certain ...
    std::size_t spoken() const { return spoken_; }
    // ... and what must have been, if it is spoken at the usual rate.
    std::size_t supposed() const { return narration_ ? narration_->supposed_bytes() : 0; }
    // Sentences of which it is not certain that they have been spoken.
    std::size_t sentences_open() const;

    // The end of the sentence that a pause in the sound belongs to: the next, unless the sound is far too
    // short or too long for that; then the one that fits best. Nothing: it is in the middle of one.
    std::optional<std::size_t> end_at_a_pause() const;

private:
    void add(std::vector<audio::Sample>& samples);
    Narration& narration();
    void tell(Narration& narration, const std::string& text) const;

    const double volume_;
    const Ends ends_are_;
    repartee::wyoming::SoundReader reader_;
    std::optional<Narration> narration_;  // from the first sound on
    std::vector<std::string> unsounded_;  // sentences from before that
    std::vector<std::size_t> ends_;       // of sentences, in bytes of all the text; bounded by the reply
    std::size_t said_ = 0;
    std::size_t spoken_ = 0;
};

}  // namespace repartee::engines::wyoming
