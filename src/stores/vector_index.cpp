#include "stores/vector_index.h"

#include "stores/inner_product.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Woverloaded-virtual"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/impl/IDSelector.h>
#include <faiss/utils/Heap.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cmath>
#include <numeric>

// Of OpenMP's library. Its header is not there for every compiler.
extern "C" void omp_set_num_threads(int threads);

namespace repartee::stores {

namespace {

// So many rows are looked at, in the nearest lists: as many as without an index at most, which takes 2 ms.
// docs/performance.md says how many of the true nearest are found.
constexpr std::size_t looked_at = 20'000;
// However long the lists are.
constexpr std::size_t fewest_lists = 16;

// Rounds of learning. The centres hardly move any more after these.
constexpr int rounds = 6;

// OpenMP's threads are for those who compute alone. Set for the calling thread: the setting is each thread's
// own.
void stay_on_this_thread() {
    omp_set_num_threads(1);
}

// What FAISS does with its own loops is done with ours, which know AVX2: Debian's FAISS does not.
class Centres final : public faiss::IndexFlatIP {
public:
    explicit Centres(std::size_t dimension) : IndexFlatIP(static_cast<idx_t>(dimension)) {}

    void search(idx_t count, const float* vectors, idx_t limit, float* scores, idx_t* labels,
                const faiss::SearchParameters*) const override {
        const auto dimension = static_cast<std::size_t>(d);
        const auto centres = static_cast<std::size_t>(ntotal);
        if (limit == 1) {
            return nearest_centres(vectors, static_cast<std::size_t>(count), get_xb(), centres, dimension,
                                   labels, scores);
        }
        std::vector<float> all(centres);
        std::vector<idx_t> order(centres);
        const auto kept = std::min<std::size_t>(static_cast<std::size_t>(limit), centres);
        for (idx_t vector = 0; vector < count; ++vector) {
            inner_products(vectors + vector * d, get_xb(), centres, dimension, all.data());
            std::iota(order.begin(), order.end(), 0);
            std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                              [&](idx_t left, idx_t right) {
                                  return all[static_cast<std::size_t>(left)] >
                                         all[static_cast<std::size_t>(right)];
                              });
            for (std::size_t i = 0; i < static_cast<std::size_t>(limit); ++i) {
                labels[vector * limit + static_cast<idx_t>(i)] = i < kept ? order[i] : -1;
                scores[vector * limit + static_cast<idx_t>(i)] =
                    i < kept ? all[static_cast<std::size_t>(order[i])] : 0;
            }
        }
    }
};

class Scanner final : public faiss::InvertedListScanner {
public:
    Scanner(std::size_t dimension, bool store_pairs, const faiss::IDSelector* sel)
        : InvertedListScanner(store_pairs, sel), dimension_(dimension) {
        keep_max = true;
        code_size = dimension * sizeof(float);
    }

    void set_query(const float* query) override { query_ = query; }
    void set_list(idx_t list, float) override { list_no = list; }
    float distance_to_code(const std::uint8_t* code) const override {
        float score = 0;
        inner_products(query_, reinterpret_cast<const float*>(code), 1, dimension_, &score);
        return score;
    }
    std::size_t scan_codes(std::size_t count, const std::uint8_t* codes, const idx_t* numbers, float* best,
                           idx_t* labels, std::size_t limit) const override {
        constexpr std::size_t stride = 64;
        float scores[stride];
        std::size_t taken = 0;
        for (std::size_t begin = 0; begin < count; begin += stride) {
            const std::size_t some = std::min(stride, count - begin);
            inner_products(query_, reinterpret_cast<const float*>(codes + begin * code_size), some,
                           dimension_, scores);
            for (std::size_t i = 0; i < some; ++i) {
                if (scores[i] > best[0] && (sel == nullptr || sel->is_member(numbers[begin + i]))) {
                    faiss::minheap_replace_top(limit, best, labels, scores[i], numbers[begin + i]);
                    ++taken;
                }
            }
        }
        return taken;
    }

private:
    std::size_t dimension_;
    const float* query_ = nullptr;
};

class Lists final : public faiss::IndexIVFFlat {
public:
    Lists(Centres* centres, std::size_t count)
        : IndexIVFFlat(centres, static_cast<std::size_t>(centres->d), count, faiss::METRIC_INNER_PRODUCT) {}

    faiss::InvertedListScanner* get_InvertedListScanner(bool store_pairs,
                                                        const faiss::IDSelector* sel) const override {
        return new Scanner(static_cast<std::size_t>(d), store_pairs, sel);  // FAISS deletes it
    }
};

}  // namespace

struct VectorIndex::Faiss {
    Faiss(std::unique_ptr<Centres> learnt, std::size_t lists)
        : centres(std::move(learnt)), lists(centres.get(), lists) {}
    std::unique_ptr<Centres> centres;
    Lists lists;
    std::size_t held = 0;  // FAISS counts also what is in no list
};

