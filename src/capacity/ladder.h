// From what is seen to what is done without. Pure: told the facts and the time, it answers.
//
// Each source of pressure is a number of which 1 means: as much as is borne. The greatest counts. A step is
// taken when the pressure reaches its mark, one at a time, so that each can help before the next; and it is
// taken back when the pressure has stayed well below that mark for a while. So a load that stands still leads
// to a step that stands still.
#pragma once

#include "base/clock.h"
#include "capacity/settings.h"
#include "capacity/step.h"

#include <array>
#include <string>
#include <string_view>

namespace repartee::capacity {

// What was seen between two looks.
struct Sight {
    Duration elapsed{0};
    double cores = 1;      // that we and our workers may use
    double used = 0;       // cores in use by us and our workers, on the average
    Duration lag{0};       // of the event loop that was latest
    double waits = 0;      // how often work asked for a place at an engine ...
    Duration waited{0};    // ... and how long all of it waited for one together
    double memory = 1e18;  // bytes that are free
};

enum class Source { Processor, Loops, Engines, Memory };
inline constexpr std::array all_sources{Source::Processor, Source::Loops, Source::Engines, Source::Memory};
std::string_view name_of(Source source);
// "the processor has much to do"
std::string_view sentence_for(Source source);

// Smoothed, because nobody is to be refused for a moment's work.
struct Pressure {
    std::array<double, all_sources.size()> of{};

    Source greatest() const;
    double value() const { return of[static_cast<std::size_t>(greatest())]; }
};

class Ladder {
public:
    explicit Ladder(const CapacitySettings& settings);

    Step look(const Sight& sight, TimePoint now);

    Step step() const { return step_; }
    const Pressure& pressure() const { return pressure_; }
    // "the processor is busy": why the step is what it is; empty for Everything.
    const std::string& reason() const { return reason_; }
    // Of the cores, smoothed.
    double processor() const { return processor_; }

private:
    Step next(TimePoint now);
    Step above(Step step) const;
    Step below(Step step) const;

    const CapacitySettings settings_;
    const Step least_;
    Step step_;
    std::string reason_;
    Pressure pressure_;
    double processor_ = 0;
    double lag_ms_ = 0;
    double waits_ = 0;      // lately ...
    double waited_ms_ = 0;  // ... and how long altogether
    TimePoint changed_{};
    TimePoint not_calm_{};  // when the pressure was last too great to go back a step
};

}  // namespace repartee::capacity
