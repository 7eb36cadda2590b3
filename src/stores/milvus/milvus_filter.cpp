#include "stores/milvus/milvus_filter.h"

#include <fmt/format.h>

namespace repartee::stores::milvus {

namespace {

namespace json = boost::json;

std::string literal_of(const json::value& value) {
    if (value.is_string()) {
        return quoted_literal(value.get_string());
    }
    if (value.is_array()) {
        std::string list;
        for (const auto& element : value.get_array()) {
            list += (list.empty() ? "" : ", ") + literal_of(element);
        }
        return "[" + list + "]";
    }
    return json::serialize(value);
}

// Each {name} once: what a value brings along is not looked at again.
std::string with_literals(const Filter& filter) {
    std::string text;
    std::size_t at = 0;
    for (;;) {
        const auto open = filter.text.find('{', at);
        const auto close = filter.text.find('}', open);
        if (open == std::string::npos || close == std::string::npos) {
            return text + filter.text.substr(at);
        }
        text += filter.text.substr(at, open - at);
        text += literal_of(filter.values.at(filter.text.substr(open + 1, close - open - 1)));
        at = close + 1;
    }
}

}  // namespace

std::string quoted_literal(std::string_view text) {
    std::string quoted = "\"";
    for (const char byte : text) {
        switch (byte) {
            case '\\':
            case '"':
                quoted += '\\';
                quoted += byte;
                break;
            case '\n': quoted += "\\n"; break;
            case '\r': quoted += "\\r"; break;
            case '\t': quoted += "\\t"; break;
            default: quoted += byte;
        }
    }
    return quoted + '"';
}

void add_filter(json::object& body, const Filter& filter, FilterForm form) {
    if (form == FilterForm::Literals) {
        body["filter"] = with_literals(filter);
        return;
    }
    body["filter"] = filter.text;
    if (!filter.values.empty()) {
        body["exprParams"] = filter.values;
    }
}

}  // namespace repartee::stores::milvus
