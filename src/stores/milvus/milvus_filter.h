// A condition in Milvus's language, with its values apart: "owner == {owner}" and what {owner} is. Values go
// as template parameters; servers before 2.5 know none and get them quoted in the text. Pure.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace repartee::stores::milvus {

struct Filter {
    std::string text;                 // with {names}
    boost::json::object values = {};  // texts, whole numbers, lists of texts, by name
    bool empty() const { return text.empty(); }
};

enum class FilterForm { Templates, Literals };

// Puts the filter into a call's body, as this server wants it.
void add_filter(boost::json::object& body, const Filter& filter, FilterForm form);

// A text as a literal: nothing in it ends the quotes.
std::string quoted_literal(std::string_view text);

}  // namespace repartee::stores::milvus
