// The vectors of one owner, in RAM, and which of them are nearest to another: looked at one by one as long as
// they are few (exact), through a FAISS index above that. For stores that keep vectors as rows. One thread at
// a time changes it, and nobody reads meanwhile; several may read.
//
// Nobody waits for an index to be built. Whoever keeps the set asks `wants_index` after changes, and where it
// does:
//
//     auto work = set.index_work();   // reading: a moment
//     work.run(stop);                 // on a thread for blocking work, without any lock: seconds for a
//     million set.adopt(std::move(work));     // changing: a moment
//
// one at a time. Until then searches look at one by one what the index does not have: right, and slower. What
// was erased or replaced since the index was built is left out of what it finds.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::stores {

class VectorSet {
public:
    // From here on a FAISS index answers: an exact look at so many takes longer than a voice turn should
    // notice (2 ms).
    static constexpr std::size_t most_exact = 20'000;

    // `most_exact`: for tests.
    explicit VectorSet(std::size_t dimension, std::size_t most_exact = VectorSet::most_exact);
    ~VectorSet();
    VectorSet(VectorSet&&) noexcept;
    VectorSet& operator=(VectorSet&&) noexcept;

    // Of length 1 and of the set's dimension; one of another dimension is passed over. Takes the place of the
    // one with this id.
    void put(std::string_view id, std::span<const float> vector);
    void erase(std::string_view id);

    struct Hit {
        std::string id;
        float score = 0;  // cosine
    };
    // Best first; equal scores in the order of their ids. None for a query of another dimension.
    std::vector<Hit> nearest(std::span<const float> query, std::size_t limit, float least) const;

    std::size_t dimension() const;
    std::size_t size() const;
    std::size_t bytes() const;  // of memory, about

    // Whether so much is outside the index, or stale in it, that work on it is worth while.
    bool wants_index() const;

    // What is to be done for the index, and then what came of it. May outlive the set.
    class IndexWork {
    public:
        IndexWork(IndexWork&&) noexcept;
        IndexWork& operator=(IndexWork&&) noexcept;
        ~IndexWork();
        // Blocks. Beside searches of the set and changes to it. Asked to stop, it ends within a second or two
        // and there is nothing to adopt.
        void run(const std::stop_token& stop);

    private:
        friend class VectorSet;
        struct Parts;
        explicit IndexWork(std::unique_ptr<Parts> parts);
        std::unique_ptr<Parts> parts_;
    };
    IndexWork index_work() const;
    // False when nothing came of it, or the set has changed too much meanwhile: begin again, if it still
    // wants one.
    bool adopt(IndexWork work);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::stores
