#include "conversation/reasoning_filter.h"

#include <gtest/gtest.h>

namespace repartee::conversation {
namespace {

std::string filtered(std::string_view text, std::size_t step) {
    ReasoningFilter filter;
    std::string shown;
    for (std::size_t at = 0; at < text.size(); at += step) {
        shown += filter.push(text.substr(at, step));
    }
    return shown + filter.finish();
}

TEST(ReasoningFilter, HidesReasoningHoweverItArrives) {
    struct Case {
        std::string_view text;
        std::string_view shown;
    };
    const Case cases[] = {
        {"Hello.", "Hello."},
        {"", ""},
        {"<think>Hm.</think>\n\nHello.", "Hello."},
        {"<THINKING>Hm.</Thinking> Hello.", "Hello."},
        {"Hi <reasoning>why <b>so</b></reasoning> there", "Hi  there"},
        {"<think></think>Hello", "Hello"},
        {"<think>never ends", ""},
        {"<think>cut </thi", ""},
        {"Swallowed opening.</think> Hello", "Swallowed opening. Hello"},
        {"</think>\nHello", "Hello"},
        {"Use `<think>` tags", "Use `<think>` tags"},
        {"a < b, <b>bold</b> <thinker> <th", "a < b, <b>bold</b> <thinker> <th"},
        {"<<think>x</think>y", "<y"},
        {"<think>a <think> b</think>c", "c"},
        {"<thinking>a</think>b</thinking>c", "c"},
        {"ends with <", "ends with <"},
        {"नमस्ते <think>क</think>दुनिया", "नमस्ते दुनिया"},
    };
    for (const Case& each : cases) {
        for (const std::size_t step : {1, 2, 3, 5, 1000}) {
            EXPECT_EQ(filtered(each.text, step), each.shown) << each.text << " in steps of " << step;
        }
    }
}

TEST(ReasoningFilter, HoldsBackOnlyAStartedTag) {
    ReasoningFilter filter;
    EXPECT_EQ(filter.push("One <"), "One ");
    EXPECT_EQ(filter.push("b> two <thi"), "<b> two ");
    EXPECT_EQ(filter.push("s>"), "<this>");
    EXPECT_EQ(filter.push("<think>" + std::string(100'000, 'x')), "");
    EXPECT_EQ(filter.push("</think>three"), "three");
}

}  // namespace
}  // namespace repartee::conversation
