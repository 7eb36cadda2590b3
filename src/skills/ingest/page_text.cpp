#include "skills/ingest/page_text.h"

#include "base/utf8.h"
#include "skills/ingest/html_text.h"

#include <boost/json.hpp>

namespace repartee::skills::ingest {

namespace json = boost::json;

namespace {

// What is no UTF-8 is taken for the Western European that old pages are written in.
std::string as_utf8(const std::string& bytes) {
    if (is_utf8(bytes)) {
        return bytes;
    }
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (char byte : bytes) {
        append_utf8(text, static_cast<unsigned char>(byte));
    }
    return text;
}

// "name: Ink", a line for each value; a list's values have their list's name.
void add_lines(const json::value& value, std::string_view name, std::string& lines) {
    if (const auto* object = value.if_object()) {
        for (const auto& [key, member] : *object) {
            add_lines(member, key, lines);
        }
    } else if (const auto* list = value.if_array()) {
        for (const auto& item : *list) {
            add_lines(item, name, lines);
        }
    } else if (!value.is_null()) {
        const auto* text = value.if_string();
        lines += std::string(name) + (name.empty() ? "" : ": ") +
                 (text ? std::string(*text) : json::serialize(value)) + "\n";
    }
}

bool is_html(const std::string& type) {
    return type == "text/html" || type == "application/xhtml+xml";
}

}  // namespace

Result<PageText> text_of(const net::PublicPage& page) {
    auto body = as_utf8(page.body);
    if (is_html(page.type)) {
        return PageText{.text = text_of_html(body), .title = title_of_html(body)};
    }
    if (page.type != "application/json") {
        return PageText{.text = std::move(body), .title = {}};
    }
    json::error_code wrong;
    auto value = json::parse(body, wrong);
    if (wrong) {
        return Error{ErrorKind::Malformed, "What is there makes no sense.", wrong.message()};
    }
    PageText text;
    add_lines(value, {}, text.text);
    return text;
}

}  // namespace repartee::skills::ingest
