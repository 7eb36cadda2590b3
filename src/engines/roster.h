// One trade's candidates, which of them is in use, and why.
//
// Under `auto` the order is: usable before unusable, then higher rank first. An embedded engine
// that has not been asked yet counts as usable, any other as not, so that the server can start at
// once on the embedded ones and move to something better when it has answered.
//
// `check` asks every candidate again; `best` and `verdicts` may be called from any thread meanwhile.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "engines/engine.h"
#include "vocabulary/language.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace repartee::engines {

// What is known about one candidate, for the banner, /ready and `doctor`.
struct Verdict {
    EngineInfo engine;
    Health health;
    bool in_use = false;
};

// The facts that the choice looks at. Pure: the tests are tables.
struct Standing {
    Place place = Place::Embedded;
    int rank = 0;
    bool asked = false;
    bool usable = false;
};

// Indices of the candidates, best first.
std::vector<std::size_t> order_of_preference(const std::vector<Standing>& standings);

class Roster {
public:
    struct Candidate {
        std::unique_ptr<Engine> engine;
        int rank = 0;
    };

    // At least one candidate. `trade` names it in the log: "recogniser".
    Roster(std::string trade, std::vector<Candidate> candidates, Clock& clock, Log log);

    // Asks all candidates side by side; one that does not answer within `limit` is unusable.
    awaitable<void> check(Duration limit);

    // Closes all candidates. Not beside a check.
    awaitable<void> close();

    // Positions, best first, as of the last check.
    std::vector<std::size_t> ranking() const;
    // The usable ones of them, then those that have not been asked yet; all when there is neither.
    std::vector<std::size_t> promising() const;
    // It gave up in the middle of its work: unusable until the next check says otherwise. Where there
    // is no other candidate nothing changes.
    void gave_up(std::size_t position, const Error& why);
    // The candidate that works farthest from here: where what users say may have to go.
    Place farthest() const;
    std::size_t size() const { return candidates_.size(); }
    Engine& at(std::size_t position) const { return *candidates_[position].engine; }
    Engine& best() const { return at(best_.load()); }
    std::vector<Verdict> verdicts() const;

private:
    awaitable<void> ask(std::size_t position, Duration limit);
    std::vector<Standing> standings() const;
    void choose();

    const std::string trade_;
    const std::vector<Candidate> candidates_;
    Clock& clock_;
    const Log log_;
    // Written by `check`, read by everyone who starts a stream: the one lock in the engines' hall.
    mutable std::mutex mutex_;
    std::vector<std::optional<Health>> health_;
    std::atomic<std::size_t> best_{0};
};

}  // namespace repartee::engines
