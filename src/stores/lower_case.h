// Lower case in all alphabets: for what is kept in this process, and for SQLite, whose own lower() knows only
// ASCII. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace repartee::stores {

// Letter by letter, in all alphabets and in no language: "ÉCOLE" becomes "école". What is no UTF-8 stays.
std::string lower_case(std::string_view text);

}  // namespace repartee::stores
