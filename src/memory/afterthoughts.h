// What is thought about behind conversations, with a language model: lasting facts in what somebody said, and
// summaries of what has fallen out of the short-term window. Waits until a session has been calm for a
// moment, so that the model is free for who talks; then one session after the other. Any thread may add;
// works where `run` runs.
//
// Bounded: past `most_waiting` sessions the one that has waited longest goes, with a count in the log. What
// is lost here is only what nobody has been promised.
#pragma once

#include "base/bell.h"
#include "base/clock.h"
#include "base/log.h"
#include "engines/model.h"
#include "memory/long_term.h"
#include "stores/history.h"
#include "stores/session_memory.h"

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace repartee::memory {

struct AfterthoughtSettings {
    std::size_t window = 10;
    bool extract_facts = true;
    bool summarise = true;
};

// One exchange that is over.
struct Exchange {
    stores::SessionKey key;
    std::string said;           // by the person; empty: they said nothing
    std::string conversation;   // id in the history; empty: there is none
    std::int64_t position = 0;  // of its last message
};

class Afterthoughts {
public:
    static constexpr std::size_t most_waiting = 512;    // sessions
    static constexpr std::size_t most_utterances = 12;  // of a session, waiting; the oldest go
    static constexpr Duration calm = 1500ms;            // since the last exchange
    static constexpr Duration longest_wait = 60s;       // however lively they are
    static constexpr Duration longest_thought = 60s;    // of the model, for one session

    // All referred to outlives it.
    Afterthoughts(LongTerm& long_term, stores::History& history, Clock& clock, Log log,
                  AfterthoughtSettings settings);

    // `model` outlives this.
    void add(Exchange exchange, engines::Model& model);
    // No more thought about: what waits, and what is being thought about just now.
    void drop(const Owner& owner);
    void drop(const stores::SessionKey& key);
    std::size_t waiting() const;

    // Until cancelled.
    awaitable<void> run();

private:
    struct Thought {
        stores::SessionKey key;
        engines::Model* model = nullptr;
        std::vector<std::string> said;
        std::string conversation;
        std::int64_t position = 0;
        TimePoint first_at;
        TimePoint due_at;
    };

    // Of the thought under way.
    struct UnderWay {
        stores::SessionKey key;
        bool dropped = false;
    };

    bool may_be_summed_up(const Exchange& exchange) const;
    std::optional<Thought> next_due();
    bool is_dropped() const;
    std::optional<TimePoint> first_due() const;
    awaitable<void> think_about(Thought thought);
    awaitable<void> extract(const Thought& thought);
    awaitable<void> sum_up(const Thought& thought);
    void wake();

    LongTerm& long_term_;
    stores::History& history_;
    Clock& clock_;
    const Log log_;
    const AfterthoughtSettings settings_;

    mutable std::mutex mutex_;
    std::list<Thought> thoughts_;  // in the order of their first exchange
    std::optional<UnderWay> under_way_;
    std::size_t dropped_ = 0;
    std::optional<Executor> runs_on_;
    std::shared_ptr<Bell> news_ =
        std::make_shared<Bell>();  // shared with calls that are on their way to `run`
};

}  // namespace repartee::memory
