#include "capacity/costs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace repartee::capacity {

namespace {

using Seconds = std::chrono::duration<double>;

// Older work counts less: people talk, and then they do not; engines change.
constexpr Seconds memory = std::chrono::seconds(20);
constexpr Seconds memory_of_idling = std::chrono::seconds(120);

// What a kind is taken to cost before any was seen: that of a call with the built-in recogniser, about. A
// server whose calls are cheap learns it within seconds, and one whose calls are dear has not let in too many
// by then.
constexpr double guess_of_call = 0.1;
constexpr double guess_of_turn = 0.2;
constexpr double guess_of_chat = 0.05;
constexpr double guess_of_job = 0.2;

// Seconds of work that the guess counts for: calls begin with silence, and are dearer than that later.
constexpr double weight_for_call = 30;
constexpr double weight_else = 5;

}  // namespace

std::array<Costs::Account, work_count> Costs::first_guess() {
    auto account = [](double guess, double weight) {
        return Account{.spent = guess * weight, .done = weight};
    };
    return {account(guess_of_call, weight_for_call), account(guess_of_turn, weight_else),
            account(guess_of_chat, weight_else), account(guess_of_job, weight_else)};
}

void Costs::learn(double used, const std::array<double, work_count>& in_hand, Duration elapsed) {
    auto seconds = Seconds(elapsed).count();
    if (seconds <= 0) {
        return;
    }
    auto fade = std::exp(-seconds / memory.count());
    std::array<double, work_count> expected{};
    for (auto work : all_work) {
        expected[static_cast<std::size_t>(work)] = in_hand[static_cast<std::size_t>(work)] * of(work);
    }
    auto whole = std::accumulate(expected.begin(), expected.end(), 0.0);
    if (whole <= 0) {
        idle_ = fade * idle_ + (1 - fade) * used;
        return;
    }
    // What an idle server did may have been models that were loaded: it is forgotten, slowly.
    idle_ = std::min(used, idle_ * std::exp(-seconds / memory_of_idling.count()));
    auto for_work = std::max(0.0, used - idle_);
    for (std::size_t i = 0; i < work_count; ++i) {
        if (in_hand[i] > 0) {
            auto& account = accounts_[i];
            account.spent = fade * account.spent + for_work * expected[i] / whole * seconds;
            account.done = fade * account.done + in_hand[i] * seconds;
        }
    }
}

double Costs::of(Work work) const {
    const auto& account = accounts_[static_cast<std::size_t>(work)];
    // Nothing costs nothing: from zero no share would ever be given back to it.
    constexpr double least = 1e-6;
    return std::max(least, account.spent / account.done);
}

double Costs::of_all(const std::array<std::size_t, work_count>& in_hand) const {
    double sum = idle_;
    for (auto work : all_work) {
        sum += static_cast<double>(in_hand[static_cast<std::size_t>(work)]) * of(work);
    }
    return sum;
}

}  // namespace repartee::capacity
