// How long a search of memories takes, and what it finds: of one owner among many, by vectors in RAM alone or
// through the whole store on SQLite. For docs/performance.md.
//
//     memory_search --owners 10 --each 10000 --through sqlite
//     memory_search --owners 1 --each 1000000
#include "base/clock.h"
#include "base/metrics.h"
#include "base/test_loop.h"
#include "engines/hashing/text_vector.h"
#include "stores/catalogue.h"
#include "stores/inner_product.h"
#include "stores/vector_set.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <sched.h>
#include <set>

namespace repartee::stores::sqlite {
void offer(Catalogue& catalogue);
}

namespace {

using namespace repartee;
using stores::VectorSet;

double milliseconds(timespec from, timespec to) {
    return static_cast<double>(to.tv_sec - from.tv_sec) * 1e3 +
           static_cast<double>(to.tv_nsec - from.tv_nsec) / 1e6;
}

timespec reading(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return now;
}

// While it measures: what others do on this machine is not asked.
class Urgency {
public:
    explicit Urgency(bool wanted) {
        sched_param urgent{.sched_priority = 5};
        is_urgent_ = wanted && sched_setscheduler(0, SCHED_RR, &urgent) == 0;
        if (wanted && !is_urgent_) {
            fmt::print("without real-time priority, which is not allowed here\n");
        }
    }
    ~Urgency() {
        sched_param ordinary{.sched_priority = 0};
        if (is_urgent_) {
            sched_setscheduler(0, SCHED_OTHER, &ordinary);
        }
    }
    Urgency(const Urgency&) = delete;
    Urgency& operator=(const Urgency&) = delete;

private:
    bool is_urgent_ = false;
};

double resident_mib() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.starts_with("VmRSS:")) {
            return std::stod(line.substr(6)) / 1024;
        }
    }
    return 0;
}

// --- what is remembered ---

// Facts with many different words, and questions after them.
class Facts {
public:
    struct Fact {
        std::string text;
        std::string question;
    };
    Fact next() {
        auto whose = person();
        auto thing = word();
        switch (random_() % 4) {
            case 0:
                return {fmt::format("My {}'s {} is called {}.", whose, thing, name()),
                        fmt::format("what is my {}'s {} called", whose, thing)};
            case 1:
                return {fmt::format("I bought a {} in {} for {} rupees.", thing, name(), random_() % 5000),
                        fmt::format("what did the {} cost", thing)};
            case 2:
                return {fmt::format("{} works as a {} near {}.", name(), thing, name()),
                        fmt::format("who works as a {}", thing)};
            default:
                return {fmt::format("The {} of my {} is kept in the {}.", thing, whose, word()),
                        fmt::format("where is the {} of my {}", thing, whose)};
        }
    }

private:
    std::string word() {
        static constexpr std::array<const char*, 16> parts{"ka",  "lo",  "mi", "ren", "to", "sa",
                                                           "vel", "du",  "ri", "pan", "se", "gor",
                                                           "ne",  "tal", "fi", "bu"};
        std::string made;
        for (unsigned i = 0; i < 3; ++i) {
            made += parts[random_() % parts.size()];
        }
        return made;
    }
    std::string name() {
        auto made = word();
        made[0] = static_cast<char>(made[0] - 'a' + 'A');
        return made;
    }
    std::string person() {
        static constexpr std::array<const char*, 8> people{"sister", "brother", "mother",    "father",
                                                           "friend", "teacher", "neighbour", "doctor"};
        return people[random_() % people.size()];
    }
    std::mt19937 random_{1};
};

// As a model's vectors lie: topics in a space of few dimensions, within one of many.
class Topics {
public:
    explicit Topics(std::size_t dimension) : dimension_(dimension), projection_(dimension * latent) {
        std::ranges::generate(projection_, [&] { return normal_(random_); });
        for (auto& topic : topics_) {
            topic = anywhere();
        }
    }
    struct Pair {
        std::vector<float> vector;
        std::vector<float> query;  // near it
    };
    Pair next() {
        auto place = topics_[random_() % topics_.size()];
        auto spread = anywhere();
        auto shift = anywhere();
        auto asked = place;
        for (std::size_t i = 0; i < latent; ++i) {
            place[i] += 0.6F * spread[i];
            asked[i] = place[i] + 0.3F * shift[i];
        }
        return {projected(place), projected(asked)};
    }

private:
    static constexpr std::size_t latent = 32;
    using Latent = std::array<float, latent>;
    Latent anywhere() {
        Latent place;
        std::ranges::generate(place, [&] { return normal_(random_); });
        return place;
    }
    std::vector<float> projected(const Latent& place) {
        std::vector<float> vector(dimension_);
        float length = 0;
        for (std::size_t i = 0; i < dimension_; ++i) {
            for (std::size_t j = 0; j < latent; ++j) {
                vector[i] += projection_[i * latent + j] * place[j];
            }
            vector[i] += normal_(random_);
            length += vector[i] * vector[i];
        }
        for (auto& value : vector) {
            value /= std::sqrt(length);
        }
        return vector;
    }
    std::size_t dimension_;
    std::vector<float> projection_;
    std::array<Latent, 2000> topics_;
    std::mt19937 random_{2};
    std::normal_distribution<float> normal_;
};

