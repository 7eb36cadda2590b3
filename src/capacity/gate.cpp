#include "capacity/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace repartee::capacity {

namespace {

using Seconds = std::chrono::duration<double>;

// A handshake takes ten seconds at most (net::ServerOptions::head_timeout).
constexpr auto longest_handshake = std::chrono::seconds(15);

// Whoever comes back to a conversation finds a place that nobody new gets.
constexpr double margin_for_resumed = 1.15;

// Where even one for one would be too many.
constexpr double unbearable = 2;

// How long what was refused counts as waiting at the door.
constexpr auto refused_fades = std::chrono::seconds(3);

// The log tells of refusals so often, with their number.
constexpr auto telling = std::chrono::seconds(10);

constexpr int longest_wait_seconds = 30;
// The ladder is not calm any sooner.
constexpr int shortest_wait_in_a_rush = 2;

// Of a kind, before one was seen to its end.
double first_guess_of_length(Work work) {
    switch (work) {
        case Work::Call: return 60;
        case Work::Turn: return 6;
        case Work::Chat: return 4;
        case Work::Job: return 10;
    }
    return 10;
}

std::string_view words_for(Work work) {
    switch (work) {
        case Work::Call: return "No more calls can be taken at the moment. Please call again in a moment.";
        case Work::Turn:
        case Work::Chat:
        case Work::Job: break;
    }
    return "There is too much to do at the moment. Please try again in a moment.";
}

std::size_t index_of(Work work) {
    return static_cast<std::size_t>(work);
}

// What those who are in hand feel. That the processor is busy for some seconds, because many speak at once,
// is none: for what it can do on the average, the costs are counted.
double harm_of(const Pressure& pressure) {
    auto harm = 0.0;
    for (auto source : {Source::Loops, Source::Engines, Source::Memory}) {
        harm = std::max(harm, pressure.of[static_cast<std::size_t>(source)]);
    }
    return harm;
}

// Near the number at which the pressure came the last time it is felt more, so that there get more in small
// steps: an engine that is a little too busy is soon far behind.
class Knee {
public:
    double felt(double pressure, std::size_t count) {
        auto many = static_cast<double>(count);
        bool is_pressed = pressure >= 1;
        if (is_pressed && !std::exchange(was_pressed_, true)) {
            at_ = many;
        }
        was_pressed_ = is_pressed;
        if (is_pressed || at_ == 0 || many < near * at_) {
            return pressure;
        }
        if (many > beyond * at_) {
            at_ = 0;  // it was something else
            return pressure;
        }
        return ++looks_ % small_steps == 0 ? pressure : std::max(pressure, just_borne);
    }

private:
    static constexpr double near = 0.8;
    static constexpr double beyond = 1.2;
    static constexpr unsigned small_steps = 5;
    static constexpr double just_borne = 0.9;  // for a crowd: neither more nor fewer

    double at_ = 0;  // 0: nowhere
    bool was_pressed_ = false;
    unsigned looks_ = 0;
};

}  // namespace

// What is in hand now and what was on the average, and how long each kind lasts.
struct Gate::Hands {
    explicit Hands(Clock& the_clock) : clock(the_clock) {
        since = clock.now();
        for (auto work : all_work) {
            seconds[index_of(work)] = first_guess_of_length(work);
        }
    }

    Clock& clock;
    mutable std::mutex mutex;
    std::array<std::size_t, work_count> count{};
    std::array<double, work_count> sum{};  // of count over time, since the last look
    TimePoint since;                       // up to when the sums go
    TimePoint looked_at{};
    std::array<double, work_count> seconds{};  // one lasts, on the average
    std::vector<Gauge> now;                    // by work
    std::array<Knee, work_count> knees;        // of the looks, which come one after the other

    // With the lock held.
    void settle(TimePoint at) {
        auto passed = Seconds(at - since).count();
        for (std::size_t i = 0; i < work_count; ++i) {
            sum[i] += passed * static_cast<double>(count[i]);
        }
        since = at;
    }

    void begin(Work work) {
        std::lock_guard lock(mutex);
        settle(clock.now());
        ++count[index_of(work)];
        now[index_of(work)].set(static_cast<double>(count[index_of(work)]));
    }

    void end(Work work, TimePoint began) {
        std::lock_guard lock(mutex);
        auto at = clock.now();
        settle(at);
        --count[index_of(work)];
        now[index_of(work)].set(static_cast<double>(count[index_of(work)]));
        constexpr double part = 0.1;
        auto& length = seconds[index_of(work)];
        length += part * (Seconds(at - began).count() - length);
    }

    std::array<std::size_t, work_count> counts() const {
        std::lock_guard lock(mutex);
        return count;
    }

    double length_of(Work work) const {
        std::lock_guard lock(mutex);
        return seconds[index_of(work)];
    }

