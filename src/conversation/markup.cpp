#include "conversation/markup.h"

#include "base/utf8.h"
#include "conversation/characters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace repartee::conversation {
namespace {

// "[laughs softly]" is one; a bracketed sentence is text.
constexpr std::size_t longest_stage_direction = 40;  // bytes
// Links within link texts and the like; deeper ones lose their brackets like any other sign.
constexpr int deepest_nesting = 4;

bool is_ascii_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool consists_of(std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == npos;
}

// ---- entities ------------------------------------------------------------------------------------

constexpr std::array<std::pair<std::string_view, char32_t>, 26> named_entities = {{
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},      {"apos", '\''},
    {"nbsp", 0xA0},    {"mdash", 0x2014}, {"ndash", 0x2013}, {"hellip", 0x2026}, {"lsquo", 0x2018},
    {"rsquo", 0x2019}, {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"laquo", 0xAB},    {"raquo", 0xBB},
    {"deg", 0xB0},     {"euro", 0x20AC},  {"pound", 0xA3},   {"yen", 0xA5},      {"cent", 0xA2},
    {"times", 0xD7},   {"divide", 0xF7},  {"plusmn", 0xB1},  {"frac12", 0xBD},   {"copy", 0xA9},
    {"reg", 0xAE},
}};

std::optional<char32_t> numbered_entity(std::string_view digits) {
    int base = 10;
    if (!digits.empty() && (digits[0] == 'x' || digits[0] == 'X')) {
        base = 16;
        digits.remove_prefix(1);
    }
    std::uint32_t code = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), code, base);
    if (problem != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return code;
}

// Adds what the entity at the front of `text` stands for and says how long it is; 0: it is none.
std::size_t read_entity(std::string_view text, std::string& words) {
    constexpr std::size_t longest_entity = 32;
    const auto end = text.substr(0, longest_entity).find(';');
    if (end == npos) {
        return 0;
    }
    const std::string_view name = text.substr(1, end - 1);
    if (name.starts_with('#')) {
        const auto code = numbered_entity(name.substr(1));
        if (!code) {
            return 0;
        }
        append_utf8(words, *code);
        return end + 1;
    }
    const auto* known = std::find_if(named_entities.begin(), named_entities.end(),
                                     [&](const auto& entity) { return entity.first == name; });
    if (known != named_entities.end()) {
        append_utf8(words, known->second);
        return end + 1;
    }
    // An entity all the same, unless "AT&T; ..." is meant.
    const bool unknown = name.size() >= 3 && std::all_of(name.begin(), name.end(), [](char letter) {
                             return is_ascii_letter(letter) || is_digit(static_cast<unsigned char>(letter));
                         });
    words += unknown ? " " : "";
    return unknown ? end + 1 : 0;
}

// ---- within a line -------------------------------------------------------------------------------

// Where the bracket that `text` begins with closes; npos: it does not.
std::size_t closing_bracket(std::string_view text) {
    const char open = text.front();
    const char close = open == '[' ? ']' : ')';
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == open) {
            ++depth;
        } else if (text[at] == close && --depth == 0) {
            return at;
        }
    }
    return npos;
}

// "giggles", "laughs softly", "clears throat"; and the "1" or "^note" of a footnote.
bool is_aside(std::string_view inner) {
    if (inner.starts_with('^')) {
        return true;
    }
    if (inner.empty() || inner.size() > longest_stage_direction) {
        return false;
    }
    if (consists_of(inner, "0123456789, ")) {
        return true;
    }
    for (std::size_t at = 0; at < inner.size();) {
        const Utf8Character character = decode_utf8(inner, at);
        const bool plain = is_word_character(character.code) && !is_digit(character.code);
        if (!plain && character.code != ' ' && character.code != '-' && character.code != '\'') {
            return false;
        }
        at += character.length;
    }
    return true;
}

class LineReader {
public:
    LineReader(std::string_view line, int depth) : line_(line), depth_(depth) {}

    std::string read() {
        while (at_ < line_.size()) {
            switch (line_[at_]) {
                case '`': read_code(); break;
                case '[': read_brackets(); break;
                case '<': read_tag(); break;
                case '&': read_entity_here(); break;
                case '\\': read_escape(); break;
                case '!':
                    // The mark of an image.
                    if (line_.substr(at_ + 1).starts_with('[')) {
                        ++at_;
                    } else {
                        keep();
                    }
                    break;
                default: keep();
            }
        }
        return std::move(words_);
    }

private:
    std::string_view rest() const { return line_.substr(at_); }
    void keep() { words_ += line_[at_++]; }

