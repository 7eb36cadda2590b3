#include "surfaces/misty/spoken_style.h"

#include "conversation/abbreviations.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace repartee::surfaces::misty {

namespace {

constexpr auto npos = std::string_view::npos;

struct Phrase {
    std::string_view wording;
    std::string_view instruction;
    Layout layout = Layout::Prose;
    int token_limit = 150;
};

constexpr std::string_view example = "Include an example.";
constexpr std::string_view real_example = "Include an example from the real world.";
constexpr std::string_view bullets = "Write a list, each point on a line of its own behind a dash.";
constexpr std::string_view steps = "Write numbered steps, each on a line of its own.";
constexpr std::string_view table =
    "Write a table and nothing else: each row on a line of its own, with | around its columns.";
constexpr std::string_view simple = "Explain it in simple words, as to a beginner.";

// The nine that clients tell people about, and what recognisers make of them. Where one wording is the
// beginning of another, the longer one stands first.
constexpr Phrase phrases[] = {
    {"long answer", "Give a detailed answer, of up to ten sentences.", Layout::Prose, 300},
    {"real world examples", real_example},
    {"real world example", real_example},
    {"with an example", example},
    {"with examples", example},
    {"with example", example},
    {"bullet points", bullets, Layout::List},
    {"bullet point", bullets, Layout::List},
    {"step by step", steps, Layout::List},
    {"table format", table, Layout::Table},
    {"technical explanation", "Explain it technically, in the terms of the field."},
    {"explain like a beginner", simple},
    {"explain like beginner", simple},
    {"for interview", "Answer as one would in a job interview: to the point and well ordered."},
};

// Words that only led up to a phrase: "... in a table format", "... as bullet points and with example".
constexpr std::string_view connectors[] = {"a", "an", "and", "as", "in", "using", "with"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Letters of all scripts, going by the fact that punctuation is mostly ASCII.
bool is_word_character(char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || c == '\'' ||
           (lower(c) >= 'a' && lower(c) <= 'z');
}

struct SpokenWord {
    std::size_t begin;
    std::size_t end;
    bool kept = true;
};

std::vector<SpokenWord> words_of(std::string_view text) {
    std::vector<SpokenWord> words;
    for (std::size_t i = 0; i < text.size();) {
        auto begin = i;
        while (i < text.size() && is_word_character(text[i])) {
            ++i;
        }
        if (i > begin) {
            words.push_back({begin, i});
        } else {
            ++i;
        }
    }
    return words;
}

// Two words belong to one phrase when only blanks or a hyphen stand between them ("step-by-step").
bool adjoin(std::string_view text, const SpokenWord& left, const SpokenWord& right) {
    auto between = text.substr(left.end, right.begin - left.end);
    return std::ranges::all_of(between, [](char c) { return is_blank(c) || c == '-'; });
}

// How many of `words` the phrase takes up, from the first on; 0: it does not stand there.
std::size_t length_at(std::string_view text, std::span<const SpokenWord> words, std::string_view wording) {
    std::size_t count = 0;
    while (!wording.empty()) {
        auto wanted = wording.substr(0, wording.find(' '));
        wording.remove_prefix(std::min(wanted.size() + 1, wording.size()));
        if (count == words.size() || !words[count].kept ||
            !equal_without_case(text.substr(words[count].begin, words[count].end - words[count].begin),
                                wanted) ||
            (count > 0 && !adjoin(text, words[count - 1], words[count]))) {
            return 0;
        }
        ++count;
    }
    return count;
}

void drop_connectors(std::string_view text, std::vector<SpokenWord>& words, std::size_t phrase) {
    for (std::size_t i = phrase; i > 0; --i) {
        auto& word = words[i - 1];
        auto is_word = [&](std::string_view other) {
            return equal_without_case(text.substr(word.begin, word.end - word.begin), other);
        };
        if (!word.kept || !adjoin(text, word, words[i]) || std::ranges::none_of(connectors, is_word)) {
            return;
        }
        word.kept = false;
    }
}

// What to put in place of what was taken out: one of the marks that stood around it, and a mark that
// ends a sentence rather than a comma. Empty when there was none.
std::string_view mark_of(std::string_view around, std::string_view others) {
    auto mark = around.find_first_of(".!?");
    if (mark == npos) {
        mark = around.find_first_of(others);
    }
    return mark == npos ? std::string_view() : around.substr(mark, 1);
}

// The words that are kept, with what stood between them.
std::string kept_words(std::string_view text, std::span<const SpokenWord> words) {
    std::string kept;
    std::string around;  // all that stood around the words that are left out at present
    bool left_out = false;
    std::size_t end = 0;
    for (const auto& word : words) {
        auto gap = text.substr(end, word.begin - end);
        end = word.end;
        around += gap;
        if (!word.kept) {
            left_out = true;
            continue;
        }
        if (!left_out) {
            kept += gap;
        } else if (!kept.empty()) {
            kept += mark_of(around, ",;:");
            kept += ' ';
        }
        kept += text.substr(word.begin, word.end - word.begin);
        around.clear();
        left_out = false;
    }
    auto rest = text.substr(end);
    around += rest;
    if (!kept.empty()) {
        kept += left_out ? mark_of(around, "") : rest;
    }
    return kept;
}

// --- replies ---

constexpr std::string_view closing_marks[] = {"\"", "'", ")", "]", "*", "_", "\u201D", "\u2019"};
constexpr std::string_view sentence_marks[] = {".", "!", "?", "\u0964", "\u3002", "\uFF01", "\uFF1F"};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

// The length of the mark that `text` begins with; 0: none of them.
std::size_t mark_length(std::string_view text, std::span<const std::string_view> marks) {
    auto mark = std::ranges::find_if(marks, [&](auto each) { return text.starts_with(each); });
    return mark == marks.end() ? 0 : mark->size();
}

bool is_number(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Bytes: more than any abbreviation or number of a list. Models write lines of any length.
constexpr std::size_t most_looked_at = 80;

// Whether the full stop before `rest` ends a sentence, and does not belong to "Dr." or to "2." of a list.
bool stop_ends_sentence(std::string_view before, std::string_view rest) {
    before.remove_prefix(before.size() - std::min(before.size(), most_looked_at));
    auto line = before.substr(before.find_last_of('\n') + 1);
    auto word = line.substr(line.find_last_of(" \t") + 1);
    auto next = trimmed(rest);
    switch (conversation::full_stop_after(word, line)) {
        case conversation::FullStop::PartOfWord: return next.empty() && !is_number(line);
        case conversation::FullStop::EndsSentence: return true;
        case conversation::FullStop::EndsUnlessLowercase:
            return next.empty() || !(next.front() >= 'a' && next.front() <= 'z');
        case conversation::FullStop::EndsUnlessNumber:
            return next.empty() || !(next.front() >= '0' && next.front() <= '9');
    }
    return true;
}

// Where the last sentence of `text` ends that is whole; nothing when none is.
std::optional<std::size_t> last_sentence_end(std::string_view text) {
    std::optional<std::size_t> end;
    for (std::size_t i = 0; i < text.size();) {
        auto mark = mark_length(text.substr(i), sentence_marks);
        if (mark == 0) {
            ++i;
            continue;
        }
        auto after = i + mark;
        while (auto closing = mark_length(text.substr(after), closing_marks)) {
            after += closing;
        }
        bool followed = after == text.size() || is_blank(text[after]) || mark > 1;
        if (followed && (text[i] != '.' || stop_ends_sentence(text.substr(0, i), text.substr(after)))) {
            end = after;
        }
        i += mark;
    }
    return end;
}

bool ends_well(std::string_view line) {
    return last_sentence_end(trimmed(line)) == trimmed(line).size();
}

std::string finished_list(std::string_view reply) {
    auto last_line = reply.find_last_of('\n');
    auto above = last_line == npos ? std::string_view() : reply.substr(0, last_line);
    auto item = reply.substr(last_line == npos ? 0 : last_line + 1);
    if (auto end = last_sentence_end(item)) {
        return std::string(reply.substr(0, reply.size() - item.size() + *end));
    }
    // Where the others are sentences and this is none, it was cut off.
    auto other = trimmed(above.substr(above.find_last_of('\n') + 1));
    return std::string(ends_well(other) ? trimmed(above) : reply);
}

std::string finished_table(std::string_view reply) {
    std::string rows;
    while (!reply.empty()) {
        auto line = reply.substr(0, reply.find('\n'));
        reply.remove_prefix(std::min(line.size() + 1, reply.size()));
        if (line.find('|') != npos) {
            rows += (rows.empty() ? "" : "\n") + std::string(trimmed(line));
        }
    }
    return rows;
}

}  // namespace

SpokenStyle spoken_style(std::string_view transcript) {
    SpokenStyle style;
    auto words = words_of(transcript);
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const auto& phrase : phrases) {
            auto length = length_at(transcript, std::span(words).subspan(i), phrase.wording);
            if (length == 0) {
                continue;
            }
            for (auto& word : std::span(words).subspan(i, length)) {
                word.kept = false;
            }
            drop_connectors(transcript, words, i);
            if (style.instructions.find(phrase.instruction) == npos) {
                style.instructions +=
                    (style.instructions.empty() ? "" : " ") + std::string(phrase.instruction);
            }
            style.token_limit = std::max(style.token_limit, phrase.token_limit);
            style.layout = std::max(style.layout, phrase.layout);
        }
    }
    style.question = std::string(trimmed(kept_words(transcript, words)));
    if (style.question.empty()) {
        style.question = transcript;
    }
    return style;
}

std::string finished(std::string_view reply, Layout layout) {
    auto whole = trimmed(reply);
    if (layout == Layout::Table) {
        if (auto rows = finished_table(whole); !rows.empty()) {
            return rows;
        }
    }
    if (layout == Layout::List) {
        return finished_list(whole);
    }
    auto end = last_sentence_end(whole);
    return std::string(whole.substr(0, end.value_or(whole.size())));
}

}  // namespace repartee::surfaces::misty
