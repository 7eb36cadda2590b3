#include "stores/vector_set.h"

#include "stores/inner_product.h"
#include "stores/vector_index.h"
#include "stores/vector_rows.h"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>

namespace repartee::stores {

namespace {

// Vectors have numbers: those in the index come first, then the rows outside it in their order. One that is
// erased or replaced leaves its number unused, until the rows are packed or the index is learnt anew.
using Number = VectorIndex::Number;

// Collects the best of many; at least one.
class Best {
public:
    using Hit = VectorSet::Hit;
    Best(std::size_t limit, float least) : limit_(limit), least_(least) {}

    bool takes(float score) const {
        return score >= least_ && (hits_.size() < limit_ || score >= hits_.front().score);
    }
    void offer(float score, const std::string& id) {
        if (!takes(score)) {
            return;
        }
        hits_.push_back({.score = score, .id = &id});
        std::ranges::push_heap(hits_, better);
        if (hits_.size() > limit_) {
            std::ranges::pop_heap(hits_, better);
            hits_.pop_back();
        }
    }
    std::vector<Hit> in_order() {
        std::ranges::sort_heap(hits_, better);
        std::vector<Hit> all;
        all.reserve(hits_.size());
        for (const auto& hit : hits_) {
            all.push_back({.id = *hit.id, .score = hit.score});
        }
        return all;
    }

private:
    struct Found {
        float score = 0;
        const std::string* id = nullptr;
    };
    // The worst is on top of the heap.
    static bool better(const Found& left, const Found& right) {
        return left.score != right.score ? left.score > right.score : *left.id < *right.id;
    }

    std::size_t limit_;
    float least_;
    std::vector<Found> hits_;
};

struct TextHash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
// Its elements stay where they are while it grows.
using Numbers = std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>>;

}  // namespace

class VectorSet::Impl {
public:
    Impl(std::size_t dimension, std::size_t most_exact) : rows_(dimension), most_exact_(most_exact) {}

    std::size_t dimension() const { return rows_.dimension(); }
    std::size_t size() const { return numbers_.size(); }
    std::size_t bytes() const {
        constexpr std::size_t of_an_element = 64;  // of the map, beside the text
        return rows_.bytes() + (index_ ? index_->bytes() : 0) + id_bytes_ + numbers_.size() * of_an_element +
               holders_.size() * sizeof(Holder);
    }

    void put(std::string_view id, std::span<const float> vector) {
        const std::size_t number = holders_.size();
        auto found = numbers_.find(id);
        if (found != numbers_.end()) {
            let_go(found->second);
            found->second = number;
        } else {
            found = numbers_.emplace(id, number).first;
            id_bytes_ += id.size();
        }
        rows_.append(vector, number);
        holders_.push_back(&*found);
        alive_.set(number);
        ++alive_outside_;
        pack_when_half_is_gone();
    }

    void erase(std::string_view id) {
        auto found = numbers_.find(id);
        if (found == numbers_.end()) {
            return;
        }
        let_go(found->second);
        id_bytes_ -= found->first.size();
        numbers_.erase(found);
        pack_when_half_is_gone();
    }

    std::vector<Hit> nearest(std::span<const float> query, std::size_t limit, float least) const {
        limit = std::min(limit, size());
        if (limit == 0) {
            return {};
        }
        Best best(limit, least);
        if (index_) {
            for (const auto& hit : index_->nearest(query, limit, alive_.bytes())) {
                best.offer(hit.score, holders_[static_cast<std::size_t>(hit.number)]->first);
            }
        }
        constexpr std::size_t stride = 256;
        float scores[stride];
        for (const auto& block : rows_.blocks()) {
            for (std::size_t begin = block.begin; begin < block.end; begin += stride) {
                const std::size_t count = std::min(stride, block.end - begin);
                inner_products(query.data(), block.rows.get() + begin * dimension(), count, dimension(),
                               scores);
                const std::size_t first = block.first + begin - block.begin;
                for (std::size_t i = 0; i < count; ++i) {
                    if (best.takes(scores[i]) && alive_.has(first + i)) {
                        best.offer(scores[i], holders_[first + i]->first);
                    }
                }
            }
        }
        return best.in_order();
    }

    bool wants_index() const { return wants_learning() || wants_extension(); }

    IndexWork index_work() const;
    bool adopt(IndexWork::Parts& work);

private:
    using Holder = Numbers::value_type*;

    std::size_t outside() const { return holders_.size() - indexed_; }
    std::size_t stale() const { return indexed_ - (size() - alive_outside_); }
    bool wants_learning() const {
        if (!index_) {
            return size() > most_exact_;
        }
        return stale() > indexed_ / 3 || size() > 4 * learnt_from_;
    }
    bool wants_extension() const { return index_ && outside() > most_exact_ / 4; }

    void let_go(std::size_t number) {
        alive_.clear(number);
        holders_[number] = nullptr;
        if (number >= indexed_) {
            --alive_outside_;
        }
    }

