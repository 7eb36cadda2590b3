#include "app/thrift.h"

#include <algorithm>
#include <malloc.h>

namespace repartee::app {

namespace {

constexpr auto glance = std::chrono::seconds(1);

// Giving back takes milliseconds in which nobody gets any memory: not for the few that come and go.
bool worth_it(std::size_t connections, std::size_t most) {
    constexpr std::size_t few = 16;
    return most >= few && connections <= most - most / 4;
}

}  // namespace

awaitable<void> give_back_memory(Clock& clock, std::function<std::size_t()> connections) {
    std::size_t most = 0;
    for (;;) {
        co_await clock.sleep(glance);
        auto present = connections();
        most = std::max(most, present);
        if (worth_it(present, most)) {
            ::malloc_trim(0);
            most = present;
        }
    }
}

}  // namespace repartee::app
