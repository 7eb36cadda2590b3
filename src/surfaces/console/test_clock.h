// A clock whose hands a test turns. For tests of this folder.
#pragma once

#include "base/clock.h"

namespace repartee::surfaces::console {

class SetClock final : public Clock {
public:
    TimePoint now() const override { return time; }
    WallTime wall() const override { return WallTime(1'700'000'000s) + time.time_since_epoch(); }
    awaitable<void> sleep_until(TimePoint) override { co_return; }
    void set(const std::shared_ptr<Timer>&, TimePoint) override {}

    TimePoint time{1000s};
};

}  // namespace repartee::surfaces::console
