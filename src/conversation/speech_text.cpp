#include "conversation/speech_text.h"

#include "conversation/markup.h"
#include "conversation/spoken_words.h"

#include <algorithm>

namespace repartee::conversation {
namespace {

// Where a block of code begins that opens behind other text: "Like this: ```python".
std::size_t open_code_in(std::string_view line) {
    std::size_t open = npos;
    for (auto mark = line.find("```"); mark != npos; mark = line.find("```", mark + 3)) {
        open = open == npos ? mark : npos;
    }
    return open;
}

}  // namespace

std::string SpeechText::push(std::string_view piece) {
    const std::string prose = without_code_blocks(reasoning_.push(piece));
    return with_sayable_characters(with_sayable_addresses(without_markup(prose)));
}

std::string SpeechText::without_code_blocks(std::string_view text) {
    std::string prose;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == npos ? text.size() : end + 1);
        if (!fence_.empty()) {
            if (ends_fence(line, fence_)) {
                fence_.clear();
            }
            continue;
        }
        fence_ = fence_in(line);
        if (!fence_.empty()) {
            continue;
        }
        prose += line;
        // Only a line that goes on below can have opened a block; else the marks are a slip.
        if (const auto open = open_code_in(line); open != npos && end != npos) {
            prose.resize(prose.size() - (line.size() - open));
            fence_ = "```";
        }
        prose += '\n';
    }
    return prose;
}

std::string speakable(std::string_view piece) {
    return SpeechText().push(piece);
}

}  // namespace repartee::conversation
