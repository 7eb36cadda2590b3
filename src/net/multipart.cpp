#include "net/multipart.h"

#include "net/header_values.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::net {

namespace {

constexpr auto npos = std::string_view::npos;

Error malformed(std::string message) {
    return {ErrorKind::Malformed, std::move(message), {}};
}

// --- header values: "form-data; name=\"file\"; filename=\"a.wav\"" ---

void skip_blanks(std::string_view& text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
}

// Up to the closing quote; nothing when there is none. Only a quote or a backslash can be escaped: some
// browsers send paths whose backslashes mean themselves.
std::optional<std::string> take_quoted(std::string_view& text) {
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return value;
        }
        bool escaped = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
        i += escaped ? 1 : 0;
        value += text[i];
    }
    return std::nullopt;
}

struct HeaderValue {
    std::string_view value;  // in front of the first semicolon
    std::vector<std::pair<std::string_view, std::string>> parameters;

    const std::string* parameter(std::string_view name) const {
        for (const auto& [known, text] : parameters) {
            if (equal_without_case(known, name)) {
                return &text;
            }
        }
        return nullptr;
    }
};

// More than any client has a use for; they are looked up one by one.
constexpr std::size_t most_parameters = 16;

// Nothing when it does not follow the grammar, names a parameter twice, or goes on and on.
std::optional<HeaderValue> parse_header_value(std::string_view text) {
    HeaderValue header{.value = trimmed(text.substr(0, text.find(';'))), .parameters = {}};
    text.remove_prefix(std::min(text.find(';'), text.size()));
    for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
        if (text.front() != ';') {
            return std::nullopt;
        }
        text.remove_prefix(1);
        skip_blanks(text);
        if (text.empty()) {
            break;  // a semicolon too many, as some clients write it
        }
        auto name = text.substr(0, text.find('='));
        if (name.size() == text.size() || !is_token(name) || header.parameter(name) != nullptr ||
            header.parameters.size() == most_parameters) {
            return std::nullopt;
        }
        text.remove_prefix(name.size() + 1);
        std::optional<std::string> value;
        if (text.starts_with('"')) {
            value = take_quoted(text);
        } else if (auto word = text.substr(0, text.find_first_of("; \t")); is_token(word)) {
            value = word;
            text.remove_prefix(word.size());
        }
        if (!value) {
            return std::nullopt;
        }
        header.parameters.emplace_back(name, std::move(*value));
    }
    return header;
}

bool is_boundary(std::string_view text) {
    return !text.empty() && text.size() <= longest_boundary && text.back() != ' ' &&
           std::ranges::all_of(text, [](char c) {
               return is_digit(c) || is_letter(c) || std::string_view("'()+_,-./:=? ").find(c) != npos;
           });
}

// --- the headers of a part ---