    std::array<double, work_count> averages() {
        std::lock_guard lock(mutex);
        auto at = clock.now();
        settle(at);
        auto passed = Seconds(at - std::exchange(looked_at, at)).count();
        auto average = std::exchange(sum, {});
        for (auto& one : average) {
            one = passed > 0 ? one / passed : 0;
        }
        return average;
    }
};

Gate::Gate(CapacitySettings settings, Clock& clock, Log log, Metrics& metrics)
    : settings_(std::move(settings)),
      clock_(clock),
      log_(std::move(log)),
      hands_(std::make_shared<Hands>(clock)),
      ladder_(settings_),
      step_(ladder_.step()),
      metrics_(metrics),
      step_now_(metrics.gauge("repartee_capacity_step",
                              "What is done without: 0 nothing, 1 partial texts, 2 long first clauses, 3 the "
                              "large model, 4 more work")) {
    hands_->looked_at = hands_->since;
    for (auto work : all_work) {
        MetricLabels labels{{"work", std::string(name_of(work))}};
        admitted_.push_back(metrics.counter("repartee_admitted_total", "Work that was taken on.", labels));
        cost_now_.push_back(
            metrics.gauge("repartee_capacity_cost", "Processor cores that one of a kind takes.", labels));
        hands_->now.push_back(metrics.gauge("repartee_in_hand", "Work in hand.", labels));
    }
    for (auto source : all_sources) {
        MetricLabels labels{{"source", std::string(name_of(source))}};
        pressure_now_.push_back(metrics.gauge("repartee_capacity_pressure",
                                              "How much is asked of what there is; 1: as much as is borne.",
                                              labels));
    }
    step_now_.set(static_cast<double>(ladder_.step()));
}

// --- in and out ---

Result<Ticket> Gate::admit(Work work, Claim claim) {
    std::lock_guard lock(mutex_);
    if (auto error = turn_away(work, claim)) {
        return *error;
    }
    return issue(work);
}

std::optional<Error> Gate::refusal(Work work, Claim claim) {
    std::lock_guard lock(mutex_);
    return turn_away(work, claim);
}

std::optional<Error> Gate::reserve(Work work, const std::string& name, Claim claim) {
    std::lock_guard lock(mutex_);
    auto now = clock_.now();
    drop_old_reservations(now);
    if (auto error = turn_away(work, claim)) {
        return error;
    }
    reserved_.insert_or_assign(name, Reservation{.ticket = issue(work), .until = now + longest_handshake});
    return std::nullopt;
}

Ticket Gate::take_up(Work work, const std::string& name) {
    std::lock_guard lock(mutex_);
    auto found = reserved_.find(name);
    if (found == reserved_.end()) {
        return issue(work);
    }
    auto ticket = std::move(found->second.ticket);
    reserved_.erase(found);
    return ticket;
}

// Few: those whose handshake is under way.
void Gate::drop_old_reservations(TimePoint now) {
    std::erase_if(reserved_, [&](const auto& one) { return one.second.until <= now; });
}

Ticket Gate::issue(Work work) {
    hands_->begin(work);
    admitted_[index_of(work)].add();
    auto hands = hands_;
    auto began = clock_.now();
    // An address that is not null, and what happens at its end.
    return Ticket(
        std::shared_ptr<void>(hands.get(), [hands, work, began](void*) { hands->end(work, began); }));
}

// --- yes or no ---

std::optional<Gate::Why> Gate::reason_to_refuse(Work work, Claim claim) const {
    if (settings_.mode == "off") {
        return std::nullopt;
    }
    auto counts = hands_->counts();
    bool resumed = claim == Claim::Resumed;
    auto limit = work == Work::Call   ? settings_.calls
                 : work == Work::Turn ? settings_.turns
                 : work == Work::Chat ? settings_.chats
                                      : 0;
    if (limit > 0) {
        auto most =
            resumed ? std::ceil(static_cast<double>(limit) * margin_for_resumed) : static_cast<double>(limit);
        if (static_cast<double>(counts[index_of(work)]) + 1 > most) {
            return Why{.code = "limit",
                       .words = fmt::format("{} of a kind are in hand, as many as may be", limit)};
        }
    }
    if (settings_.mode == "fixed") {
        return std::nullopt;
    }
    const auto& pressure = ladder_.pressure();
    bool yields = resumed && pressure.value() < margin_for_resumed;
    // What waits for engines has been taken on already: it says how many are too many, and not for how long.
    auto worst = std::max(pressure.of[static_cast<std::size_t>(Source::Loops)],
                          pressure.of[static_cast<std::size_t>(Source::Memory)]);
    if (ladder_.step() == Step::Refusing && worst >= unbearable && !yields) {
        return Why{.code = name_of(pressure.greatest()),
                   .words = std::string(sentence_for(pressure.greatest()))};
    }
    if (!crowds_[index_of(work)].has_room(counts[index_of(work)]) && !yields) {
        return ladder_.step() == Step::Refusing
                   ? Why{.code = name_of(pressure.greatest()),
                         .words = std::string(sentence_for(pressure.greatest()))}
                   : Why{.code = "crowd", .words = "as many are in hand as could be served well lately"};
    }
    if (work == Work::Job) {
        return std::nullopt;  // it waits until there is room
    }
    auto room = last_.cores * settings_.processor * (resumed ? margin_for_resumed : 1);
    auto with_it = counts;
    ++with_it[index_of(work)];
    // Whatever one costs: an idle server takes it on.
    bool first = std::ranges::all_of(counts, [](auto count) { return count == 0; });
    if (auto needed = costs_.of_all(with_it); needed > room && !first) {
        return Why{
            .code = "cost",
            .words = fmt::format("with one more, {:.2f} of {:.2f} cores would be in use", needed, room)};
    }
    return std::nullopt;
}

