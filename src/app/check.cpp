#include "app/check.h"

#include "app/agents.h"
#include "config/writing.h"

#include <iostream>

namespace repartee::app {

int check(Settings& settings, Parts& parts, const config::Reading& reading) {
    if (!reading.mistakes.empty()) {
        std::cerr << config::to_text(reading.mistakes);
        return 2;
    }
    std::cout << config::print(sections_of(settings, parts), reading.origins) << "\n"
              << print_agents(*settings.agent_book, reading.origins);
    return 0;
}

}  // namespace repartee::app
