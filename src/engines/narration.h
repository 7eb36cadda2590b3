// From sound as a provider sends it to chunks that say how far the text is spoken. For synthesisers over
// the network, whose sound comes in pieces of any size and mostly without word of its place in the text.
//
//     narration.text(sentence);                 // as it is said
//     narration.sound(samples);                 // as it comes
//     narration.word("hello", 0.4);             // where the provider tells
//     narration.sentence_ended();
//     while (auto chunk = narration.next()) ...
//
// Where word times are known, `spoken_bytes` follows them. Elsewhere it goes by the rate of speech, by
// whole words, and never past the last word of a sentence that has not ended. A voice that does not tell
// where its sentences end is given its text with `more_text`: one sentence that grows. Pure.
#pragma once

#include "engines/synthesiser.h"

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines {

class Narration {
public:
    // `rate`: Hz, of all the sound. `speed`: of the voice, 1 is natural.
    explicit Narration(int rate, double speed = 1);

    // One more sentence; its sound comes behind that of those before it. Any text.
    void text(std::string_view sentence);
    // More of the last sentence, or of a new one where all have ended.
    void more_text(std::string_view text);

    void sound(std::span<const audio::Sample> samples);

    // A word of the present sentence, or of those behind it, and when it ends: in seconds of sound since
    // the last `section`. Words that are not in the text are passed over.
    void section();
    void word(std::string_view word, double ends_at);

    // The first sentence that has not ended has been spoken whole. One without any sound gets a moment of
    // silence, so that its text counts as spoken.
    void sentence_ended();
    // The text up to this byte has been spoken whole, by the sound so far: the end of a sentence, wherever it
    // was thought to be.
    void spoken_until(std::size_t byte);

    // What can be given away: some tens of milliseconds at a time, the very end of a sentence only once it
    // has ended.
    std::optional<SpeechChunk> next();

    // Sentences that have not ended.
    std::size_t sentences_left() const { return sentences_.size() - ended_; }
    // Whether the first of these has any sound yet.
    bool sounding() const { return total_ > begins_at_; }
    // Bytes of all the text that would be spoken by the end of the sound so far, by the rate of speech alone.
    std::size_t supposed_bytes() const;
    // Bytes of all the text up to and with the last word that was told.
    std::size_t told_bytes() const { return told_words_ ? word_cursor_ : 0; }
    // Whether its sound has come too: words may be told before they are spoken.
    bool told_is_sounded() const;

private:
    struct Sentence {
        std::size_t begin = 0;  // bytes of all the text
        std::size_t end = 0;
        std::size_t begins_at = 0;  // samples, once it has ended
        std::size_t ends_at = 0;
    };
    struct Word {
        std::size_t sample = 0;
        std::size_t byte = 0;  // spoken by then
    };

    std::string_view text_of(const Sentence& sentence) const;
    std::size_t spoken_by(std::size_t sample);
    std::size_t guess(std::size_t sample) const;
    void learn_rate(const Sentence& sentence);

    const int rate_;
    double characters_per_second_;
    std::string text_;
    std::vector<Sentence> sentences_;
    std::size_t ended_ = 0;              // sentences of which all sound has come
    std::size_t given_away_ = 0;         // sentences of which all sound has been given
    std::size_t begins_at_ = 0;          // sample at which the first that has not ended begins
    std::size_t section_begins_at_ = 0;  // sample
    std::size_t word_cursor_ = 0;        // byte behind the last word that was told
    bool told_words_ = false;            // so that there is no need to guess
    std::size_t last_word_ends_ = 0;     // sample, of the last word that was told
    std::deque<Word> words_;             // in order
    std::vector<audio::Sample> waiting_;
    std::size_t taken_ = 0;  // of these, given away already
    std::size_t given_ = 0;  // samples
    std::size_t total_ = 0;  // samples, with those that wait
    std::size_t spoken_ = 0;
};

// Whether there is anything in the text that a voice could say: a letter or a digit of any script.
bool is_speakable(std::string_view text);

// JSON carries valid UTF-8 only. Bytes are not removed but blanked, so that counting them goes on.
std::string blanked_where_malformed(std::string_view text);

}  // namespace repartee::engines
