// A FAISS index over vectors of length 1: lists of those that lie near a common centre (IVF), of which a
// search looks at the nearest few. Holds the vectors themselves. For VectorSet alone.
//
// Searches from any thread, several at a time, while nobody adds. Nothing here begins a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

namespace repartee::stores {

class VectorIndex {
public:
    // How many lists are right for so many vectors, and how many of these are enough to learn their centres
    // from.
    static std::size_t lists_for(std::size_t vectors);
    static std::size_t sample_for(std::size_t lists);

    // Learns the centres of `lists` lists from a sample of rows. Seconds for a million vectors; nothing when
    // it was asked to stop.
    static std::unique_ptr<VectorIndex> learn(std::size_t dimension, std::size_t lists,
                                              std::span<const float> sample, const std::stop_token& stop);
    ~VectorIndex();

    using ListNumber = std::int64_t;
    static constexpr ListNumber no_list = -1;
    using Number = std::int64_t;  // by which the caller knows a vector

    // Which list each row belongs into: the long part of adding. Changes nothing.
    std::vector<ListNumber> lists_of(std::span<const float> rows) const;
    // The short one. What belongs into no_list is left out.
    void add(std::span<const float> rows, std::span<const Number> numbers, std::span<const ListNumber> lists);

    struct Hit {
        Number number = 0;
        float score = 0;
    };
    // The nearest `limit` of those whose bit in `alive` is set, in any order.
    std::vector<Hit> nearest(std::span<const float> query, std::size_t limit,
                             std::span<const std::uint8_t> alive) const;

    // All that was added, list by list.
    void for_each(const std::function<void(Number, const float*)>& look) const;

    std::size_t size() const;
    std::size_t bytes() const;

private:
    struct Faiss;
    explicit VectorIndex(std::unique_ptr<Faiss> faiss);
    std::unique_ptr<Faiss> faiss_;
};

}  // namespace repartee::stores
