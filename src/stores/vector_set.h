// The vectors of one owner, in RAM, and which of them are nearest to another: looked at one by one as long as
// they are few (exact), through a FAISS index above that. For stores that keep vectors as rows. One thread at
// a time changes it, and nobody reads meanwhile; several may read.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::stores {

class VectorSet {
public:
    explicit VectorSet(std::size_t dimension);
    ~VectorSet();
    VectorSet(VectorSet&&) noexcept;
    VectorSet& operator=(VectorSet&&) noexcept;

    // Of length 1 and of the set's dimension. Takes the place of the one with this id.
    void put(std::string_view id, std::span<const float> vector);
    void erase(std::string_view id);

    struct Hit {
        std::string id;
        float score = 0;  // cosine
    };
    // Best first; equal scores in the order of their ids.
    std::vector<Hit> nearest(std::span<const float> query, std::size_t limit, float least) const;

    std::size_t dimension() const;
    std::size_t size() const;
    std::size_t bytes() const;  // of memory, about

    // From here on a FAISS index answers: an exact look at so many takes longer than a voice turn should
    // notice.
    static constexpr std::size_t most_exact = 20'000;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::stores
