// Takes a model's thinking aloud out of its reply.
//
// Providers that keep reasoning apart report it apart (ReasoningDelta); local models write it into
// the text, between tags. A pure value, one per reply.
#pragma once

#include <string>
#include <string_view>

namespace repartee::conversation {

// Removes <think>, <thinking>, <thought>, <reasoning> and <reflection> blocks, in any case, and
// the white space behind a block while nothing else has been shown. Everything else passes as it
// is. A closing tag whose opening never came (some chat templates swallow it) is removed as well;
// what stood before it has been shown by then. A tag right behind a backtick is quoted, not meant.
class ReasoningFilter {
public:
    // What may be shown now. Holds back at most a started tag.
    std::string push(std::string_view delta);

    // What was held back and turned out to be text. Reasoning that never ended stays hidden.
    std::string finish();

private:
    enum class More { Coming, None };
    std::string read(More more);
    void show(std::string& shown, std::string_view text);

    std::string held_;     // from here on with the next delta
    std::string closing_;  // the tag that ends the present block: "</think>"; empty outside
    char before_ = '\0';   // the last character outside of blocks
    bool shown_ = false;   // anything but white space
    bool behind_block_ = false;
};

// The name in "<name>" or "</name>", in small letters, if it is one of those above.
std::string_view reasoning_name(std::string_view tag);

}  // namespace repartee::conversation