std::optional<Error> Gate::turn_away(Work work, Claim claim) {
    auto why = reason_to_refuse(work, claim);
    if (!why) {
        return std::nullopt;
    }
    note_refusal(work, *why);
    // Each waiting one wants one of the places that come free.
    auto in_hand = std::max<double>(1, static_cast<double>(hands_->counts()[index_of(work)]));
    auto between = hands_->length_of(work) / in_hand;
    auto least = ladder_.step() == Step::Refusing ? shortest_wait_in_a_rush : 1;
    auto seconds = std::ceil(between * refused_lately_[index_of(work)]);
    return Error{
        .kind = ErrorKind::Busy,
        .message = std::string(words_for(work)),
        .detail = why->words,
        .come_back_in_seconds = static_cast<int>(std::clamp<double>(seconds, least, longest_wait_seconds))};
}

void Gate::note_refusal(Work work, const Why& why) {
    metrics_
        .counter("repartee_refused_total", "Work that was turned away.",
                 {{"work", std::string(name_of(work))}, {"reason", std::string(why.code)}})
        .add();
    auto now = clock_.now();
    auto fade =
        std::exp(-Seconds(now - std::exchange(faded_at_, now)).count() / Seconds(refused_fades).count());
    for (auto& refused : refused_lately_) {
        refused *= fade;
    }
    refused_lately_[index_of(work)] += 1;
    last_reason_ = why.words;
    ++refused_untold_;
    tell_refusals(now);
}

void Gate::tell_refusals(TimePoint now) {
    if (refused_untold_ == 0 || (told_at_ && now - *told_at_ < telling)) {
        return;
    }
    told_at_ = now;
    log_.warning("work refused", {{"times", std::exchange(refused_untold_, 0)},
                                  {"reason", last_reason_},
                                  {"step", name_of(ladder_.step())}});
}

// --- how it stands ---

Standing Gate::standing() const {
    std::lock_guard lock(mutex_);
    Standing standing{.step = ladder_.step(), .reason = ladder_.reason(), .in_hand = hands_->counts()};
    auto why = reason_to_refuse(Work::Call, Claim::New);
    standing.takes_calls = !why;
    if (why) {
        standing.reason = why->words;
    }
    for (auto work : all_work) {
        standing.cost[index_of(work)] = costs_.of(work);
    }
    standing.cores = last_.cores;
    standing.processor = ladder_.processor() * last_.cores;
    return standing;
}

bool Gate::at_ease() const {
    auto counts = hands_->counts();
    return std::ranges::all_of(counts, [](auto count) { return count == 0; }) && step() == Step::Everything;
}

void Gate::look(const Sight& sight) {
    std::lock_guard lock(mutex_);
    auto now = clock_.now();
    auto averages = hands_->averages();
    last_ = sight;
    costs_.learn(sight.used, averages, sight.elapsed);
    auto before = ladder_.step();
    auto step = settings_.mode == "auto" ? ladder_.look(sight, now) : before;
    if (settings_.mode == "auto") {
        auto counts = hands_->counts();
        for (auto work : all_work) {
            auto count = counts[index_of(work)];
            auto felt = hands_->knees[index_of(work)].felt(harm_of(ladder_.pressure()), count);
            crowds_[index_of(work)].look(felt, count, now);
        }
    }
    step_ = step;
    step_now_.set(static_cast<double>(step));
    for (auto source : all_sources) {
        pressure_now_[static_cast<std::size_t>(source)].set(
            ladder_.pressure().of[static_cast<std::size_t>(source)]);
    }
    for (auto work : all_work) {
        cost_now_[index_of(work)].set(costs_.of(work));
    }
    if (step != before) {
        log_.info("what is done without", {{"step", name_of(step)},
                                           {"before", name_of(before)},
                                           {"reason", ladder_.reason()},
                                           {"pressure", ladder_.pressure().value()},
                                           {"calls", hands_->counts()[index_of(Work::Call)]}});
    }
    tell_refusals(now);
    drop_old_reservations(now);
}

}  // namespace repartee::capacity
