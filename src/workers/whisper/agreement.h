// What of a growing utterance is certain already. It is decoded again and again while it grows, each time a
// little differently towards its end; what two decodings in a row agree upon is committed, and a committed
// word is never taken back: also the final text begins with it. Pure.
#pragma once

#include "vocabulary/transcript.h"

#include <vector>

namespace repartee::workers::whisper {

class Agreement {
public:
    // The words of the present decoding. Answers those that have become certain with it.
    std::vector<Word> take(std::vector<Word> words);

    // The words of the last decoding of all: what is certain, and behind it what that decoding says of the
    // rest.
    std::vector<Word> finish(std::vector<Word> words);

    const std::vector<Word>& certain() const { return certain_; }
    // What the last decoding says behind the certain ones; may change with every other.
    std::vector<Word> uncertain() const;

private:
    std::vector<Word> certain_;
    std::vector<Word> last_;
};

// Whether it is the same word, whatever its case and the punctuation around it.
bool same_word(std::string_view a, std::string_view b);

}  // namespace repartee::workers::whisper
