// The names of the variables that override a field: FieldAbout::environment, where several stand with
// spaces between, the one that counts first in front.
#pragma once

#include "base/fields.h"

#include <string_view>
#include <vector>

namespace repartee::config {

inline std::vector<std::string_view> variable_names(const FieldAbout& about) {
    std::vector<std::string_view> names;
    std::string_view rest = about.environment;
    while (!rest.empty()) {
        const std::size_t space = rest.find(' ');
        if (space != 0) {
            names.push_back(rest.substr(0, space));
        }
        rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    }
    return names;
}

}  // namespace repartee::config
