#include "agents/original_file.h"

#include "base/utf8.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace repartee::agents {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_shown = 60;  // bytes of a wrong value

struct Place {
    int line = 1;
    int column = 1;
};

Place place_of(std::string_view text, std::size_t at) {
    Place place;
    for (char c : text.substr(0, at)) {
        if (c == '\n') {
            ++place.line;
            place.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
            ++place.column;
        }
    }
    return place;
}

std::string shown(const json::value& value) {
    if (value.is_object()) {
        return "an object";
    }
    if (value.is_array()) {
        return "a list";
    }
    auto text = json::serialize(value);
    auto beginning = truncate_utf8(text, longest_shown);
    return std::string(beginning) + (beginning.size() < text.size() ? "..." : "");
}

// What it is, without saying what it says.
std::string kind_of(const json::value& value) {
    switch (value.kind()) {
        case json::kind::bool_: return "true or false";
        case json::kind::string: return "a text";
        case json::kind::array: return "a list";
        case json::kind::object: return "an object";
        default: return "a number";
    }
}

}  // namespace

std::optional<json::object> parse_original(std::string_view text, const std::string& file,
                                           FileMistakes& mistakes) {
    auto reject = [&](std::string message, Place place = {0, 0}) {
        mistakes.push_back(
            {.file = file, .line = place.line, .column = place.column, .message = std::move(message)});
        return std::nullopt;
    };
    if (text.size() > largest_file) {
        return reject("this file is larger than 1 MiB, so it can hardly hold agents");
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    json::stream_parser parser;
    json::error_code wrong;
    auto used = parser.write_some(text.data(), text.size(), wrong);
    auto rest = text.substr(used).find_first_not_of(" \t\r\n");
    if (!wrong && rest != std::string_view::npos) {
        return reject("there is something behind the end of the JSON", place_of(text, used + rest));
    }
    if (!wrong) {
        parser.finish(wrong);
    }
    if (wrong) {
        return reject("this cannot be read as JSON: " + wrong.message(), place_of(text, used));
    }
    auto value = parser.release();
    if (!value.is_object()) {
        return reject(fmt::format("found {}; it must be an object, {{...}}", kind_of(value)));
    }
    return std::move(value.get_object());
}

FilePart FilePart::part(std::string_view key) const {
    const auto* found = value(key);
    const auto* object = found ? found->if_object() : nullptr;
    if (found && !object) {
        reject(key, "an object, {...}");
    }
    return {object, path_of(key), file_, mistakes_};
}

std::optional<std::string> FilePart::text(std::string_view key) const {
    const auto* found = value(key);
    if (!found) {
        return std::nullopt;
    }
    if (const auto* text = found->if_string()) {
        return std::string(*text);
    }
    reject(key, "a text in quotes");
    return std::nullopt;
}

std::optional<std::string> FilePart::secret(std::string_view key) const {
    const auto* found = value(key);
    if (found && !found->is_string()) {
        mistakes_.push_back(
            {.file = file_,
             .key = path_of(key),
             .message = fmt::format("found {}; it must be a text in quotes", kind_of(*found))});
        return std::nullopt;
    }
    return text(key);
}

std::optional<bool> FilePart::flag(std::string_view key) const {
    const auto* found = value(key);
    if (!found) {
        return std::nullopt;
    }
    if (found->is_bool()) {
        return found->get_bool();
    }
    reject(key, "true or false");
    return std::nullopt;
}

std::optional<double> FilePart::any_number(std::string_view key, std::string_view allowed) const {
    const auto* found = value(key);
    if (!found) {
        return std::nullopt;
    }
    if (found->is_number()) {
        auto number = found->to_number<double>();
        if (std::isfinite(number)) {
            return number;
        }
    }
    reject(key, allowed);
    return std::nullopt;
}

std::optional<double> FilePart::number(std::string_view key, double least, double most) const {
    auto allowed = fmt::format("a number from {} to {}", least, most);
    auto number = any_number(key, allowed);
    if (number && (*number < least || *number > most)) {
        reject(key, allowed);
        return std::nullopt;
    }
    return number;
}

std::optional<double> FilePart::clamped(std::string_view key, double least, double most) const {
    auto number = any_number(key, fmt::format("a number from {} to {}", least, most));
    return number ? std::optional(std::clamp(*number, least, most)) : std::nullopt;
}

std::optional<std::int64_t> FilePart::whole_number(std::string_view key, std::int64_t least,
                                                   std::int64_t most) const {
    auto allowed = fmt::format("a whole number from {} to {}", least, most);
    auto number = any_number(key, allowed);
    if (!number) {
        return std::nullopt;
    }
    if (*number < static_cast<double>(least) || *number > static_cast<double>(most) ||
        *number != std::floor(*number)) {
        reject(key, allowed);
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*number);
}

std::optional<std::vector<std::string>> FilePart::texts(std::string_view key) const {
    const auto* found = value(key);
    if (!found) {
        return std::nullopt;
    }
    const auto* array = found->if_array();
    if (!array ||
        !std::ranges::all_of(*array, [](const json::value& element) { return element.is_string(); })) {
        reject(key, "a list of texts, [\"a\", \"b\"]");
        return std::nullopt;
    }
    std::vector<std::string> texts;
    for (const auto& element : *array) {
        texts.emplace_back(element.get_string());
    }
    return texts;
}

const json::value* FilePart::value(std::string_view key) const {
    const auto* found = object_ ? object_->if_contains(key) : nullptr;
    return found && !found->is_null() ? found : nullptr;
}

void FilePart::reject(std::string_view key, std::string_view allowed) const {
    const auto* found = value(key);
    mistakes_.push_back(
        {.file = file_,
         .key = path_of(key),
         .message = fmt::format("found {}; it must be {}", found ? shown(*found) : "nothing", allowed)});
}

std::string FilePart::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

}  // namespace repartee::agents
