#include "conversation/spoken_words.h"

#include "base/utf8.h"
#include "conversation/characters.h"
#include "conversation/markup.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace repartee::conversation {
namespace {

// Bytes of ASCII without a space. Longer ones are keys, hashes, base64: minutes of letters.
constexpr std::size_t longest_word = 64;

constexpr std::string_view trailing_punctuation = ".,;:!?'\")]}*_~";

constexpr std::array<std::string_view, 20> emoticons = {":)",  ":-)", ";)",  ";-)", ":(", ":-(", ":D",
                                                        ":-D", ":P",  ":-P", ":/",  ":o", ":O",  "<3",
                                                        "^^",  "^_^", ":'(", ":*",  "xD", "XD"};

// Enough to tell "example.com/path" from "and/or" and "Node.js/Express".
constexpr std::array<std::string_view, 24> top_level_domains = {
    "com", "org", "net", "edu", "gov", "io", "ai", "app", "dev", "info", "eu", "uk",
    "de",  "fr",  "es",  "it",  "nl",  "ru", "in", "cn",  "jp",  "br",   "au", "us"};

template <std::size_t count>
bool contains(const std::array<std::string_view, count>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_address_character(char character) {
    return is_word_character(static_cast<unsigned char>(character)) || character == '-' || character == '.';
}

// ---- addresses -----------------------------------------------------------------------------------

std::string_view host_in(std::string_view address) {
    address = address.substr(0, address.find_first_of("/?#"));
    if (const auto user = address.rfind('@'); user != npos) {
        address.remove_prefix(user + 1);
    }
    address = address.substr(0, address.find(':'));
    if (address.starts_with("www.")) {
        address.remove_prefix(4);
    }
    return address;
}

// How far an address at the front of `text` reaches. A URL may hold letters of any script; Chinese
// and its like put no space behind it, but do not write the host with them.
std::size_t address_length(std::string_view text) {
    std::size_t end = 0;
    bool in_host = true;
    while (end < text.size()) {
        const Utf8Character character = decode_utf8(text, end);
        in_host = in_host && character.code != '/' && character.code != '?';
        const bool foreign = character.code >= 0x80;
        if (character.code == '<' || character.code == '>' || character.code == '"' ||
            (foreign && (!is_word_character(character.code) || (in_host && is_unspaced(character.code))))) {
            break;
        }
        end += character.length;
    }
    while (end > 0 && trailing_punctuation.find(text[end - 1]) != npos) {
        --end;
    }
    return end;
}

// Where an address begins in this word, and how many bytes of it are not the address proper.
struct Found {
    std::size_t begin = npos;
    std::size_t skip = 0;
};

Found find_address(std::string_view word) {
    if (const auto slashes = word.find("://"); slashes != npos && slashes > 0) {
        std::size_t begin = slashes;
        while (begin > 0 && (is_address_character(word[begin - 1]) || word[begin - 1] == '+')) {
            --begin;
        }
        return {begin, slashes + 3 - begin};
    }
    return {word.find("www."), 0};
}

// "example.com/path" without a scheme.
std::size_t bare_address_length(std::string_view word) {
    const auto slash = word.find('/');
    if (slash == npos || slash == 0) {
        return 0;
    }
    const std::string_view host = word.substr(0, slash);
    const auto dot = host.rfind('.');
    const bool domain = dot != npos && dot > 0 &&
                        std::all_of(host.begin(), host.end(), is_address_character) &&
                        contains(top_level_domains, lower_ascii(host.substr(dot + 1)));
    return domain ? address_length(word) : 0;
}

// "jane@example.com" -> "jane at example.com"
void replace_at_sign(std::string& word) {
    const auto at = word.find('@');
    const bool address = at != npos && at > 0 && at + 1 < word.size() && word.find('@', at + 1) == npos &&
                         word.find('.', at) != npos &&
                         is_word_character(static_cast<unsigned char>(word[at - 1])) &&
                         is_word_character(static_cast<unsigned char>(word[at + 1]));
    if (!address) {
        return;
    }
    word.replace(at, 1, " at ");
    if (const auto scheme = word.find("mailto:"); scheme != npos) {
        word.erase(scheme, std::string_view("mailto:").size());
    }
}

bool too_long(std::string_view word) {
    return word.size() > longest_word && std::all_of(word.begin(), word.end(), [](char character) {
               return static_cast<signed char>(character) > 0;
           });
}

std::string sayable_word(std::string_view word) {
    std::string said;
    for (Found found = find_address(word); found.begin != npos; found = find_address(word)) {
        said += word.substr(0, found.begin);
        word.remove_prefix(found.begin + found.skip);
        const std::size_t length = address_length(word);
        said += host_in(word.substr(0, length));
        // "www." alone would be found again.
        const std::size_t read = std::max<std::size_t>(length, word.starts_with("www.") ? 4 : 0);
        word.remove_prefix(read);
    }
    std::string_view before;
    if (const auto first = std::find_if(word.begin(), word.end(), is_address_character);
        first != word.end()) {
        before = word.substr(0, static_cast<std::size_t>(first - word.begin()));
    }
    if (const std::size_t length = bare_address_length(word.substr(before.size()));
        length > 0 && said.empty()) {
        said += before;
        said += host_in(word.substr(before.size(), length));
        word.remove_prefix(before.size() + length);
    }
    said += word;
    replace_at_sign(said);
    return too_long(said) ? std::string() : said;
}

// ---- characters ----------------------------------------------------------------------------------

// What a character is said as; 0: not at all, a space: it separates words.
char32_t said_as(char32_t character) {
    switch (character) {
        case 0x2018:
        case 0x2019:
        case 0x201B:
        case 0x2032: return '\'';
        case 0x201C:
        case 0x201D:
        case 0x201E:
        case 0x201F: return '"';
        case '|': return ',';
        case '*':
        case '`':
        case '~': return 0;
        case '<':
        case '>':
        case '[':
        case ']':
        case '{':
        case '}':
        case '\\':
        case '^':
        case '@':
        case 0x2022:
        case 0x2023:
        case 0x2043: return ' ';
        default: break;
    }
    if (is_space(character) || is_pictograph(character)) {
        return ' ';
    }
    return is_invisible(character) ? 0 : character;
}

class Cleaner {
public:
    explicit Cleaner(std::string_view text) : text_(text) {}

    std::string clean() {
        std::size_t at = 0;
        while (at < text_.size()) {
            const Utf8Character character = decode_utf8(text_, at);
            at += character.length;
            next_ = decode_utf8(text_, at).code;
            read(character.code);
            previous_ = character.code;
        }
        return said_anything_ ? std::move(said_) : std::string();
    }

private:
    void read(char32_t character) {
        const bool word_before = is_word_character(previous_);
        const bool word_after = is_word_character(next_);
        if (character == '_') {
            space_ = space_ || (word_before && word_after);  // snake_case
        } else if (character == '#') {
            // "C#", but "#tag" and "# title" are marks.
            if (word_before && !is_digit(previous_) && !word_after) {
                add('#');
            }
        } else if (character == '*' && is_product()) {
            add(0xD7);
        } else if (character == 0x200C || character == 0x200D) {
            // Joiners shape letters in scripts from Arabic to Mongolian; elsewhere they glue emoji.
            const auto shapes = [](char32_t letter) { return letter >= 0x0600 && letter < 0x18B0; };
            if (word_before && word_after && shapes(previous_) && shapes(next_)) {
                add(character);
            }
        } else if (character == '-' && (next_ == '-' || previous_ == '-' || next_ == '>')) {
            // "--" is a dash, "->" an arrow.
            space_ = true;
            if (previous_ != '-' && next_ == '-') {
                add(0x2014);
                space_ = true;
            }
        } else if (const char32_t said = said_as(character); said == ' ') {
            space_ = true;
        } else if (said != 0) {
            add(said);
        }
    }

    // "3 * 4", "3*4"
    bool is_product() const {
        const bool digit_before = !said_.empty() && is_digit(static_cast<unsigned char>(said_.back()));
        return digit_before && (is_digit(next_) || (next_ == ' ' && is_space(previous_)));
    }

    void add(char32_t character) {
        const bool leans = is_leaning(character);
        if (said_.empty() && leans) {
            return;
        }
        if (character == ',' && !said_.empty() && (said_.back() == ',' || said_.back() == '(')) {
            return;
        }
        if (character == ')' && !said_.empty() && said_.back() == '(') {
            said_.resize(said_.find_last_not_of(" (") + 1);
            space_ = true;
            return;
        }
        if (space_ && !said_.empty() && !leans && said_.back() != '(') {
            said_ += ' ';
        }
        space_ = false;
        append_utf8(said_, character);
        said_anything_ = said_anything_ || is_word_character(character);
    }

    // Stands right behind a word. ".5" and ".NET" begin one.
    bool is_leaning(char32_t character) const {
        switch (character) {
            case ',':
            case ';':
            case ':':
            case '!':
            case '?':
            case ')': return true;
            case '.': return !is_word_character(next_) || !space_before();
            default: return false;
        }
    }
    bool space_before() const { return space_ || said_.empty(); }

    std::string_view text_;
    std::string said_;
    char32_t previous_ = 0;
    char32_t next_ = 0;
    bool space_ = false;
    bool said_anything_ = false;
};

}  // namespace

std::string with_sayable_addresses(std::string_view text) {
    std::string said;
    while (!text.empty()) {
        const auto begin = std::min(text.find_first_not_of(" \n\t\r"), text.size());
        text.remove_prefix(begin);
        const std::string_view word = text.substr(0, text.find_first_of(" \n\t\r"));
        text.remove_prefix(word.size());
        if (!word.empty() && !contains(emoticons, word)) {
            said += said.empty() ? "" : " ";
            said += sayable_word(word);
        }
    }
    return said;
}

std::string with_sayable_characters(std::string_view text) {
    return Cleaner(text).clean();
}

}  // namespace repartee::conversation
