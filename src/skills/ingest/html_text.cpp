#include "skills/ingest/html_text.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace repartee::skills::ingest {

namespace {

// Elements whose content is not for readers; their end is looked for as text.
constexpr std::array<std::string_view, 9> unseen{"script", "style",    "noscript", "template", "title",
                                                 "svg",    "textarea", "iframe",   "select"};

// Elements that stand in lines of their own.
constexpr std::array<std::string_view, 31> lines{
    "p",       "div",    "br",      "hr",         "li",     "ul",     "ol",  "dl",
    "dt",      "dd",     "h1",      "h2",         "h3",     "h4",     "h5",  "h6",
    "tr",      "table",  "section", "article",    "header", "footer", "nav", "pre",
    "caption", "figure", "aside",   "blockquote", "main",   "form",   "body"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 19> entities{{
    {"amp", "&"},   {"lt", "<"},    {"gt", ">"},    {"quot", "\""},  {"apos", "'"},
    {"nbsp", " "},  {"ndash", "–"}, {"mdash", "—"}, {"hellip", "…"}, {"lsquo", "‘"},
    {"rsquo", "’"}, {"ldquo", "“"}, {"rdquo", "”"}, {"euro", "€"},   {"pound", "£"},
    {"copy", "©"},  {"reg", "®"},   {"deg", "°"},   {"shy", ""},
}};

char small(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character | 0x20) : character;
}

bool is_white(char character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t' ||
           character == '\f';
}

bool is_letter(char character) {
    return small(character) >= 'a' && small(character) <= 'z';
}

bool starts_with_name(std::string_view text, std::string_view name) {
    return text.size() >= name.size() &&
           std::equal(name.begin(), name.end(), text.begin(), [](char a, char b) { return a == small(b); });
}

// The name of the element in a tag's text behind its "<" or "</", in small letters.
std::string name_in(std::string_view text) {
    std::string name;
    for (char character : text.substr(0, 20)) {
        if (!is_letter(character) && !(character >= '0' && character <= '9')) {
            break;
        }
        name += small(character);
    }
    return name;
}

// Behind the ">" of the tag that begins at `at`; one in quotes does not count.
std::size_t end_of_tag(std::string_view html, std::size_t at) {
    char quote = '\0';
    for (; at < html.size(); ++at) {
        if (quote != '\0') {
            quote = html[at] == quote ? '\0' : quote;
        } else if (html[at] == '"' || html[at] == '\'') {
            quote = html[at];
        } else if (html[at] == '>') {
            return at + 1;
        }
    }
    return html.size();
}

// Where "</name" begins; the end where it does not come.
std::size_t closing_of(std::string_view html, std::size_t at, std::string_view name) {
    while ((at = html.find("</", at)) != html.npos) {
        if (starts_with_name(html.substr(at + 2), name)) {
            return at;
        }
        at += 2;
    }
    return html.size();
}

// Adds words with single spaces, and lines.
class Page {
public:
    void add(std::string_view text) {
        for (char character : text) {
            if (is_white(character)) {
                gap_ = std::max(gap_, Gap::Space);
                continue;
            }
            close_gap();
            text_ += character;
        }
    }
    void end_line() { gap_ = Gap::Line; }
    std::string take() { return std::move(text_); }

private:
    enum class Gap { None, Space, Line };
    void close_gap() {
        if (gap_ != Gap::None && !text_.empty()) {
            text_ += gap_ == Gap::Line ? '\n' : ' ';
        }
        gap_ = Gap::None;
    }
    std::string text_;
    Gap gap_ = Gap::None;
};

// "&amp;" or "&#8211;" at the beginning of `text`: what it means, and its length; 0: it is none.
std::pair<std::string, std::size_t> entity_in(std::string_view text) {
    constexpr std::size_t longest = 12;
    auto end = text.substr(0, longest).find(';');
    if (end == text.npos || end < 2) {
        return {{}, 0};
    }
    auto name = text.substr(1, end - 1);
    if (name.front() == '#') {
        bool hexadecimal = name.size() > 1 && small(name[1]) == 'x';
        auto digits = name.substr(hexadecimal ? 2 : 1);
        std::uint32_t code = 0;
        const char* last = digits.data() + digits.size();
        auto [stopped, wrong] = std::from_chars(digits.data(), last, code, hexadecimal ? 16 : 10);
        if (digits.empty() || wrong != std::errc() || stopped != last) {
            return {{}, 0};
        }
        std::string character;
        append_utf8(character, code < 0x20 ? U' ' : static_cast<char32_t>(code));
        return {std::move(character), end + 1};
    }
    const auto* known = std::ranges::find(entities, name, &decltype(entities)::value_type::first);
    return known == entities.end() ? std::pair{std::string(), std::size_t{0}}
                                   : std::pair{std::string(known->second), end + 1};
}

void add_text(Page& page, std::string_view text) {
    while (!text.empty()) {
        auto ampersand = std::min(text.find('&'), text.size());
        page.add(text.substr(0, ampersand));
        text.remove_prefix(ampersand);
        if (text.empty()) {
            return;
        }
        auto [meaning, length] = entity_in(text);
        page.add(length > 0 ? std::string_view(meaning) : text.substr(0, 1));
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

}  // namespace

std::string text_of_html(std::string_view html) {
    Page page;
    std::size_t at = 0;
    while (at < html.size()) {
        auto tag = std::min(html.find('<', at), html.size());
        add_text(page, html.substr(at, tag - at));
        auto rest = html.substr(tag);
        if (rest.size() < 2) {
            page.add(rest);
            break;
        }
        if (rest.starts_with("<!--")) {
            auto end = html.find("-->", tag + 4);
            at = end == html.npos ? html.size() : end + 3;
            continue;
        }
        bool closes = rest[1] == '/';
        if (!is_letter(rest[1]) && !closes && rest[1] != '!' && rest[1] != '?') {
            page.add("<");
            at = tag + 1;
            continue;
        }
        auto name = name_in(rest.substr(closes ? 2 : 1));
        at = end_of_tag(html, tag + 1);
        if (!closes && std::ranges::find(unseen, name) != unseen.end()) {
            at = closing_of(html, at, name);
        } else if (std::ranges::find(lines, name) != lines.end()) {
            page.end_line();
        } else if (name == "td" || name == "th") {
            page.add(" ");
        }
    }
    return page.take();
}

std::string title_of_html(std::string_view html) {
    constexpr std::size_t longest_head = 64 << 10;
    for (std::size_t at = 0; (at = html.substr(0, longest_head).find('<', at)) != html.npos; ++at) {
        if (name_in(html.substr(at + 1)) == "title") {
            auto begin = end_of_tag(html, at + 1);
            Page page;
            add_text(page, html.substr(begin, closing_of(html, begin, "title") - begin));
            return page.take();
        }
    }
    return {};
}

}  // namespace repartee::skills::ingest
