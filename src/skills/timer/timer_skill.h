// Timers of one conversation. The skill keeps the list; the conversation lets them ring.
#pragma once

#include "skills/skill.h"

#include <cstdint>
#include <string_view>

namespace repartee::skills::timer {

// More than anybody can keep apart by ear.
inline constexpr std::size_t most_timers = 10;
inline constexpr auto longest_timer = std::chrono::hours(24);

class TimerSkill final : public Skill {
public:
    explicit TimerSkill(Clock& clock) : clock_(clock) {}

    SharedSchema schema() const override;
    SkillManners manners() const override { return {.effect = EffectClass::MayRepeat}; }
    awaitable<SkillResult> run(boost::json::object arguments) override;
    void undo(const Effect& effect) override;

private:
    struct Timer {
        std::string id;
        std::string label;  // may be empty
        std::chrono::seconds length;
        TimePoint due;
    };

    SkillResult start(std::string_view duration, std::string label);
    SkillResult cancel(std::string_view duration, std::string_view label);
    SkillResult cancel_all();
    SkillResult list();

    void forget_those_that_rang();
    static std::string name_of(const Timer& timer);  // "5 minute timer", "timer called pasta"

    Clock& clock_;
    std::vector<Timer> timers_;  // at most most_timers, oldest first
    std::uint64_t started_ = 0;
};

}  // namespace repartee::skills::timer
