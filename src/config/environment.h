// Named texts: the process's environment, or what a .env file says. Names know no case.
#pragma once

#include "config/mistake.h"

#include <array>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace repartee::config {

struct Variable {
    std::string name;  // as it was written
    std::string value;
    int line = 0;  // of the .env file; 0 in the process's environment
};

class Environment {
public:
    Environment() = default;
    Environment(std::initializer_list<std::pair<std::string_view, std::string_view>> variables);

    // The later of two that differ only in case wins, except that NAME always beats name.
    void set(Variable variable);

    // Nothing when there is no such variable. Valid until the next `set`.
    const Variable* find(std::string_view name) const;

    bool empty() const { return variables_.empty(); }
    std::size_t size() const { return variables_.size(); }

private:
    std::map<std::string, Variable, std::less<>> variables_;  // by upper-case name
};

// A copy of what this process was started with: the only look at `environ` in the program. Not while
// another thread changes the environment; call it from main.
Environment environment_of_process();

// Variables that the programs we replace know and that change nothing here. They are accepted, and
// whoever has set one is told so.
inline constexpr std::array<std::string_view, 5> variables_without_effect = {
    "APP_NAME", "PROJECT_NAME", "ALGORITHM", "ANTHROPIC_API_KEY", "KMP_DUPLICATE_LIB_OK",
};

}  // namespace repartee::config