    void pack_when_half_is_gone() {
        if (outside() < 4 * smallest_block || 2 * alive_outside_ > outside()) {
            return;
        }
        VectorRows packed(dimension());
        std::vector<Holder> holders(holders_.begin(),
                                    holders_.begin() + static_cast<std::ptrdiff_t>(indexed_));
        rows_.for_each([&](std::size_t number, const float* row) {
            if (auto* holder = holders_[number]) {
                holder->second = holders.size();
                packed.append(row, holders.size());
                holders.push_back(holder);
            }
        });
        rows_ = std::move(packed);
        holders_ = std::move(holders);
        alive_.keep_first(indexed_);
        for (std::size_t number = indexed_; number < holders_.size(); ++number) {
            alive_.set(number);
        }
        ++layout_;
    }

    void adopt_extension(const IndexWork::Parts& work);
    void adopt_learnt(IndexWork::Parts& work);

    VectorRows rows_;  // outside the index
    Numbers numbers_;
    std::vector<Holder> holders_;  // by number; null: of nobody any more
    GrowingBits alive_;
    std::shared_ptr<VectorIndex> index_;  // shared with work for it, which only reads
    std::size_t indexed_ = 0;             // numbers below this are in the index
    std::size_t alive_outside_ = 0;
    std::size_t learnt_from_ = 0;
    std::size_t id_bytes_ = 0;
    std::uint64_t layout_ = 0;  // changes when numbers do
    std::size_t most_exact_;
};

struct VectorSet::IndexWork::Parts {
    Parts(std::uint64_t layout, VectorRows rows, std::size_t numbers, std::size_t most_exact)
        : layout(layout), rows(std::move(rows)), numbers(numbers), most_exact(most_exact) {}

    void run(const std::stop_token& stop) {
        done = learns ? learn(stop) : extend(stop);
        if (learns) {
            index = nullptr;  // the former one
        }
    }

    // As the set was.
    std::uint64_t layout;
    VectorRows rows;
    std::size_t numbers;  // how many there were
    std::size_t most_exact;
    std::shared_ptr<VectorIndex> index;
    bool learns = false;
    GrowingBits alive;  // where it learns

    // What came of it.
    bool done = false;
    std::vector<std::vector<VectorIndex::ListNumber>> lists;  // extending: for each block
    std::unique_ptr<VectorIndex> learnt;                      // learning
    std::optional<VectorRows> unindexed;                      // learning that they are few
    std::vector<std::size_t> former;  // learning: by the new number, the number that it had

private:
    template <class Look>
    void for_each_alive(const Look& look) const {
        if (index) {
            index->for_each([&](Number number, const float* row) {
                if (alive.has(static_cast<std::size_t>(number))) {
                    look(static_cast<std::size_t>(number), row);
                }
            });
        }
        rows.for_each([&](std::size_t number, const float* row) {
            if (alive.has(number)) {
                look(number, row);
            }
        });
    }

    bool extend(const std::stop_token& stop) {
        for (const auto& block : rows.blocks()) {
            if (stop.stop_requested()) {
                return false;
            }
            const float* begin = block.rows.get() + block.begin * rows.dimension();
            lists.push_back(index->lists_of({begin, (block.end - block.begin) * rows.dimension()}));
        }
        return true;
    }

    bool learn(const std::stop_token& stop) {
        std::size_t count = 0;
        for_each_alive([&](std::size_t, const float*) { ++count; });
        former.reserve(count);
        if (count <= most_exact) {
            unindexed.emplace(rows.dimension());
            for_each_alive([&](std::size_t number, const float* row) {
                unindexed->append(row, former.size());
                former.push_back(number);
            });
            return true;
        }
        const std::size_t list_count = VectorIndex::lists_for(count);
        learnt = VectorIndex::learn(rows.dimension(), list_count,
                                    sample(count, VectorIndex::sample_for(list_count)), stop);
        return learnt && fill(stop);
    }

    std::vector<float> sample(std::size_t count, std::size_t wanted) const {
        const std::size_t step = std::max<std::size_t>(1, count / wanted);
        std::vector<float> taken;
        taken.reserve((count / step + 1) * rows.dimension());
        std::size_t at = 0;
        for_each_alive([&](std::size_t, const float* row) {
            if (at++ % step == 0) {
                taken.insert(taken.end(), row, row + rows.dimension());
            }
        });
        return taken;
    }

