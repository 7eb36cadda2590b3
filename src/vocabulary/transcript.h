// What a recogniser understood.
#pragma once

#include "vocabulary/language.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace repartee {

struct Word {
    std::string text;
    std::chrono::milliseconds start{0};  // from the first sample of the utterance
    std::chrono::milliseconds end{0};
    float confidence = 1;  // 0 to 1
};

struct Transcript {
    std::string text;                      // UTF-8, trimmed; empty: nothing was said
    bool is_final = false;                 // a partial may still change, a final does not
    Language language = {};                // that was spoken; empty: unknown
    Language translated_to = {};           // that the text is in; empty: it is as it was spoken
    std::vector<Word> words = {};          // where the engine knows them
    std::optional<float> confidence = {};  // 0 to 1, where the engine knows it
};

}  // namespace repartee
