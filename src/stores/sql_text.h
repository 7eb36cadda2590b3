// What the stores over SQL make of texts: lists as JSON for a column, and the words of a query.
#pragma once

#include "stores/sql.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::stores {

std::string json_of(const std::vector<std::string>& texts);
std::string json_of(const std::map<std::string, std::string>& texts);
// Of what json_of has written.
std::vector<std::string> texts_of(std::string_view json);
std::map<std::string, std::string> named_texts_of(std::string_view json);

// What a search looks for: each word of the query, in any order. More than these few narrow nothing down.
inline constexpr std::size_t most_searched_words = 8;
inline constexpr std::size_t longest_searched_word = 100;  // bytes; the rest of it is not looked at

std::vector<std::string> words_of(std::string_view query);

// A condition: the text in `column` has the word at `place` ("$7") in it, in any case. SQLite has a function
// of ours for that, which knows all letters; which ones PostgreSQL knows goes by the locale of the database.
std::string has_word(sql::Dialect dialect, std::string_view column, std::string_view place);

// "$7", and the value goes behind the others.
std::string place_for(std::vector<sql::Value>& parameters, sql::Value value);

}  // namespace repartee::stores
