// From what a model writes to what can be said aloud.
//
// Models write Markdown, emoji and links; synthesisers read all of that out literally. The client's
// text keeps its Markdown and loses only the reasoning (reasoning_filter.h); the synthesiser gets
// words and punctuation. A pure value, one per reply.
#pragma once

#include "conversation/reasoning_filter.h"

#include <string>
#include <string_view>

namespace repartee::conversation {

// Makes pieces of a reply (see sentence_splitter.h) speakable:
//   * Markdown loses its marks: emphasis, headings, quotes, bullets; ordered items keep their
//     number; table rows become lists of their cells; links and images keep their text; inline
//     code its content; blocks of code are dropped;
//   * a bare URL is said as its host without "www." ("example.com"): nobody can follow a path by
//     ear; an e-mail address as "name at host"; words no mouth could say (keys, base64) not at all;
//   * emoji, emoticons, pictographs, HTML tags and comments, reasoning, bracketed stage directions
//     ("[giggles]") and footnote marks ("[1]") are dropped; the digit of a keycap and entities stay,
//     as characters;
//   * quotes become straight, white space single; what holds no letter and no digit becomes empty.
class SpeechText {
public:
    // Pieces in order: a block of code or reasoning may begin in one piece and end in a later one.
    // The result may be empty, and then there is nothing to say.
    std::string push(std::string_view piece);

private:
    std::string without_code_blocks(std::string_view text);

    ReasoningFilter reasoning_;
    std::string fence_;  // the run of backticks or tildes that opened the present block of code
};

// One piece that stands alone.
std::string speakable(std::string_view piece);

}  // namespace repartee::conversation
