#include "capacity/ladder.h"

#include <algorithm>
#include <cmath>

namespace repartee::capacity {

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

// How soon what is measured counts. A call costs nothing while nobody speaks and much when somebody does:
// that is smoothed out. A server that is late is so at once.
constexpr auto memory_of_processor = std::chrono::milliseconds(2500);
constexpr auto memory_of_lag = std::chrono::milliseconds(1000);
constexpr auto memory_of_waits = std::chrono::milliseconds(4000);

// The pressure at which a step is taken; it is taken back as much below.
constexpr std::array<double, step_count> mark{0, 0.7, 0.8, 0.9, 1.0};
constexpr double slack = 0.12;

// A step shows what it helps, before the next one is taken.
constexpr auto pause_upwards = std::chrono::milliseconds(500);
// With so much nobody waits for that.
constexpr double alarming = 1.3;
// As long as a question and its answer: else each pause of the talkers would be taken for the end of the
// rush.
constexpr auto calm_for = std::chrono::milliseconds(5000);
// Refusing is over sooner, for what follows it still takes in no more than there is room for.
constexpr auto calm_to_admit = std::chrono::milliseconds(1000);

// Above the share that work is let in for, where only what was not foreseen leads.
constexpr double beyond_plan = 1.12;

// So few waits, lately, tell little.
constexpr double rare = 1;

double approach(double value, double target, Duration elapsed, Duration memory) {
    auto part = 1 - std::exp(-Milliseconds(elapsed).count() / Milliseconds(memory).count());
    return value + part * (target - value);
}

Step step_named(std::string_view name) {
    for (auto step : {Step::NoPartials, Step::ShortClauses, Step::SmallModel}) {
        if (name == name_of(step)) {
            return step;
        }
    }
    return Step::Everything;
}

}  // namespace

std::string_view name_of(Source source) {
    switch (source) {
        case Source::Processor: return "processor";
        case Source::Loops: return "loops";
        case Source::Engines: return "engines";
        case Source::Memory: return "memory";
    }
    return "unknown";
}

std::string_view sentence_for(Source source) {
    switch (source) {
        case Source::Processor: return "the processor has much to do";
        case Source::Loops: return "the server is late with what is due";
        case Source::Engines: return "work waits for a place at an engine";
        case Source::Memory: return "little memory is free";
    }
    return "";
}

Source Pressure::greatest() const {
    return all_sources[static_cast<std::size_t>(std::ranges::max_element(of) - of.begin())];
}

Ladder::Ladder(const CapacitySettings& settings)
    : settings_(settings), least_(step_named(settings.least_step)), step_(least_) {
    if (step_ != Step::Everything) {
        reason_ = "the settings say so";
    }
}

Step Ladder::look(const Sight& sight, TimePoint now) {
    auto share = sight.used / std::max(sight.cores, 1e-3);
    processor_ = approach(processor_, share, sight.elapsed, memory_of_processor);
    lag_ms_ = approach(lag_ms_, Milliseconds(sight.lag).count(), sight.elapsed, memory_of_lag);
    auto kept = 1 - approach(0, 1, sight.elapsed, memory_of_waits);
    waits_ = kept * waits_ + sight.waits;
    waited_ms_ = kept * waited_ms_ + Milliseconds(sight.waited).count();
    auto least_memory = static_cast<double>(settings_.least_memory << 20);
    // All cores are all there is, whatever the settings let work have.
    auto bearable = std::min(0.97, settings_.processor * beyond_plan);
    pressure_.of = {processor_ / bearable, lag_ms_ / Milliseconds(settings_.loop_lag).count(),
                    waited_ms_ / (waits_ + rare) / Milliseconds(settings_.engine_wait).count(),
                    least_memory / std::max(sight.memory, 1.0)};
    auto step = next(now);
    if (step != step_) {
        step_ = step;
        changed_ = now;
    }
    if (step_ == Step::Everything) {
        reason_.clear();
    } else if (step_ == least_) {
        reason_ = "the settings say so";
    } else if (changed_ == now) {
        reason_ = sentence_for(pressure_.greatest());
    }
    return step_;
}

Step Ladder::next(TimePoint now) {
    auto pressure = pressure_.value();
    auto up = above(step_);
    if (up != step_ && pressure >= mark[static_cast<std::size_t>(up)]) {
        not_calm_ = now;
        if (pressure >= alarming) {
            return Step::Refusing;
        }
        return now - changed_ >= pause_upwards || changed_ == TimePoint{} ? up : step_;
    }
    if (step_ == least_ || pressure >= mark[static_cast<std::size_t>(step_)] - slack) {
        not_calm_ = now;
        return step_;
    }
    auto calm = step_ == Step::Refusing ? calm_to_admit : calm_for;
    if (now - std::max(not_calm_, changed_) < calm) {
        return step_;
    }
    return below(step_);
}

// Without a smaller model there is no such step.
Step Ladder::above(Step step) const {
    auto next = static_cast<Step>(std::min(static_cast<std::size_t>(step) + 1, step_count - 1));
    return next == Step::SmallModel && settings_.small_model.empty() ? Step::Refusing : next;
}

Step Ladder::below(Step step) const {
    auto next = static_cast<Step>(static_cast<std::size_t>(step) - (step == Step::Everything ? 0 : 1));
    next = next == Step::SmallModel && settings_.small_model.empty() ? Step::ShortClauses : next;
    return std::max(next, least_);
}

}  // namespace repartee::capacity
