#include "vocabulary/language.h"

#include <algorithm>

namespace repartee {

std::string primary_subtag(std::string_view language) {
    std::string primary(language.substr(0, language.find_first_of("-_")));
    std::ranges::transform(primary, primary.begin(), [](unsigned char c) { return std::tolower(c); });
    return primary;
}

bool serves(std::string_view offered, std::string_view wanted) {
    return wanted.empty() || primary_subtag(offered) == primary_subtag(wanted);
}

}  // namespace repartee