Result<Headers> parse_headers(std::string_view block) {
    Headers headers;
    while (!block.empty()) {
        auto line = block.substr(0, block.find("\r\n"));
        block.remove_prefix(line.size() + 2);
        auto colon = line.find(':');
        // A line that begins with a blank would continue the one before: given up by HTTP, and here.
        if (colon == npos || !is_token(line.substr(0, colon)) ||
            std::ranges::any_of(line, is_control_character)) {
            return malformed("A part of the form has a malformed header.");
        }
        headers.add(std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
    }
    return headers;
}

Result<void> take_name(Part& part) {
    auto disposition = parse_header_value(part.headers.get("Content-Disposition").value_or(""));
    const auto* name = disposition ? disposition->parameter("name") : nullptr;
    if (name == nullptr || !equal_without_case(disposition->value, "form-data")) {
        return malformed("A part of the form does not say its name (Content-Disposition: form-data).");
    }
    part.name = *name;
    if (const auto* file_name = disposition->parameter("filename")) {
        part.file_name = *file_name;
    }
    return {};
}

Result<void> check_content(const Part& part) {
    auto type = trimmed(part.headers.get("Content-Type").value_or(""));
    constexpr std::string_view multipart = "multipart/";
    if (equal_without_case(type.substr(0, multipart.size()), multipart)) {
        return malformed("A part of the form is a multipart itself. Send every file as a part of its own.");
    }
    // Browsers never encode parts, and RFC 7578 tells nobody to.
    auto encoding = trimmed(part.headers.get("Content-Transfer-Encoding").value_or("binary"));
    constexpr std::string_view plain[] = {"binary", "8bit", "7bit"};
    if (std::ranges::none_of(plain, [&](auto word) { return equal_without_case(word, encoding); })) {
        return Error{ErrorKind::Unsupported,
                     "A part of the form has a transfer encoding. Send its bytes as they are.",
                     {}};
    }
    return {};
}

// --- the body ---

class Reader {
public:
    Reader(std::string_view body, const std::string& boundary, const MultipartLimits& limits)
        : delimiter_("\r\n--" + boundary), limits_(limits), rest_(body) {}

    Result<std::vector<Part>> read() {
        // Some clients put an empty line in front; nobody puts a preamble there.
        auto first = std::string_view(delimiter_).substr(2);
        if (rest_.starts_with("\r\n")) {
            rest_.remove_prefix(2);
        }
        if (!rest_.starts_with(first)) {
            return malformed("The body does not begin with the boundary that Content-Type names.");
        }
        rest_.remove_prefix(first.size());
        std::vector<Part> parts;
        for (;;) {
            auto more = read_boundary_line();
            if (!more) {
                return more.error();
            }
            if (!*more) {
                return parts;
            }
            if (parts.size() == limits_.parts) {
                return Error{
                    ErrorKind::TooLarge, fmt::format("The form has more than {} parts.", limits_.parts), {}};
            }
            auto part = read_part();
            if (!part) {
                return part.error();
            }
            parts.push_back(std::move(*part));
        }
    }

private:
    static Error cut_off() { return malformed("The form is cut off: its closing boundary is missing."); }

    // The rest of the line of a boundary; false when it was the closing one, which ends the body.
    Result<bool> read_boundary_line() {
        bool closing = rest_.starts_with("--");
        rest_.remove_prefix(closing ? 2 : 0);
        skip_blanks(rest_);
        if (closing && rest_.empty()) {
            return false;
        }
        if (!rest_.starts_with("\r\n")) {
            return rest_.empty() || rest_ == "\r" || rest_ == "-"
                       ? cut_off()
                       : malformed("A boundary of the form has something behind it on its line.");
        }
        rest_.remove_prefix(2);
        if (closing && !rest_.empty()) {
            return malformed("Something follows the closing boundary of the form.");
        }
        return !closing;
    }

    Result<Part> read_part() {
        // The empty line may be the first; a line break in front makes that case like the others.
        auto window = rest_.substr(0, limits_.header_bytes);
        std::size_t end = window.starts_with("\r\n") ? 0 : window.find("\r\n\r\n");
        if (end == npos) {
            return window.size() == rest_.size()
                       ? cut_off()
                       : Error{ErrorKind::TooLarge, "The headers of a part of the form are too long.", {}};
        }
        auto headers = parse_headers(rest_.substr(0, end == 0 ? 0 : end + 2));
        if (!headers) {
            return headers.error();
        }
        rest_.remove_prefix(end == 0 ? 2 : end + 4);
        Part part{.headers = std::move(*headers), .name = {}, .file_name = {}, .content = {}};
        if (auto named = take_name(part); !named) {
            return named.error();
        }
        if (auto checked = check_content(part); !checked) {
            return checked.error();
        }
        // Linear: the delimiter has one '\r', at its beginning, so that no byte is compared in more than
        // two attempts.
        auto next = rest_.find(delimiter_);
        if (next == npos) {
            return cut_off();
        }
        part.content = rest_.substr(0, next);
        rest_.remove_prefix(next + delimiter_.size());
        return part;
    }

    const std::string delimiter_;
    const MultipartLimits& limits_;
    std::string_view rest_;
};

}  // namespace

Result<std::string> multipart_boundary(std::string_view content_type) {
    auto header = parse_header_value(content_type);
    if (!header || !equal_without_case(header->value, "multipart/form-data")) {
        // The type may be right and its parameters wrong.
        if (auto type = trimmed(content_type.substr(0, content_type.find(';')));
            equal_without_case(type, "multipart/form-data")) {
            return malformed("The Content-Type of the form is malformed.");
        }
        return Error{ErrorKind::Unsupported, "Send a form: multipart/form-data.", {}};
    }
    const auto* boundary = header->parameter("boundary");
    if (boundary == nullptr) {
        return malformed("The Content-Type of the form names no boundary.");
    }
    if (!is_boundary(*boundary)) {
        return malformed("The boundary of the form is none that RFC 2046 allows.");
    }
    return *boundary;
}

Result<std::vector<Part>> parse_multipart(std::string_view content_type, std::string_view body,
                                          const MultipartLimits& limits) {
    auto boundary = multipart_boundary(content_type);
    if (!boundary) {
        return boundary.error();
    }
    return Reader(body, *boundary, limits).read();
}

const Part* part_named(const std::vector<Part>& parts, std::string_view name) {
    auto part = std::ranges::find(parts, name, &Part::name);
    return part == parts.end() ? nullptr : &*part;
}

}  // namespace repartee::net
