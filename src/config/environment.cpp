#include "config/environment.h"

#include <boost/algorithm/string/case_conv.hpp>

#include <locale>
#include <unistd.h>

namespace repartee::config {

namespace {

// The C locale: what upper case is must not depend on where the program runs.
std::string upper_case(std::string_view name) {
    return boost::algorithm::to_upper_copy(std::string(name), std::locale::classic());
}

}  // namespace

Environment::Environment(std::initializer_list<std::pair<std::string_view, std::string_view>> variables) {
    for (const auto& [name, value] : variables) {
        set({.name = std::string(name), .value = std::string(value)});
    }
}

void Environment::set(Variable variable) {
    std::string key = upper_case(variable.name);
    const auto present = variables_.find(key);
    if (present != variables_.end() && present->second.name == key && variable.name != key) {
        return;
    }
    variables_.insert_or_assign(std::move(key), std::move(variable));
}

const Variable* Environment::find(std::string_view name) const {
    const auto found = variables_.find(upper_case(name));
    return found == variables_.end() ? nullptr : &found->second;
}

Environment environment_of_process() {
    Environment environment;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos && equals > 0) {
            environment.set(
                {.name = std::string(text.substr(0, equals)), .value = std::string(text.substr(equals + 1))});
        }
    }
    return environment;
}

}  // namespace repartee::config
