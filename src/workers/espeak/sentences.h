// Fragments of a reply, as a language model gives them, to pieces that can be spoken. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace repartee::workers::espeak {

class Sentences {
public:
    // `whole`: the fragment ends a sentence whatever it looks like, as our own server's do.
    void push(std::string_view fragment, bool whole);

    // The next sentence that is complete.
    std::optional<std::string> next();
    // What is left at the end of the reply.
    std::optional<std::string> rest();

private:
    std::string pending_;
    std::size_t complete_ = 0;  // bytes of `pending_` that end with a sentence
};

}  // namespace repartee::workers::espeak
