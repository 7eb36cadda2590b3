#include "skills/notes/notebook.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace repartee::skills::notes {

namespace {

// Words that say nothing about what a note is about.
constexpr auto empty_words = std::to_array<std::string_view>(
    {"a",   "about", "am",    "an",   "and",  "are",   "at",    "be",   "did",  "do",   "does", "everything",
     "for", "had",   "has",   "have", "how",  "i",     "in",    "is",   "it",   "keep", "me",   "mine",
     "my",  "note",  "notes", "of",   "on",   "our",   "s",     "tell", "that", "the",  "to",   "want",
     "was", "we",    "were",  "what", "when", "where", "which", "who",  "with", "you",  "your", "yours"});

// Two words with this much in common at the beginning are the same word in another form: parked, park.
constexpr std::size_t shortest_stem = 4;

// Lower-case words that mean something. Bytes past ASCII belong to words.
std::vector<std::string> meaningful_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto finish_word = [&] {
        if (!word.empty() && std::ranges::find(empty_words, word) == empty_words.end()) {
            words.push_back(word);
        }
        word.clear();
    };
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (std::isalnum(byte) || byte >= 0x80) {
            word += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
        } else {
            finish_word();
        }
    }
    finish_word();
    return words;
}

bool same_word(std::string_view one, std::string_view other) {
    if (one.size() > other.size()) {
        std::swap(one, other);
    }
    return one == other || (one.size() >= shortest_stem && other.starts_with(one)) ||
           (other == std::string(one) + "s");
}

// "your favorite color" in "your favorite color is blue"; empty when the note has no such beginning.
std::string_view subject_of(std::string_view note) {
    for (const std::string_view verb : {" is ", " are "}) {
        const auto end = note.find(verb);
        if (end != std::string_view::npos && note.substr(0, end).find(' ') != std::string_view::npos) {
            return note.substr(0, end);
        }
    }
    return {};
}

}  // namespace

void Notebook::add(std::string note) {
    const auto subject = subject_of(note);
    std::erase_if(notes_, [&](const std::string& older) {
        return older == note || (!subject.empty() && subject_of(older) == subject);
    });
    if (notes_.size() >= most_notes) {
        notes_.erase(notes_.begin());
    }
    notes_.push_back(std::move(note));
}

std::vector<std::size_t> Notebook::matches(std::string_view about) const {
    const auto wanted = meaningful_words(about);
    std::vector<std::size_t> best;
    std::size_t best_score = wanted.empty() ? 0 : 1;
    for (std::size_t index = notes_.size(); index-- > 0;) {
        const auto present = meaningful_words(notes_[index]);
        const auto score = static_cast<std::size_t>(std::ranges::count_if(wanted, [&](const auto& word) {
            return std::ranges::any_of(present, [&](const auto& other) { return same_word(word, other); });
        }));
        // Half of the words must be there, or "your brother's name" would answer to "your name".
        if (score < best_score || score * 2 < wanted.size()) {
            continue;
        }
        if (score > best_score) {
            best.clear();
            best_score = score;
        }
        best.push_back(index);
    }
    return best;
}

std::vector<std::string> Notebook::find(std::string_view about) const {
    std::vector<std::string> found;
    for (const auto index : matches(about)) {
        found.push_back(notes_[index]);
    }
    return found;
}

std::size_t Notebook::remove(std::string_view about) {
    const auto indices = matches(about);  // newest first, so the later ones stay valid
    for (const auto index : indices) {
        notes_.erase(notes_.begin() + static_cast<std::ptrdiff_t>(index));
    }
    return indices.size();
}

}  // namespace repartee::skills::notes
