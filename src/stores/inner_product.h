// Inner products of float vectors, many at a time: the arithmetic of searching by meaning. With AVX2 where
// the processor has it. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace repartee::stores {

// scores[i]: of `query` with row i. Rows lie one behind the other, `dimension` floats each.
void inner_products(const float* query, const float* rows, std::size_t count, std::size_t dimension,
                    float* scores);

// For each of `count` vectors, which of `centres` has the largest inner product with it, and how large. For
// few centres that fit into a cache.
void nearest_centres(const float* vectors, std::size_t count, const float* centres, std::size_t centre_count,
                     std::size_t dimension, std::int64_t* nearest, float* scores);

}  // namespace repartee::stores
