#include "engines/rules/second_person.h"

namespace repartee::engines::rules {

std::string said_to_user(Words words) {
    std::string text;
    const auto put = [&](std::string_view word) {
        text += text.empty() ? "" : " ";
        text += word;
    };
    for (std::size_t index = 0; index < words.size(); ++index) {
        const std::string_view key = words[index].key;
        const std::string_view next = index + 1 < words.size() ? std::string_view(words[index + 1].key) : "";
        if (key == "i" && (next == "am" || next == "was")) {
            put(next == "am" ? "you are" : "you were");
            ++index;
        } else if (key == "you" && (next == "are" || next == "were")) {
            put(next == "are" ? "I am" : "I was");
            ++index;
        } else if (key == "i" || key == "me") {
            put("you");
        } else if (key == "my") {
            put("your");
        } else if (key == "mine") {
            put("yours");
        } else if (key == "myself") {
            put("yourself");
        } else if (key == "you") {
            put(index == 0 ? "I" : "me");
        } else if (key == "your") {
            put("my");
        } else if (key == "yours") {
            put("mine");
        } else {
            put(words[index].said);
        }
    }
    return text;
}

}  // namespace repartee::engines::rules
