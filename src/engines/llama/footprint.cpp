#include "engines/llama/footprint.h"

#include <limits>

namespace repartee::engines::llama {

namespace {

// llama-server itself takes 30 MiB, with a network of a few layers a little more; the rest grows with the
// layers' width, and with it the weights.
constexpr std::uint64_t base = 128 << 20;
constexpr std::uint64_t part_of_weights = 16;

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t result = 0;
    return __builtin_mul_overflow(a, b, &result) ? std::numeric_limits<std::uint64_t>::max() : result;
}

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
    std::uint64_t result = 0;
    return __builtin_add_overflow(a, b, &result) ? std::numeric_limits<std::uint64_t>::max() : result;
}

}  // namespace

std::uint64_t Footprint::all() const {
    return sum(sum(weights, conversations), computing);
}

Footprint footprint_of(const models::LanguageFacts& model, std::uint64_t weights, std::uint64_t context,
                       std::uint64_t slots) {
    return {.weights = weights,
            .conversations = product(product(model.token_bytes, context), slots),
            .computing = sum(base, weights / part_of_weights)};
}

}  // namespace repartee::engines::llama
