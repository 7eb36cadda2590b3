// How the vectors of a VectorSet lie in RAM, and which of them are still alive: rows behind each other in
// blocks, and a bit for each number. Nothing here knows what a vector means.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace repartee::stores {

class GrowingBits {
public:
    bool has(std::size_t at) const { return (bytes_[at / 8] >> (at % 8) & 1) != 0; }
    void clear(std::size_t at) { bytes_[at / 8] &= static_cast<std::uint8_t>(~(1U << (at % 8))); }
    void set(std::size_t at) {
        if (at / 8 >= bytes_.size()) {
            bytes_.resize(at / 8 + 1);
        }
        bytes_[at / 8] |= static_cast<std::uint8_t>(1U << (at % 8));
    }
    void keep_first(std::size_t count) {
        bytes_.resize((count + 7) / 8);
        if (count % 8 != 0) {
            bytes_.back() &= static_cast<std::uint8_t>((1U << (count % 8)) - 1);
        }
    }
    std::span<const std::uint8_t> bytes() const { return bytes_; }

private:
    std::vector<std::uint8_t> bytes_;
};

// Some rows, one behind the other. A row that is written does not change any more, so that work for the index
// can read it while others are added.
struct VectorBlock {
    std::shared_ptr<float[]> rows;  // shared with work for the index
    std::size_t capacity = 0;       // rows
    std::size_t begin = 0;          // those before have gone into the index
    std::size_t end = 0;
    std::size_t first = 0;  // number of the one at `begin`
};

// Few rows at first: most owners have few memories.
inline constexpr std::size_t smallest_block = 16;
inline constexpr std::size_t largest_block = 4096;

class VectorRows {
public:
    explicit VectorRows(std::size_t dimension) : dimension_(dimension) {}

    void append(std::span<const float> vector, std::size_t number) {
        if (blocks_.empty() || blocks_.back().end == blocks_.back().capacity) {
            const std::size_t capacity =
                blocks_.empty() ? smallest_block : std::min(2 * blocks_.back().capacity, largest_block);
            blocks_.push_back({.rows = std::make_shared_for_overwrite<float[]>(capacity * dimension_),
                               .capacity = capacity,
                               .first = number});
        }
        auto& block = blocks_.back();
        std::memcpy(block.rows.get() + block.end * dimension_, vector.data(), dimension_ * sizeof(float));
        ++block.end;
    }
    void append(const float* vector, std::size_t number) { append(std::span(vector, dimension_), number); }

    // Lets go of the first `count`, and numbers the others from `first`.
    void drop(std::size_t count, std::size_t first) {
        for (auto& block : blocks_) {
            const std::size_t some = std::min(count, block.end - block.begin);
            block.begin += some;
            count -= some;
            block.first = first;
            first += block.end - block.begin;
        }
        std::erase_if(blocks_, [](const VectorBlock& block) {
            return block.begin == block.end && block.end == block.capacity;
        });
    }

    std::size_t dimension() const { return dimension_; }
    const std::vector<VectorBlock>& blocks() const { return blocks_; }
    std::size_t bytes() const {
        std::size_t rows = 0;
        for (const auto& block : blocks_) {
            rows += block.capacity;
        }
        return rows * dimension_ * sizeof(float);
    }

    // look(number, row) for each.
    template <class Look>
    void for_each(const Look& look) const {
        for (const auto& block : blocks_) {
            for (std::size_t row = block.begin; row < block.end; ++row) {
                look(block.first + row - block.begin, block.rows.get() + row * dimension_);
            }
        }
    }

private:
    std::size_t dimension_;
    std::vector<VectorBlock> blocks_;
};

}  // namespace repartee::stores
