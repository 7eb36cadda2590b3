// Lists of words that are looked for.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace repartee::memory {

template <std::size_t Size>
constexpr bool is_one_of(std::u32string_view word, const std::array<std::u32string_view, Size>& list) {
    return std::ranges::find(list, word) != list.end();
}

}  // namespace repartee::memory