    void read_code() {
        const std::size_t run = std::min(rest().find_first_not_of('`'), rest().size());
        const std::string_view marks = rest().substr(0, run);
        at_ += run;
        for (auto end = rest().find(marks); end != npos; end = rest().find(marks, end)) {
            const std::size_t length = std::min(rest().find_first_not_of('`', end), rest().size()) - end;
            if (length == run) {
                words_ += rest().substr(0, end);
                at_ += end + run;
                return;
            }
            end += length;
        }
    }

    void read_brackets() {
        const auto close = closing_bracket(rest());
        if (close == npos) {
            ++at_;
            return;
        }
        const std::string_view inner = rest().substr(1, close - 1);
        const bool part_of_word = at_ > 0 && (is_ascii_letter(line_[at_ - 1]) || line_[at_ - 1] == ')');
        at_ += close + 1;
        const bool link = skip_target();
        if (!link && is_aside(inner) && !(part_of_word && is_ascii_letter(inner.front()))) {
            words_ += ' ';
            return;
        }
        words_ += !link && part_of_word ? " " : "";  // "row[index]"
        words_ += depth_ < deepest_nesting ? LineReader(inner, depth_ + 1).read() : std::string(inner);
    }

    // Behind "[text]": "(target)" or "[reference]".
    bool skip_target() {
        if (!rest().starts_with('(') && !rest().starts_with('[')) {
            return false;
        }
        const auto close = closing_bracket(rest());
        // "[giggles] (really)" has a space between; "[sic](" without an end is not a link.
        if (close == npos) {
            return false;
        }
        at_ += close + 1;
        return true;
    }

    void read_tag() {
        if (rest().starts_with("<!--")) {
            const auto end = rest().find("-->");
            at_ = end == npos ? line_.size() : at_ + end + 3;
            return;
        }
        const auto end = rest().find('>');
        const char first = rest().size() > 1 ? rest()[1] : ' ';
        if (end == npos || !(is_ascii_letter(first) || first == '/' || first == '!')) {
            keep();
            return;
        }
        const std::string_view inner = rest().substr(1, end - 1);
        at_ += end + 1;
        const bool address =
            inner.find_first_of(" =\"") == npos &&
            (inner.find("://") != npos || inner.find('@') != npos || inner.starts_with("mailto:"));
        if (address) {
            words_ += inner;
            return;
        }
        // These separate words; others, like <b>, may stand within one.
        const std::string name = lower_ascii(inner.substr(0, inner.find_first_of(" /", 1)));
        constexpr std::array<std::string_view, 10> inline_tags = {"b",  "i",  "em",  "strong",  "u",
                                                                  "/b", "/i", "/em", "/strong", "/u"};
        if (std::find(inline_tags.begin(), inline_tags.end(), name) == inline_tags.end()) {
            words_ += ' ';
        }
    }

    void read_entity_here() {
        const std::size_t length = read_entity(rest(), words_);
        if (length == 0) {
            keep();
        } else {
            at_ += length;
        }
    }

    void read_escape() {
        constexpr std::string_view escapable = "\\`*_{}[]()<>#+-.!|~";
        if (rest().size() > 1 && escapable.find(rest()[1]) != npos) {
            ++at_;
        }
        keep();
    }

    std::string_view line_;
    int depth_;
    std::size_t at_ = 0;
    std::string words_;
};

// ---- lines ---------------------------------------------------------------------------------------

// A line without the marks at its beginning.
struct Line {
    std::string_view text;
    bool apart = false;  // a heading, an item, a row: a sentence of its own
};

// "---", "***", "===", "| --- | :-: |"
bool is_rule(std::string_view line) {
    const bool table_rule = line.find("--") != npos && consists_of(line, "|-: ");
    return table_rule || (line.size() >= 3 && (consists_of(line, "- ") || consists_of(line, "* ") ||
                                               consists_of(line, "_ ") || consists_of(line, "=")));
}

std::size_t bullet_length(std::string_view line) {
    for (const std::string_view bullet : {"-", "*", "+", "•", "‣", "◦", "·", "–"}) {
        if (line.starts_with(bullet) && line.substr(bullet.size()).starts_with(' ')) {
            return bullet.size() + 1;
        }
    }
    return 0;
}