std::size_t VectorIndex::lists_for(std::size_t vectors) {
    // Looking at the centres then costs about as much as looking into the lists.
    const double lists = 1.5 * std::sqrt(static_cast<double>(vectors));
    return std::clamp<std::size_t>(static_cast<std::size_t>(lists), 1, 4096);
}

std::size_t VectorIndex::sample_for(std::size_t lists) {
    return lists * 48;
}

std::unique_ptr<VectorIndex> VectorIndex::learn(std::size_t dimension, std::size_t lists,
                                                std::span<const float> sample, const std::stop_token& stop) {
    stay_on_this_thread();
    const auto rows = static_cast<faiss::Index::idx_t>(sample.size() / dimension);
    auto centres = std::make_unique<Centres>(dimension);
    faiss::ClusteringParameters manner;
    manner.niter = 1;  // a round at a time, to be able to stop between two
    manner.spherical = true;
    manner.min_points_per_centroid = 1;
    manner.max_points_per_centroid = 1 << 20;
    faiss::Clustering clustering(static_cast<int>(dimension), static_cast<int>(lists), manner);
    for (int round = 0; round < rounds; ++round) {
        if (stop.stop_requested()) {
            return nullptr;
        }
        clustering.train(rows, sample.data(), *centres);
    }
    auto faiss = std::make_unique<Faiss>(std::move(centres), lists);
    faiss->lists.is_trained = true;
    return std::unique_ptr<VectorIndex>(new VectorIndex(std::move(faiss)));
}

VectorIndex::VectorIndex(std::unique_ptr<Faiss> faiss) : faiss_(std::move(faiss)) {}
VectorIndex::~VectorIndex() = default;

std::vector<VectorIndex::ListNumber> VectorIndex::lists_of(std::span<const float> rows) const {
    const auto& centres = *faiss_->centres;
    const auto dimension = static_cast<std::size_t>(centres.d);
    const std::size_t count = rows.size() / dimension;
    std::vector<ListNumber> lists(count);
    std::vector<float> scores(count);
    nearest_centres(rows.data(), count, centres.get_xb(), static_cast<std::size_t>(centres.ntotal), dimension,
                    lists.data(), scores.data());
    return lists;
}

void VectorIndex::add(std::span<const float> rows, std::span<const Number> numbers,
                      std::span<const ListNumber> lists) {
    stay_on_this_thread();
    faiss_->lists.add_core(static_cast<faiss::Index::idx_t>(numbers.size()), rows.data(), numbers.data(),
                           lists.data());
    faiss_->held += static_cast<std::size_t>(
        std::ranges::count_if(lists, [](ListNumber list) { return list != no_list; }));
}

std::vector<VectorIndex::Hit> VectorIndex::nearest(std::span<const float> query, std::size_t limit,
                                                   std::span<const std::uint8_t> alive) const {
    stay_on_this_thread();
    const auto& lists = faiss_->lists;
    const std::size_t wanted = std::min(limit, size());
    if (wanted == 0) {
        return {};
    }
    const std::size_t enough = looked_at * lists.nlist / size();
    const std::size_t looks = std::min(std::max(enough, fewest_lists), lists.nlist);
    std::vector<Number> labels(std::max(looks, wanted));
    std::vector<float> scores(std::max(looks, wanted));
    std::vector<ListNumber> chosen(looks);
    std::vector<float> nearness(looks);
    faiss_->centres->search(1, query.data(), static_cast<faiss::Index::idx_t>(looks), nearness.data(),
                            chosen.data(), nullptr);
    faiss::IDSelectorBitmap selector(alive.size(), alive.data());
    faiss::SearchParametersIVF parameters;
    parameters.nprobe = looks;
    parameters.sel = &selector;
    faiss::IndexIVFStats counts;  // else everybody's, which nobody guards
    lists.search_preassigned(1, query.data(), static_cast<faiss::Index::idx_t>(wanted), chosen.data(),
                             nearness.data(), scores.data(), labels.data(), false, &parameters, &counts);
    std::vector<Hit> hits;
    hits.reserve(wanted);
    for (std::size_t i = 0; i < wanted && labels[i] >= 0; ++i) {
        hits.push_back({.number = labels[i], .score = scores[i]});
    }
    return hits;
}

void VectorIndex::for_each(const std::function<void(Number, const float*)>& look) const {
    const auto& lists = faiss_->lists;
    for (std::size_t list = 0; list < lists.nlist; ++list) {
        const auto* rows = reinterpret_cast<const float*>(lists.invlists->get_codes(list));
        const auto* numbers = lists.invlists->get_ids(list);
        for (std::size_t i = 0; i < lists.invlists->list_size(list); ++i) {
            look(numbers[i], rows + i * static_cast<std::size_t>(lists.d));
        }
    }
}

std::size_t VectorIndex::size() const {
    return faiss_->held;
}

std::size_t VectorIndex::bytes() const {
    // Lists grow by doubling, so that about a quarter of them stands empty.
    const auto& lists = faiss_->lists;
    const std::size_t row = static_cast<std::size_t>(lists.d) * sizeof(float);
    return (size() * (row + sizeof(Number)) * 5) / 4 + lists.nlist * row;
}

}  // namespace repartee::stores