    bool fill(const std::stop_token& stop) {
        constexpr std::size_t batch = 1024;
        std::vector<float> some;
        std::vector<Number> new_numbers;
        auto add = [&] {
            learnt->add(some, new_numbers, learnt->lists_of(some));
            some.clear();
            new_numbers.clear();
        };
        for_each_alive([&](std::size_t number, const float* row) {
            if (stop.stop_requested()) {
                return;
            }
            some.insert(some.end(), row, row + rows.dimension());
            new_numbers.push_back(static_cast<Number>(former.size()));
            former.push_back(number);
            if (new_numbers.size() == batch) {
                add();
            }
        });
        add();
        return !stop.stop_requested();
    }
};

VectorSet::IndexWork VectorSet::Impl::index_work() const {
    auto parts = std::make_unique<IndexWork::Parts>(layout_, rows_, holders_.size(), most_exact_);
    parts->index = index_;
    parts->learns = wants_learning() || !index_;
    if (parts->learns) {
        parts->alive = alive_;
    }
    return IndexWork(std::move(parts));
}

bool VectorSet::Impl::adopt(IndexWork::Parts& work) {
    if (!work.done || work.layout != layout_) {
        return false;
    }
    work.learns ? adopt_learnt(work) : adopt_extension(work);
    ++layout_;
    return true;
}

void VectorSet::Impl::adopt_extension(const IndexWork::Parts& work) {
    std::size_t number = indexed_;
    for (std::size_t i = 0; i < work.lists.size(); ++i) {
        const auto& block = work.rows.blocks()[i];
        auto lists = work.lists[i];
        std::vector<Number> numbers(lists.size());
        for (std::size_t row = 0; row < lists.size(); ++row, ++number) {
            numbers[row] = static_cast<Number>(number);
            if (alive_.has(number)) {
                --alive_outside_;
            } else {
                lists[row] = VectorIndex::no_list;
            }
        }
        const float* begin = block.rows.get() + block.begin * dimension();
        index_->add({begin, lists.size() * dimension()}, numbers, lists);
    }
    rows_.drop(number - indexed_, number);
    indexed_ = number;
}

void VectorSet::Impl::adopt_learnt(IndexWork::Parts& work) {
    std::vector<Holder> holders;
    holders.reserve(work.former.size() + holders_.size() - work.numbers);
    GrowingBits alive;
    auto take_over = [&](std::size_t number) {
        auto* holder = holders_[number];
        if (holder != nullptr) {
            holder->second = holders.size();
            alive.set(holders.size());
        }
        holders.push_back(holder);
        return holder != nullptr ? std::size_t{1} : std::size_t{0};
    };
    std::size_t alive_before = 0;
    for (auto number : work.former) {
        alive_before += take_over(number);
    }
    const std::size_t before = holders.size();
    std::size_t alive_since = 0;
    for (std::size_t number = work.numbers; number < holders_.size(); ++number) {
        alive_since += take_over(number);
    }
    alive.keep_first(holders.size());
    // Those that came meanwhile are behind those that the work has seen.
    rows_.drop(work.numbers - indexed_, before);
    if (work.unindexed) {
        auto rows = std::move(*work.unindexed);
        rows_.for_each([&](std::size_t number, const float* row) { rows.append(row, number); });
        rows_ = std::move(rows);
        index_ = nullptr;
        indexed_ = 0;
        learnt_from_ = 0;
        alive_outside_ = alive_before + alive_since;
    } else {
        index_ = std::move(work.learnt);
        indexed_ = before;
        learnt_from_ = before;
        alive_outside_ = alive_since;
    }
    holders_ = std::move(holders);
    alive_ = std::move(alive);
}

VectorSet::VectorSet(std::size_t dimension, std::size_t most_exact)
    : impl_(std::make_unique<Impl>(dimension, most_exact)) {}
VectorSet::~VectorSet() = default;
VectorSet::VectorSet(VectorSet&&) noexcept = default;
VectorSet& VectorSet::operator=(VectorSet&&) noexcept = default;

void VectorSet::put(std::string_view id, std::span<const float> vector) {
    if (vector.size() == impl_->dimension()) {
        impl_->put(id, vector);
    }
}
void VectorSet::erase(std::string_view id) {
    impl_->erase(id);
}
std::vector<VectorSet::Hit> VectorSet::nearest(std::span<const float> query, std::size_t limit,
                                               float least) const {
    return query.size() == impl_->dimension() ? impl_->nearest(query, limit, least) : std::vector<Hit>{};
}
std::size_t VectorSet::dimension() const {
    return impl_->dimension();
}
std::size_t VectorSet::size() const {
    return impl_->size();
}
std::size_t VectorSet::bytes() const {
    return impl_->bytes();
}

bool VectorSet::wants_index() const {
    return impl_->wants_index();
}
VectorSet::IndexWork VectorSet::index_work() const {
    return impl_->index_work();
}
bool VectorSet::adopt(IndexWork work) {
    return impl_->adopt(*work.parts_);
}

VectorSet::IndexWork::IndexWork(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
VectorSet::IndexWork::IndexWork(IndexWork&&) noexcept = default;
VectorSet::IndexWork& VectorSet::IndexWork::operator=(IndexWork&&) noexcept = default;
VectorSet::IndexWork::~IndexWork() = default;
void VectorSet::IndexWork::run(const std::stop_token& stop) {
    parts_->run(stop);
}

}  // namespace repartee::stores