void skip_task_box(std::string_view& text) {
    for (const std::string_view box : {"[ ] ", "[x] ", "[X] "}) {
        if (text.starts_with(box)) {
            text.remove_prefix(box.size());
        }
    }
}

Line without_block_marks(std::string_view line) {
    Line result{.text = trimmed(line)};
    for (;;) {
        std::string_view& text = result.text;
        if (is_rule(text)) {
            return {};
        }
        const std::size_t hashes = std::min(text.find_first_not_of('#'), text.size());
        if (text.starts_with('>')) {
            text = without_leading_space(text.substr(1));
        } else if (hashes > 0 && hashes <= 6 && (hashes == text.size() || text[hashes] == ' ')) {
            text = trimmed(text.substr(hashes));
            while (text.ends_with('#')) {
                text.remove_suffix(1);
            }
            text = trimmed(text);
            result.apart = true;
            return result;
        } else if (const std::size_t bullet = bullet_length(text); bullet > 0) {
            text = without_leading_space(text.substr(bullet));
            skip_task_box(text);
            result.apart = true;
        } else {
            return result;
        }
    }
}

// "[name]: address", at which reference links point.
bool is_link_definition(std::string_view line) {
    if (!line.starts_with('[') || line.starts_with("[^")) {
        return false;
    }
    const auto close = closing_bracket(line);
    return close != npos && line.substr(close + 1).starts_with(": ") && line.find("://", close) != npos;
}

// "| a | b |" -> "a, b"
std::string cells_of(std::string_view row) {
    std::string list;
    while (!row.empty()) {
        const auto end = std::min(row.find('|'), row.size());
        const std::string_view cell = trimmed(row.substr(0, end));
        if (!cell.empty()) {
            list += list.empty() ? "" : ", ";
            list += cell;
        }
        row.remove_prefix(std::min(end + 1, row.size()));
    }
    return list;
}

bool ends_with_punctuation(std::string_view text) {
    std::size_t last = text.size();
    while (last > 0 && (static_cast<unsigned char>(text[--last]) & 0xC0) == 0x80) {
    }
    return !is_word_character(decode_utf8(text, last).code);
}

}  // namespace

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return lower;
}

std::string_view without_leading_space(std::string_view text) {
    std::size_t begin = 0;
    for (auto first = decode_utf8(text); first.length > 0 && is_space(first.code);
         first = decode_utf8(text, begin)) {
        begin += first.length;
    }
    return text.substr(begin);
}

std::string_view without_trailing_space(std::string_view text) {
    std::size_t end = text.size();
    while (end > 0) {
        std::size_t last = end - 1;
        while (last > 0 && end - last < 4 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) {
            --last;
        }
        const Utf8Character character = decode_utf8(text.substr(0, end), last);
        if (character.length != end - last || !is_space(character.code)) {
            break;
        }
        end = last;
    }
    return text.substr(0, end);
}

std::string_view trimmed(std::string_view text) {
    return without_trailing_space(without_leading_space(text));
}

std::string_view fence_in(std::string_view line) {
    line = trimmed(line);
    if (line.empty() || (line[0] != '`' && line[0] != '~')) {
        return {};
    }
    const auto run = std::min(line.find_first_not_of(line[0]), line.size());
    // "```like this```" in one line is inline code.
    if (run < 3 || line.find('`', run) != npos) {
        return {};
    }
    return line.substr(0, run);
}

bool ends_fence(std::string_view line, std::string_view fence) {
    return trimmed(line).ends_with(fence);
}

std::string without_markup(std::string_view text) {
    std::string words;
    bool apart = false;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const Line line = without_block_marks(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.text.empty() || is_link_definition(line.text)) {
            continue;
        }
        const bool row = line.text.starts_with('|');
        const std::string cells = row ? cells_of(line.text) : std::string();
        const std::string said(trimmed(LineReader(row ? std::string_view(cells) : line.text, 0).read()));
        if (!words.empty() && !said.empty()) {
            const bool stop = (apart || line.apart || row) && !ends_with_punctuation(words);
            words += stop ? ". " : " ";
        }
        words += said;
        apart = line.apart || row;
    }
    return words;
}

}  // namespace repartee::conversation
