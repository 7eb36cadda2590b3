// Who may begin something while there is much to do. Surfaces ask it before they take anything on:
//
//     auto ticket = gate.admit(Work::Chat);
//     if (!ticket) { ... ticket.error(): Busy, with a sentence and when to come back ... }
//     ... hold *ticket for as long as it lasts ...
//
// and, where a WebSocket is a call, before its 101 and behind it:
//
//     if (auto error = gate.reserve(Work::Call, request.id)) { ... refuse ... }
//     auto ticket = gate.take_up(Work::Call, request.id);
//
// What has been let in is never cut. Before anything is refused, what is not necessary is done without:
// `step` says how far that goes. What is measured comes from the watch (watch.h); what follows from it is
// decided by ladder.h, crowd.h and costs.h, which are pure.
//
// Any thread; each call takes a lock for a moment. Outlives the surfaces; tickets may outlive it.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/metrics.h"
#include "capacity/costs.h"
#include "capacity/crowd.h"
#include "capacity/ladder.h"
#include "capacity/settings.h"
#include "capacity/step.h"

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repartee::capacity {

// Whoever was with us already, and comes back after a lost connection, goes before those who come anew.
enum class Claim { New, Resumed };

// One place. Given back when it is let go.
class Ticket {
public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept : give_back_(std::move(other.give_back_)) {}
    Ticket& operator=(Ticket&& other) noexcept {
        give_back_ = std::move(other.give_back_);
        return *this;
    }
    ~Ticket() = default;

    // False for one that holds no place.
    explicit operator bool() const { return give_back_ != nullptr; }

private:
    friend class Gate;
    explicit Ticket(std::shared_ptr<void> give_back) : give_back_(std::move(give_back)) {}

    std::shared_ptr<void> give_back_;  // nobody else holds it: its end gives the place back
};

// How it stands, for whoever shows it.
struct Standing {
    Step step = Step::Everything;
    std::string reason;  // a sentence; empty where everything is done
    bool takes_calls = true;
    std::array<std::size_t, work_count> in_hand{};
    std::array<double, work_count> cost{};  // cores, of one of them
    double cores = 0;                       // that we may use
    double processor = 0;                   // of these, in use
};

class Gate {
public:
    // The clock and the metrics outlive it.
    Gate(CapacitySettings settings, Clock& clock, Log log, Metrics& metrics);
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    // A place for it, or Busy.
    Result<Ticket> admit(Work work, Claim claim = Claim::New);
    // Busy where it would be refused; for work that is counted elsewhere, as jobs are by their queue.
    std::optional<Error> refusal(Work work, Claim claim = Claim::New);

    // A place that is held under a name until it is taken up, for as long as a handshake may take; or Busy.
    std::optional<Error> reserve(Work work, const std::string& name, Claim claim = Claim::New);
    // That place. There is one even where nothing was reserved, or too long ago: what is let in is let in.
    Ticket take_up(Work work, const std::string& name);

    // --- what to do without; asked once a turn ---
    Step step() const { return step_.load(std::memory_order_relaxed); }
    bool wants_partials() const { return step() < Step::NoPartials; }
    bool wants_short_clauses() const { return step() >= Step::ShortClauses; }
    bool wants_small_model() const { return has_small_model() && step() >= Step::SmallModel; }

    bool has_small_model() const { return !settings_.small_model.empty(); }
    const CapacitySettings& settings() const { return settings_; }

    Standing standing() const;

    // --- the watch ---

    // What was seen since the last time.
    void look(const Sight& sight);
    // Whether nothing is in hand and everything is done: then nobody needs to look often.
    bool at_ease() const;

private:
    struct Hands;  // shared with the tickets
    struct Why {
        std::string_view code;  // for metrics
        std::string words;
    };
    struct Reservation {
        Ticket ticket;
        TimePoint until;
    };

    // --- with the lock held ---
    std::optional<Why> reason_to_refuse(Work work, Claim claim) const;
    std::optional<Error> turn_away(Work work, Claim claim);
    void note_refusal(Work work, const Why& why);
    void tell_refusals(TimePoint now);
    void drop_old_reservations(TimePoint now);
    Ticket issue(Work work);

    const CapacitySettings settings_;
    Clock& clock_;
    const Log log_;
    const std::shared_ptr<Hands> hands_;  // also of tickets that are let go after us

    mutable std::mutex mutex_;  // guards what follows; never taken with that of the hands held
    Costs costs_;
    Ladder ladder_;
    std::array<Crowd, work_count> crowds_;
    Sight last_;
    std::map<std::string, Reservation> reserved_;
    std::array<double, work_count> refused_lately_{};  // fades within seconds
    TimePoint faded_at_{};
    std::uint64_t refused_untold_ = 0;
    std::optional<TimePoint> told_at_;
    std::string last_reason_;

    std::atomic<Step> step_;

    Metrics& metrics_;
    std::vector<Counter> admitted_;  // by work
    std::vector<Gauge> cost_now_;    // by work
    Gauge step_now_;
    std::vector<Gauge> pressure_now_;  // by source
};

}  // namespace repartee::capacity
