#include "conversation/filler.h"

#include "vocabulary/language.h"

#include <algorithm>
#include <array>
#include <utility>

namespace repartee::conversation {

std::string_view filler_in(std::string_view language) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> sentences{{
        {"en", "One moment, please."},
        {"de", "Einen Moment, bitte."},
        {"hi", "एक क्षण, कृपया।"},
        {"fr", "Un instant, s'il vous plaît."},
        {"es", "Un momento, por favor."},
    }};
    auto spoken = primary_subtag(language);
    const auto* found = std::ranges::find(sentences, spoken, &decltype(sentences)::value_type::first);
    return found == sentences.end() ? std::string_view() : found->second;
}

}  // namespace repartee::conversation