struct Options {
    std::size_t owners = 10;
    std::size_t each = 10'000;
    std::size_t searches = 2000;
    std::string vectors = "topics";
    std::string through = "set";
    std::size_t dimension = 384;
    bool urgent = false;
};

class Source {
public:
    explicit Source(const Options& options)
        : topics_(options.vectors == "topics" ? options.dimension : 1), texts_(options.vectors != "topics") {}
    struct One {
        std::string text;
        std::vector<float> vector;
        std::vector<float> query;
    };
    One next(bool with_query) {
        if (texts_) {
            auto fact = facts_.next();
            return {fact.text, engines::hashing::vector_of(fact.text),
                    with_query ? engines::hashing::vector_of(fact.question) : std::vector<float>{}};
        }
        auto [vector, query] = topics_.next();
        return {"a fact", std::move(vector), std::move(query)};
    }

private:
    Facts facts_;
    Topics topics_;
    bool texts_;
};

// --- searching ---

struct Samples {
    std::vector<double> wall;
    double cpu = 0;
    void tell(const std::string& what) {
        std::ranges::sort(wall);
        auto at = [&](double share) {
            return wall[static_cast<std::size_t>(share * static_cast<double>(wall.size() - 1))];
        };
        fmt::print(
            "{}: {} searches, p50 {:.2f} ms, p95 {:.2f} ms, p99 {:.2f} ms, most {:.2f} ms; {:.2f} ms of CPU "
            "each\n",
            what, wall.size(), at(0.5), at(0.95), at(0.99), wall.back(),
            cpu / static_cast<double>(wall.size()));
    }
};

template <class Search>
Samples measure(const std::vector<std::vector<float>>& queries, std::size_t searches, clockid_t cpu_clock,
                const Search& search) {
    Samples samples;
    for (std::size_t i = 0; i < searches; ++i) {
        auto cpu = reading(cpu_clock);
        auto wall = reading(CLOCK_MONOTONIC);
        search(i, queries[i % queries.size()]);
        samples.wall.push_back(milliseconds(wall, reading(CLOCK_MONOTONIC)));
        samples.cpu += milliseconds(cpu, reading(cpu_clock));
    }
    return samples;
}

std::vector<std::string> exact(const std::vector<float>& rows, std::size_t dimension,
                               const std::vector<float>& query) {
    const std::size_t count = rows.size() / dimension;
    std::vector<float> scores(count);
    stores::inner_products(query.data(), rows.data(), count, dimension, scores.data());
    std::vector<std::size_t> order(count);
    std::ranges::generate(order, [n = std::size_t{0}]() mutable { return n++; });
    std::partial_sort(order.begin(), order.begin() + 10, order.end(),
                      [&](auto left, auto right) { return scores[left] > scores[right]; });
    std::vector<std::string> best;
    for (std::size_t i = 0; i < 10; ++i) {
        best.push_back(std::to_string(order[i]));
    }
    return best;
}

void through_sets(const Options& options) {
    Source source(options);
    const std::size_t dimension =
        options.vectors == "topics" ? options.dimension : engines::hashing::dimension;
    std::vector<VectorSet> sets;
    std::vector<std::vector<float>> queries;
    std::vector<float> rows;  // of the first owner, for the exact look
    for (std::size_t owner = 0; owner < options.owners; ++owner) {
        sets.emplace_back(dimension);
        for (std::size_t i = 0; i < options.each; ++i) {
            const bool asks = owner == 0 && i % (options.each / 500 + 1) == 0;
            auto one = source.next(asks);
            sets.back().put(std::to_string(i), one.vector);
            if (asks) {
                queries.push_back(std::move(one.query));
            }
            if (owner == 0) {
                rows.insert(rows.end(), one.vector.begin(), one.vector.end());
            }
        }
    }
    auto search = [&](std::size_t i, const std::vector<float>& query) {
        sets[options.owners == 1 ? 0 : i % options.owners].nearest(query, 10, -1);
    };
    if (sets[0].wants_index()) {
        Urgency urgency(options.urgent);
        auto samples =
            measure(queries, std::min<std::size_t>(options.searches, 100), CLOCK_THREAD_CPUTIME_ID, search);
        samples.tell("without an index");
    }
    if (sets[0].wants_index()) {
        auto began = reading(CLOCK_MONOTONIC);
        auto work = sets[0].index_work();
        work.run({});
        auto built = reading(CLOCK_MONOTONIC);
        sets[0].adopt(std::move(work));
        fmt::print("index: built in {:.1f} s, adopted in {:.0f} ms\n", milliseconds(began, built) / 1e3,
                   milliseconds(built, reading(CLOCK_MONOTONIC)));
    }
    {
        Urgency urgency(options.urgent);
        measure(queries, options.searches, CLOCK_THREAD_CPUTIME_ID, search)
            .tell(fmt::format("{} owners with {} memories each", options.owners, options.each));
    }
    double found = 0;
    const std::size_t looked = std::min<std::size_t>(queries.size(), 200);
    for (std::size_t i = 0; i < looked; ++i) {
        auto right = exact(rows, dimension, queries[i]);
        std::set<std::string> hits;
        for (auto& hit : sets[0].nearest(queries[i], 10, -1)) {
            hits.insert(hit.id);
        }
        found += static_cast<double>(
            std::ranges::count_if(right, [&](const auto& id) { return hits.contains(id); }));
    }
    fmt::print("recall@10: {:.3f}; {:.0f} MiB for the sets\n", found / 10 / static_cast<double>(looked),
               static_cast<double>(sets[0].bytes() * options.owners) / (1 << 20));
}

