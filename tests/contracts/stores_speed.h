// How fast a store is: figures for people, no tests, and so only on demand:
//
//     sqlite_contract_test --gtest_also_run_disabled_tests --gtest_filter='*Speed*'
#pragma once

#include "base/clock.h"
#include "stores_house.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace repartee::stores::speed {

using Steady = std::chrono::steady_clock;

struct Run {
    std::vector<double> ms;
    double seconds = 0;

    void print(const std::string& what) {
        std::ranges::sort(ms);
        const auto at = [this](double share) {
            return ms[static_cast<std::size_t>(share * (ms.size() - 1.0))];
        };
        fmt::print("{:<52} {:>8.0f}/s   p50 {:6.2f} ms   p99 {:6.2f} ms\n", what, ms.size() / seconds,
                   at(0.5), at(0.99));
    }
};

// So many at once, each after the other, until `number` of them are done.
inline awaitable<void> one_after_another(std::function<awaitable<void>(int)> work, int* next, int number,
                                         Run* run) {
    while (*next < number) {
        const int turn = (*next)++;
        const auto begin = Steady::now();
        co_await work(turn);
        run->ms.push_back(milliseconds_of(Steady::now() - begin));
    }
}

inline Run measure(StoresHouse& house, int number, int at_once, std::function<awaitable<void>(int)> work) {
    Run run;
    int next = 0;
    const auto begin = Steady::now();
    std::vector<awaitable<void>> lanes;
    for (int lane = 0; lane < at_once; ++lane) {
        lanes.push_back(one_after_another(work, &next, number, &run));
    }
    for (auto& result : house.run_all(std::move(lanes))) {
        result.value();
    }
    run.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    return run;
}

inline awaitable<void> append_exchange(History& history, UserId user, int turn) {
    std::vector<NewMessage> exchange{
        {.id = fmt::format("{}u", turn), .text = "What time is it?"},
        {.id = fmt::format("{}a", turn), .role = Role::Assistant, .text = "Half past nine."}};
    co_await history.append(user, fmt::format("session {}", turn % 100),
                            fmt::format("conversation {}", turn % 100), "title", std::move(exchange),
                            noon_ms);
}
inline awaitable<void> read_latest(History& history, UserId user, int turn) {
    co_await history.latest(user, fmt::format("session {}", turn % 100), 20);
}
inline awaitable<void> search_once(Memories& memories, Owner owner, Vector query) {
    co_await memories.search(std::move(owner), "test", std::move(query), 3, 0);
}
inline Vector random_vector(std::mt19937& random, std::size_t dimension) {
    std::normal_distribution<float> normal;
    Vector vector(dimension);
    double square = 0;
    for (auto& component : vector) {
        component = normal(random);
        square += static_cast<double>(component) * component;
    }
    for (auto& component : vector) {
        component /= static_cast<float>(std::sqrt(square));
    }
    return vector;
}

inline UserId somebody(StoresHouse& house, Database& database) {
    NewUser user{.creation_id = "one",
                 .email = "ink@example.com",
                 .email_key = "ink@example.com",
                 .full_name = "Somebody",
                 .password_hash = Secret("hash"),
                 .created_at_ms = noon_ms};
    return house.run(database.people().add(user))->id;
}

inline void measure_history(StoresHouse& house, Database& database, const std::string& name) {
    const auto user = somebody(house, database);
    auto& history = database.history();
    for (int at_once : {1, 8, 32, 256}) {
        const int first = at_once * 100'000;
        measure(house, 3000, at_once, [&, first](int turn) {
            return append_exchange(history, user, first + turn);
        }).print(fmt::format("{}: append an exchange, {} at once", name, at_once));
        measure(house, 5000, at_once, [&](int turn) {
            return read_latest(history, user, turn);
        }).print(fmt::format("{}: read the last 20 messages, {} at once", name, at_once));
    }
}

// `all` memories in the database, `of_one` of them the one's who searches. `settle`: what a database does by
// itself soon after so much has been written.
inline void measure_memories(StoresHouse& house, Database& database, const std::string& name, int all,
                             int of_one, const std::function<void()>& settle = {}) {
    constexpr int batch = 1000;
    const auto owner = Owner::user(somebody(house, database));
    std::mt19937 random(7);
    const auto begin = Steady::now();
    for (int number = 0; number < all; number += batch) {
        std::vector<NewMemory> some;
        for (int one = 0; one < batch; ++one) {
            some.push_back(
                {.memory = {.id = fmt::format("{}", number + one), .text = "My cat is called Ink."},
                 .vector = random_vector(random, 384)});
        }
        // The others have a thousand each, and are nobody's in particular.
        const auto whose = number < of_one ? owner : Owner::session(fmt::format("{}", number));
        house.run(database.memories().add(whose, "test", std::move(some)));
    }
    fmt::print("{}: {} memories added in {:.1f} s\n", name, all,
               std::chrono::duration<double>(Steady::now() - begin).count());
    if (settle) {
        settle();
    }
    const auto query = random_vector(random, 384);
    auto& memories = database.memories();
    const auto search = [&](int) { return search_once(memories, owner, query); };
    measure(house, 1, 1, search).print(fmt::format("{}: first search among {}", name, of_one));
    for (int at_once : {1, 4}) {
        measure(house, 1000, at_once, search)
            .print(fmt::format("{}: search among {}, {} at once", name, of_one, at_once));
    }
}

}  // namespace repartee::stores::speed
