#include "memory/long_term.h"

#include "base/error.h"
#include "memory/forgetting.h"
#include "memory/fresh_id.h"
#include "memory/memory_text.h"
#include "memory/one_at_a_time.h"
#include "memory/reembedding.h"
#include "memory/same_fact.h"

#include <algorithm>
#include <set>

namespace repartee::memory {

namespace {

// How many that lie near are looked at: is it known, does it contradict one, is it meant.
constexpr std::size_t looked_at = 24;
// What is farther away than this says something else.
constexpr double least_for_same = 0.2;
constexpr double least_for_forgetting = 0.15;

constexpr std::size_t longest_category = 120;  // bytes
constexpr std::size_t most_found = 100;

// "Forget that" means what was said just now.
constexpr std::chrono::milliseconds just_now = std::chrono::minutes(10);

// Of what was forgotten so much is told.
constexpr std::size_t most_told = 20;

stores::Vector taken(std::vector<engines::Embedding> vectors) {
    return std::move(vectors.at(0));
}

}  // namespace

class LongTerm::Impl {
public:
    Impl(engines::Embedder& embedder, stores::Memories& lasting, stores::Memories& fleeting, Clock& clock,
         Log log)
        : embedder_(embedder), lasting_(lasting), fleeting_(fleeting), clock_(clock), log_(std::move(log)) {}

    stores::Memories& store_of(const Owner& owner) { return owner.is_anonymous() ? fleeting_ : lasting_; }

    awaitable<void> run() { co_await embed_anew(embedder_, lasting_, clock_, log_); }

    awaitable<std::vector<stores::FoundMemory>> search(Owner owner, std::string query, std::size_t limit,
                                                       double least) {
        auto text = clean_text(query, longest_memory);
        if (text.empty() || limit == 0) {
            co_return std::vector<stores::FoundMemory>{};
        }
        auto vector = co_await vector_of(std::move(text));
        auto found = co_await store_of(owner).search(owner, embedder_.identity(), std::move(vector),
                                                     std::min(limit, most_found), least);
        co_return found;
    }

    awaitable<Remembered> remember(Owner owner, std::string text, std::string category, std::string source) {
        auto clean = clean_text(text, longest_memory);
        if (clean.empty()) {
            throw Failure(ErrorKind::Unprocessable, "There is nothing to remember.");
        }
        auto vector = co_await vector_of(clean);
        auto turn = co_await one_at_a_time_.enter(owner.key());
        auto near =
            co_await store_of(owner).search(owner, embedder_.identity(), vector, looked_at, least_for_same);
        const auto judged = judge(clean, near);
        if (judged.kind == Judgment::Kind::Known) {
            Remembered known{.memory = std::move(near[judged.which].memory),
                             .outcome = skills::Remembering::Outcome::Known};
            co_return known;
        }
        stores::NewMemory fresh{.memory = {.id = fresh_id(),
                                           .text = std::move(clean),
                                           .category = clean_text(category, longest_category),
                                           .source = std::move(source),
                                           .created_at_ms = now_ms(),
                                           .updated_at_ms = now_ms()},
                                .vector = std::move(vector)};
        if (judged.kind == Judgment::Kind::Corrects) {
            auto correction = fresh;
            correction.memory.id = near[judged.which].memory.id;
            correction.memory.created_at_ms = near[judged.which].memory.created_at_ms;
            const bool was_there = co_await store_of(owner).correct(owner, embedder_.identity(), correction);
            if (was_there) {
                Remembered corrected{.memory = std::move(correction.memory),
                                     .outcome = skills::Remembering::Outcome::Corrected};
                tell("fact corrected", owner, corrected.memory);
                co_return corrected;
            }
        }
        co_await make_sure_there_is_room(owner, 1);
        Remembered added{.memory = fresh.memory, .outcome = skills::Remembering::Outcome::New};
        std::vector<stores::NewMemory> one;
        one.push_back(std::move(fresh));
        co_await store_of(owner).add(owner, embedder_.identity(), std::move(one));
        tell("fact remembered", owner, added.memory);
        co_return added;
    }

