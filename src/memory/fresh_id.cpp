#include "memory/fresh_id.h"

#include <fmt/format.h>

#include <random>

namespace repartee::memory {

std::string fresh_id() {
    thread_local std::random_device
        chance;  // making one asks the processor what it is: dear on a virtual machine
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", chance(), chance(), chance(), chance());
}

}  // namespace repartee::memory
