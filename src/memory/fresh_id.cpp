#include "memory/fresh_id.h"

#include <fmt/format.h>

#include <random>

namespace repartee::memory {

std::string fresh_id() {
    std::random_device chance;  // the kernel's
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", chance(), chance(), chance(), chance());
}

}  // namespace repartee::memory
