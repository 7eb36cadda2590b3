// What a user asked to be remembered: short sentences, found again by their words. Pure and bounded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::skills::notes {

inline constexpr std::size_t most_notes = 50;     // the oldest goes when another comes
inline constexpr std::size_t longest_note = 300;  // bytes, checked by the caller

class Notebook {
public:
    // A sentence about the same thing ("your favorite color is ...") replaces the older one.
    void add(std::string note);

    // The notes that fit `about` best, newest first; without words to go by: all of them.
    std::vector<std::string> find(std::string_view about) const;

    // Removes what `find` would return; the number of notes removed.
    std::size_t remove(std::string_view about);

private:
    std::vector<std::size_t> matches(std::string_view about) const;

    std::vector<std::string> notes_;  // oldest first; without memory of its own as long as there are none
};

}  // namespace repartee::skills::notes