    awaitable<std::optional<stores::Memory>> correct(Owner owner, std::string id, std::string text) {
        auto clean = clean_text(text, longest_memory);
        if (clean.empty()) {
            throw Failure(ErrorKind::Unprocessable, "There is nothing to remember.");
        }
        auto known = co_await store_of(owner).find(owner, id);
        if (!known) {
            co_return std::nullopt;
        }
        auto vector = co_await vector_of(clean);
        stores::NewMemory correction{.memory = std::move(*known), .vector = std::move(vector)};
        correction.memory.text = std::move(clean);
        correction.memory.updated_at_ms = now_ms();
        const bool was_there = co_await store_of(owner).correct(owner, embedder_.identity(), correction);
        co_return was_there ? std::optional(std::move(correction.memory)) : std::nullopt;
    }

    awaitable<std::vector<std::string>> forget_meaning(Owner owner, std::string what) {
        auto clean = clean_text(what, longest_memory);
        std::vector<stores::Memory> meant;
        bool everything = false;
        switch (kind_of_forgetting(clean)) {
            case ToForget::Kind::Everything: {
                everything = true;
                meant = co_await store_of(owner).list(owner, "", most_told, 0, "");
                break;
            }
            case ToForget::Kind::TheLast: {
                meant = co_await store_of(owner).list(owner, "", 1, 0, "");
                std::erase_if(meant, [&](const stores::Memory& one) {
                    return one.updated_at_ms < now_ms() - just_now.count();
                });
                break;
            }
            case ToForget::Kind::These: {
                auto found = co_await search(owner, clean, looked_at, least_for_forgetting);
                for (auto which : meant_by(clean, found)) {
                    meant.push_back(std::move(found[which].memory));
                }
                break;
            }
        }
        std::vector<std::string> forgotten;
        if (everything && !meant.empty()) {
            co_await store_of(owner).forget_all(owner);
        }
        for (auto& memory : meant) {
            bool was_there = everything;
            if (!everything) {
                was_there = co_await store_of(owner).forget(owner, memory.id);
            }
            if (was_there && forgotten.size() < most_told) {
                forgotten.push_back(std::move(memory.text));
            }
        }
        log_.info("facts forgotten",
                  {{"owner", name_of(owner)}, {"facts", forgotten.size()}, {"everything", everything}});
        co_return forgotten;
    }

    awaitable<std::size_t> ingest(Owner owner, std::vector<std::string> pieces, std::string origin) {
        std::vector<std::string> texts;
        std::set<std::string> seen;
        for (const auto& piece : pieces) {
            auto clean = clean_text(piece, longest_memory);
            if (!clean.empty() && seen.insert(clean).second) {
                texts.push_back(std::move(clean));
            }
        }
        auto turn = co_await one_at_a_time_.enter(owner.key());
        co_await make_sure_there_is_room(owner, texts.size());
        const auto category = clean_text(origin, longest_category);
        std::vector<stores::NewMemory> fresh;
        for (std::size_t begin = 0; begin < texts.size(); begin += engines::Embedder::most_texts) {
            const auto end = std::min(begin + engines::Embedder::most_texts, texts.size());
            std::vector<std::string> some(texts.begin() + static_cast<std::ptrdiff_t>(begin),
                                          texts.begin() + static_cast<std::ptrdiff_t>(end));
            auto vectors = co_await embedder_.embed(some);
            for (std::size_t i = 0; i < some.size(); ++i) {
                const bool known = co_await is_there(owner, some[i], vectors.at(i));
                if (!known) {
                    fresh.push_back({.memory = {.id = fresh_id(),
                                                .text = std::move(some[i]),
                                                .category = category,
                                                .source = "ingested",
                                                .created_at_ms = now_ms(),
                                                .updated_at_ms = now_ms()},
                                     .vector = std::move(vectors[i])});
                }
            }
        }
        const auto count = fresh.size();
        if (count > 0) {
            co_await store_of(owner).add(owner, embedder_.identity(), std::move(fresh));
        }
        log_.info("text taken in", {{"owner", name_of(owner)}, {"pieces", pieces.size()}, {"new", count}});
        co_return count;
    }

private:
    awaitable<stores::Vector> vector_of(std::string text) {
        std::vector<std::string> one;
        one.push_back(std::move(text));
        auto vectors = co_await embedder_.embed(std::move(one));
        co_return taken(std::move(vectors));
    }