// --- through the store ---

awaitable<void> open(stores::Database& database, std::size_t owners) {
    co_await database.migrate();
    for (std::size_t owner = 1; owner <= owners; ++owner) {
        auto name = fmt::format("{}@example.org", owner);
        stores::NewUser user{.creation_id = name, .email = name, .email_key = name, .full_name = "Somebody"};
        co_await database.people().add(std::move(user));
    }
}

awaitable<void> fill(stores::Memories& memories, const Options& options,
                     std::vector<std::vector<float>>& queries) {
    Source source(options);
    for (std::size_t owner = 0; owner < options.owners; ++owner) {
        std::vector<stores::NewMemory> some;
        for (std::size_t i = 0; i < options.each; ++i) {
            auto one = source.next(i % 20 == 0);
            if (i % 20 == 0 && queries.size() < 500) {
                queries.push_back(std::move(one.query));
            }
            stores::NewMemory memory{.memory = {.id = fmt::format("{}-{}", owner, i),
                                                .text = std::move(one.text),
                                                .category = "fact",
                                                .source = "learned"},
                                     .vector = std::move(one.vector)};
            some.push_back(std::move(memory));
            if (some.size() == 1000 || i + 1 == options.each) {
                co_await memories.add(Owner::user(static_cast<UserId>(owner) + 1), "bench/1",
                                      std::move(some));
                some.clear();
            }
        }
    }
}

awaitable<void> search_store(stores::Memories& memories, const Options& options,
                             const std::vector<std::vector<float>>& queries, Samples& samples) {
    for (std::size_t i = 0; i < options.searches + options.owners; ++i) {
        auto owner = Owner::user(static_cast<UserId>(i % options.owners) + 1);
        auto cpu = reading(CLOCK_PROCESS_CPUTIME_ID);
        auto wall = reading(CLOCK_MONOTONIC);
        auto found =
            co_await memories.search(std::move(owner), "bench/1", queries[i % queries.size()], 10, -1);
        if (i >= options.owners) {  // the first search of each reads the vectors
            samples.wall.push_back(milliseconds(wall, reading(CLOCK_MONOTONIC)));
            samples.cpu += milliseconds(cpu, reading(CLOCK_PROCESS_CPUTIME_ID));
        }
    }
}

void through_sqlite(const Options& options) {
    auto directory = std::filesystem::temp_directory_path() / fmt::format("memory_search_{}", getpid());
    std::filesystem::create_directories(directory);
    {
        asio::io_context context;
        SystemClock clock;
        Metrics metrics;
        stores::Catalogue catalogue;
        stores::sqlite::offer(catalogue);
        stores::Surroundings around{context.get_executor(), clock, Log::silent(), metrics, directory};
        auto database = catalogue.databases.at(0).create(around, "").value();
        auto finish = [&](awaitable<void> work) {
            run_to_end(context, std::move(work), std::chrono::hours(1));
        };
        finish(open(*database, options.owners));
        std::vector<std::vector<float>> queries;
        finish(fill(database->memories(), options, queries));
        Samples samples;
        finish(search_store(database->memories(), options, queries, samples));
        samples.tell(fmt::format("SQLite, {} owners with {} memories each", options.owners, options.each));
    }
    std::filesystem::remove_all(directory);
}

}  // namespace

int main(int count, char** arguments) {
    Options options;
    CLI::App app("Measures how long a search of memories takes, and what it finds.");
    app.add_option("--owners", options.owners, "Owners")->capture_default_str();
    app.add_option("--each", options.each, "Memories of each")->capture_default_str();
    app.add_option("--searches", options.searches, "How often is searched")->capture_default_str();
    app.add_option("--vectors", options.vectors, "topics: as a model's; texts: of the hashing embedder")
        ->capture_default_str()
        ->check(CLI::IsMember({"topics", "texts"}));
    app.add_option("--through", options.through, "set: the vectors in RAM; sqlite: the store")
        ->capture_default_str()
        ->check(CLI::IsMember({"set", "sqlite"}));
    app.add_option("--dimension", options.dimension, "Of topics' vectors")->capture_default_str();
    app.add_flag("--urgent", options.urgent,
                 "Searches with real-time priority, beside whatever else runs here");
    CLI11_PARSE(app, count, arguments);
    options.through == "set" ? through_sets(options) : through_sqlite(options);
    fmt::print("{:.0f} MiB resident\n", resident_mib());
    return 0;
}
