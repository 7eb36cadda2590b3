#include "stores/fleeting_memories.h"

#include "stores/inner_product.h"
#include "stores/lower_case.h"
#include "stores/sql_text.h"

#include <algorithm>
#include <ranges>
#include <tuple>

namespace repartee::stores {

namespace {

constexpr std::size_t bytes_around_a_memory = 256;

auto place_in_list(const Memory& memory) {
    return std::tie(memory.updated_at_ms, memory.id);
}

}  // namespace

awaitable<void> FleetingMemories::add(Owner owner, std::string embedder, std::vector<NewMemory> memories) {
    std::lock_guard lock(mutex_);
    KeptOfOne all{.owner = owner};
    if (auto* kept = use(owner)) {
        all = std::move(*kept);
    }
    for (auto& [memory, vector] : memories) {
        if (std::ranges::none_of(all.memories,
                                 [&](const Kept& kept) { return kept.memory.id == memory.id; })) {
            all.memories.push_back({std::move(memory), embedder, std::move(vector)});
        }
    }
    if (all.memories.size() > most_of_one) {
        all.memories.erase(all.memories.begin(),
                           all.memories.end() - static_cast<std::ptrdiff_t>(most_of_one));
    }
    const auto bytes = bytes_of(all);
    shelf_.keep(owner.key(), std::move(all), bytes, clock_.now());
    co_return;
}

awaitable<bool> FleetingMemories::correct(Owner owner, std::string embedder, NewMemory memory) {
    std::lock_guard lock(mutex_);
    auto* kept = use(owner, memory.memory.id);
    if (kept == nullptr) {
        co_return false;
    }
    memory.memory.created_at_ms = kept->memory.created_at_ms;
    *kept = {std::move(memory.memory), std::move(embedder), std::move(memory.vector)};
    use(owner);  // which weighs it anew
    co_return true;
}

awaitable<bool> FleetingMemories::forget(Owner owner, std::string id) {
    std::lock_guard lock(mutex_);
    auto* kept = use(owner);
    const bool was_there = kept != nullptr && std::erase_if(kept->memories, [&](const Kept& one) {
                                                  return one.memory.id == id;
                                              }) > 0;
    use(owner);
    co_return was_there;
}

awaitable<void> FleetingMemories::forget_all(Owner owner) {
    std::lock_guard lock(mutex_);
    shelf_.erase(owner.key());
    co_return;
}

awaitable<std::vector<FoundMemory>> FleetingMemories::search(Owner owner, std::string embedder, Vector vector,
                                                             std::size_t limit, double least) {
    std::lock_guard lock(mutex_);
    std::vector<FoundMemory> found;
    if (const auto* kept = use(owner)) {
        for (const auto& one : kept->memories) {
            if (one.embedder != embedder || one.vector.size() != vector.size()) {
                continue;
            }
            float score = 0;
            inner_products(vector.data(), one.vector.data(), 1, vector.size(), &score);
            if (score >= least) {
                found.push_back({one.memory, score});
            }
        }
    }
    std::ranges::sort(found, [](const FoundMemory& one, const FoundMemory& other) {
        return std::tie(other.score, one.memory.id) < std::tie(one.score, other.memory.id);
    });
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(std::min(limit, found.size())), found.end());
    co_return found;
}

awaitable<std::optional<Memory>> FleetingMemories::find(Owner owner, std::string id) {
    std::lock_guard lock(mutex_);
    const auto* kept = use(owner, id);
    co_return kept == nullptr ? std::nullopt : std::optional(kept->memory);
}

awaitable<std::vector<Memory>> FleetingMemories::list(Owner owner, std::string query, std::size_t limit,
                                                      std::int64_t before_ms, std::string before_id) {
    std::vector<SoughtWord> words;
    for (const auto& word : words_of(query)) {
        words.emplace_back(word);
    }
    std::lock_guard lock(mutex_);
    std::vector<Memory> found;
    if (const auto* kept = use(owner)) {
        for (const auto& one : kept->memories) {
            const bool is_behind =
                before_ms == 0 || place_in_list(one.memory) < std::tie(before_ms, before_id);
            const auto is_here = [&](SoughtWord& word) { return word.is_in(one.memory.text); };
            if (is_behind && std::ranges::all_of(words, is_here)) {
                found.push_back(one.memory);
            }
        }
    }
    std::ranges::sort(found, [](const Memory& one, const Memory& other) {
        return place_in_list(other) < place_in_list(one);
    });
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(std::min(limit, found.size())), found.end());
    co_return found;
}

awaitable<std::size_t> FleetingMemories::count(Owner owner) {
    std::lock_guard lock(mutex_);
    const auto* kept = shelf_.look(owner.key(), clock_.now());
    co_return kept == nullptr ? 0 : kept->memories.size();
}

awaitable<std::vector<Memories::Outdated>> FleetingMemories::outdated(std::string embedder,
                                                                      std::size_t limit) {
    std::lock_guard lock(mutex_);
    std::vector<Outdated> found;
    shelf_.for_each([&](const std::string&, const KeptOfOne& kept) {
        for (const auto& one : kept.memories) {
            if (one.embedder != embedder && found.size() < limit) {
                found.push_back({*kept.owner, one.memory.id, one.memory.text});
            }
        }
        return found.size() < limit;
    });
    co_return found;
}

awaitable<void> FleetingMemories::replace_vector(Owner owner, std::string id, std::string text,
                                                 std::string embedder, Vector vector) {
    std::lock_guard lock(mutex_);
    // No use by anybody: does not make it last.
    auto* kept = shelf_.look(owner.key(), clock_.now());
    if (kept == nullptr) {
        co_return;
    }
    for (auto& one : kept->memories) {
        if (one.memory.id == id && one.memory.text == text) {
            one.embedder = embedder;
            one.vector = std::move(vector);
            break;
        }
    }
}

FleetingMemories::KeptOfOne* FleetingMemories::use(const Owner& owner) {
    const auto now = clock_.now();
    const auto* kept = shelf_.look(owner.key(), now);
    if (kept == nullptr) {
        return nullptr;
    }
    shelf_.renew(owner.key(), bytes_of(*kept), now);
    return shelf_.look(owner.key(), now);
}

FleetingMemories::Kept* FleetingMemories::use(const Owner& owner, const std::string& id) {
    auto* kept = use(owner);
    if (kept == nullptr) {
        return nullptr;
    }
    const auto found =
        std::ranges::find_if(kept->memories, [&](const Kept& one) { return one.memory.id == id; });
    return found == kept->memories.end() ? nullptr : &*found;
}

std::size_t FleetingMemories::bytes_of(const KeptOfOne& kept) {
    std::size_t bytes = bytes_around_a_memory;
    for (const auto& one : kept.memories) {
        bytes += bytes_around_a_memory + one.memory.text.size() + one.vector.size() * sizeof(float);
    }
    return bytes;
}

}  // namespace repartee::stores