    // Word for word.
    awaitable<bool> is_there(const Owner& owner, const std::string& text, const stores::Vector& vector) {
        constexpr double least_for_equal = 0.99;
        auto near = co_await store_of(owner).search(owner, embedder_.identity(), vector, 3, least_for_equal);
        co_return std::ranges::any_of(
            near, [&](const stores::FoundMemory& one) { return one.memory.text == text; });
    }

    awaitable<void> make_sure_there_is_room(Owner owner, std::size_t more) {
        if (owner.is_anonymous()) {
            co_return;  // what is fleeting makes room by itself
        }
        const std::size_t there = co_await store_of(owner).count(owner);
        if (there + more > most_memories) {
            throw Failure(ErrorKind::TooLarge,
                          "Nothing more can be remembered. Please forget something first.", "most_memories");
        }
    }

    void tell(std::string_view event, const Owner& owner, const stores::Memory& memory) const {
        log_.info(event, {{"owner", name_of(owner)},
                          {"source", memory.source},
                          {"bytes", memory.text.size()},
                          {"text", log_.text(memory.text)}});
    }
    // What a session calls itself may be anything.
    static std::string name_of(const Owner& owner) {
        return owner.is_anonymous() ? "anonymous" : owner.key();
    }

    std::int64_t now_ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall().time_since_epoch())
            .count();
    }

    engines::Embedder& embedder_;
    stores::Memories& lasting_;
    stores::Memories& fleeting_;
    Clock& clock_;
    const Log log_;
    OneAtATime one_at_a_time_;
};

LongTerm::LongTerm(engines::Embedder& embedder, stores::Memories& lasting, stores::Memories& fleeting,
                   Clock& clock, Log log)
    : impl_(std::make_unique<Impl>(embedder, lasting, fleeting, clock, std::move(log))) {}
LongTerm::~LongTerm() = default;

awaitable<void> LongTerm::run() {
    return impl_->run();
}

awaitable<std::vector<stores::FoundMemory>> LongTerm::search(Owner owner, std::string query,
                                                             std::size_t limit, double least) {
    return impl_->search(std::move(owner), std::move(query), limit, least);
}
awaitable<LongTerm::Remembered> LongTerm::remember(Owner owner, std::string text, std::string category,
                                                   std::string source) {
    return impl_->remember(std::move(owner), std::move(text), std::move(category), std::move(source));
}
awaitable<std::optional<stores::Memory>> LongTerm::correct(Owner owner, std::string id, std::string text) {
    return impl_->correct(std::move(owner), std::move(id), std::move(text));
}
awaitable<bool> LongTerm::forget(Owner owner, std::string id) {
    auto& store = store_of(owner);
    return store.forget(std::move(owner), std::move(id));
}
awaitable<std::vector<std::string>> LongTerm::forget_meaning(Owner owner, std::string what) {
    return impl_->forget_meaning(std::move(owner), std::move(what));
}
awaitable<void> LongTerm::forget_all(Owner owner) {
    auto& store = store_of(owner);
    return store.forget_all(std::move(owner));
}
awaitable<std::size_t> LongTerm::ingest(Owner owner, std::vector<std::string> pieces, std::string origin) {
    return impl_->ingest(std::move(owner), std::move(pieces), std::move(origin));
}
stores::Memories& LongTerm::store_of(const Owner& owner) {
    return impl_->store_of(owner);
}

}  // namespace repartee::memory
