#include "stores/inner_product.h"

#include <algorithm>
#include <cstring>
#include <limits>

// Written once with the compiler's own vectors, and compiled twice on x86: for any processor, and for those
// with AVX2. Chosen by hand rather than by target_clones, whose resolvers run before a sanitizer is ready.

namespace repartee::stores {

namespace {

using Lanes = float __attribute__((vector_size(32)));
constexpr std::size_t lanes = sizeof(Lanes) / sizeof(float);

// By reference: how vectors are passed by value differs between the two ways of compiling.
[[gnu::always_inline]] inline void load(Lanes& to, const float* from) {
    std::memcpy(&to, from, sizeof to);
}

[[gnu::always_inline]] inline float sum(const Lanes& of) {
    return ((of[0] + of[4]) + (of[1] + of[5])) + ((of[2] + of[6]) + (of[3] + of[7]));
}

// Two sums at once, so that one addition need not wait for the one before.
[[gnu::always_inline]] inline float one_product(const float* left, const float* right,
                                                std::size_t dimension) {
    Lanes first{}, second{}, a, b;
    std::size_t at = 0;
    for (; at + 2 * lanes <= dimension; at += 2 * lanes) {
        load(a, left + at);
        load(b, right + at);
        first += a * b;
        load(a, left + at + lanes);
        load(b, right + at + lanes);
        second += a * b;
    }
    first += second;
    float product = sum(first);
    for (; at < dimension; ++at) {
        product += left[at] * right[at];
    }
    return product;
}

[[gnu::always_inline]] inline void products_body(const float* query, const float* rows, std::size_t count,
                                                 std::size_t dimension, float* scores) {
    for (std::size_t row = 0; row < count; ++row) {
        scores[row] = one_product(query, rows + row * dimension, dimension);
    }
}

// Four vectors with two centres at a time: what has been loaded is used several times.
[[gnu::always_inline]] inline void eight_products(const float* vectors, const float* centres,
                                                  std::size_t dimension, float (&products)[4][2]) {
    Lanes sums[4][2] = {};
    std::size_t at = 0;
    for (; at + lanes <= dimension; at += lanes) {
        Lanes left, right, vector;
        load(left, centres + at);
        load(right, centres + dimension + at);
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; ++i) {
            load(vector, vectors + i * dimension + at);
            sums[i][0] += vector * left;
            sums[i][1] += vector * right;
        }
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 2; ++j) {
            products[i][j] = sum(sums[i][j]);
            for (std::size_t rest = at; rest < dimension; ++rest) {
                products[i][j] += vectors[i * dimension + rest] * centres[j * dimension + rest];
            }
        }
    }
}

[[gnu::always_inline]] inline void take_nearer(float score, std::size_t centre, std::int64_t& nearest,
                                               float& best) {
    if (score > best) {
        best = score;
        nearest = static_cast<std::int64_t>(centre);
    }
}

[[gnu::always_inline]] inline void centres_body(const float* vectors, std::size_t count, const float* centres,
                                                std::size_t centre_count, std::size_t dimension,
                                                std::int64_t* nearest, float* scores) {
    std::fill_n(nearest, count, 0);
    std::fill_n(scores, count, -std::numeric_limits<float>::infinity());
    // So many vectors stay in the nearest cache but one while the centres come by.
    constexpr std::size_t group = 32;
    for (std::size_t begin = 0; begin < count; begin += group) {
        const std::size_t end = std::min(begin + group, count);
        const std::size_t fours = begin + (end - begin) / 4 * 4;
        for (std::size_t centre = 0; centre + 2 <= centre_count; centre += 2) {
            for (std::size_t four = begin; four < fours; four += 4) {
                float products[4][2];
                eight_products(vectors + four * dimension, centres + centre * dimension, dimension, products);
                for (std::size_t i = 0; i < 4; ++i) {
                    take_nearer(products[i][0], centre, nearest[four + i], scores[four + i]);
                    take_nearer(products[i][1], centre + 1, nearest[four + i], scores[four + i]);
                }
            }
        }
        for (std::size_t vector = begin; vector < end; ++vector) {
            const std::size_t done = vector < fours ? centre_count / 2 * 2 : 0;
            for (std::size_t centre = done; centre < centre_count; ++centre) {
                take_nearer(
                    one_product(vectors + vector * dimension, centres + centre * dimension, dimension),
                    centre, nearest[vector], scores[vector]);
            }
        }
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void products_with_avx2(const float* query, const float* rows, std::size_t count,
                                                    std::size_t dimension, float* scores) {
    products_body(query, rows, count, dimension, scores);
}
[[gnu::target("avx2,fma")]] void centres_with_avx2(const float* vectors, std::size_t count,
                                                   const float* centres, std::size_t centre_count,
                                                   std::size_t dimension, std::int64_t* nearest,
                                                   float* scores) {
    centres_body(vectors, count, centres, centre_count, dimension, nearest, scores);
}
bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has;
}
#endif

}  // namespace

void inner_products(const float* query, const float* rows, std::size_t count, std::size_t dimension,
                    float* scores) {
#if defined(__x86_64__)
    if (has_avx2()) {
        return products_with_avx2(query, rows, count, dimension, scores);
    }
#endif
    products_body(query, rows, count, dimension, scores);
}

void nearest_centres(const float* vectors, std::size_t count, const float* centres, std::size_t centre_count,
                     std::size_t dimension, std::int64_t* nearest, float* scores) {
#if defined(__x86_64__)
    if (has_avx2()) {
        return centres_with_avx2(vectors, count, centres, centre_count, dimension, nearest, scores);
    }
#endif
    centres_body(vectors, count, centres, centre_count, dimension, nearest, scores);
}

}  // namespace repartee::stores
