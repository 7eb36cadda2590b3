// What a piece of work costs, learnt from what all of it together takes of the processor. Pure.
//
// Nobody can say which of the cycles of a process were for which call. But what is used beyond what an idle
// server uses is divided among the kinds of work by how much of each there was and by what it cost before;
// the shares, over some time, are their costs. With one kind only that is plain division.
#pragma once

#include "base/clock.h"
#include "capacity/step.h"

#include <array>

namespace repartee::capacity {

class Costs {
public:
    // `used`: cores, on the average over `elapsed`; `in_hand`: of each kind, likewise.
    void learn(double used, const std::array<double, work_count>& in_hand, Duration elapsed);

    // Cores that one of them takes as long as it lasts: a call of 0.01 takes 10 ms of processor for each
    // second of sound.
    double of(Work work) const;
    // What so much would take, with what is used when nothing is to do.
    double of_all(const std::array<std::size_t, work_count>& in_hand) const;

private:
    struct Account {
        double spent;  // core seconds
        double done;   // seconds of work
    };

    std::array<Account, work_count> accounts_ = first_guess();
    double idle_ = 0;

    static std::array<Account, work_count> first_guess();
};

}  // namespace repartee::capacity
