#include "stores/sql_text.h"

#include "base/utf8.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::stores {

namespace json = boost::json;

std::string json_of(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) {
        array.emplace_back(text);
    }
    return json::serialize(array);
}

std::string json_of(const std::map<std::string, std::string>& texts) {
    json::object object;
    for (const auto& [name, text] : texts) {
        object.emplace(name, text);
    }
    return json::serialize(object);
}

std::vector<std::string> texts_of(std::string_view text) {
    std::vector<std::string> texts;
    const auto parsed = json::parse(text);
    for (const auto& value : parsed.as_array()) {
        texts.emplace_back(value.as_string());
    }
    return texts;
}

std::map<std::string, std::string> named_texts_of(std::string_view text) {
    std::map<std::string, std::string> texts;
    const auto parsed = json::parse(text);
    for (const auto& [name, value] : parsed.as_object()) {
        texts.emplace(name, value.as_string());
    }
    return texts;
}

std::vector<std::string> words_of(std::string_view query) {
    constexpr std::string_view spaces = " \t\r\n";
    std::vector<std::string> words;
    while (words.size() < most_searched_words) {
        const auto begin = query.find_first_not_of(spaces);
        if (begin == std::string_view::npos) {
            break;
        }
        query.remove_prefix(begin);
        const auto word = query.substr(0, query.find_first_of(spaces));
        query.remove_prefix(word.size());
        words.emplace_back(truncate_utf8(word, longest_searched_word));
    }
    return words;
}

std::string has_word(sql::Dialect dialect, std::string_view column, std::string_view place) {
    return dialect == sql::Dialect::Sqlite ? fmt::format("has_word({}, {})", column, place)
                                           : fmt::format("strpos(lower({}), lower({})) > 0", column, place);
}

std::string place_for(std::vector<sql::Value>& parameters, sql::Value value) {
    parameters.push_back(std::move(value));
    return "$" + std::to_string(parameters.size());
}

}  // namespace repartee::stores
