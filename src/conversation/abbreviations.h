// What a full stop means, going by the word before it. Part of the sentence splitter.
#pragma once

#include <string_view>

namespace repartee::conversation {

enum class FullStop {
    PartOfWord,           // "Dr.", "e.g.", "p.m.", "J. R. R.", the "1." of a list
    EndsSentence,         // where a space follows
    EndsUnlessLowercase,  // "etc. and so on"
    EndsUnlessNumber,     // "No. 5", but "No. I cannot."
};

// `word`: the run without white space before the stop. `line`: all of its line before the stop.
FullStop full_stop_after(std::string_view word, std::string_view line);

}  // namespace repartee::conversation
