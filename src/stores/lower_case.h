// Lower case in all alphabets, and words looked for in any case: for what is kept in this process, and for
// SQLite, whose own lower() knows only ASCII.
#pragma once

#include <string>
#include <string_view>

namespace repartee::stores {

// Letter by letter, in all alphabets and in no language: "ÉCOLE" becomes "école". What is no UTF-8 stays. Any
// thread.
std::string lower_case(std::string_view text);

// A word that is looked for in many texts: a search spends its time here. One thread at a time.
class SoughtWord {
public:
    explicit SoughtWord(std::string_view word) : word_(lower_case(word)) {}
    // Whether it is anywhere in the text, in any case.
    bool is_in(std::string_view text);

private:
    std::string word_;
    std::string text_;  // of the last call, in lower case: so that not each takes memory anew
};

}  // namespace repartee::stores
