#include "engines/roster.h"

#include "base/task.h"
#include "base/together.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace repartee::engines {

namespace {

bool is_usable(const Standing& standing) {
    return standing.asked ? standing.usable : standing.place == Place::Embedded;
}

}  // namespace

std::vector<std::size_t> order_of_preference(const std::vector<Standing>& standings) {
    auto usable = [&](std::size_t i) { return is_usable(standings[i]); };
    std::vector<std::size_t> order(standings.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return std::pair(usable(a), standings[a].rank) > std::pair(usable(b), standings[b].rank);
    });
    return order;
}

Roster::Roster(std::string trade, std::vector<Candidate> candidates, Clock& clock, Log log)
    : trade_(std::move(trade)),
      candidates_(std::move(candidates)),
      clock_(clock),
      log_(std::move(log)),
      health_(candidates_.size()) {
    assert(!candidates_.empty());
    choose();
}

awaitable<void> Roster::check(Duration limit) {
    std::vector<Task> questions;
    auto executor = co_await asio::this_coro::executor;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        questions.emplace_back(executor, ask(i, limit));
    }
    co_await join_all(questions);
    choose();
}

awaitable<void> Roster::close() {
    for (const auto& candidate : candidates_) {
        co_await candidate.engine->close();
    }
}

awaitable<void> Roster::ask(std::size_t position, Duration limit) {
    Health health;
    Error late{ErrorKind::ProviderLate, "does not answer", {}};
    try {
        health = co_await with_deadline(clock_, limit, at(position).check(), std::move(late));
    } catch (const Failure& refused) {
        health = {.usable = false, .reason = refused.error().message};
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) {
            throw;
        }
        health = {.usable = false, .reason = error.what()};
    } catch (const std::exception& fault) {
        health = {.usable = false, .reason = fault.what()};
    }
    std::lock_guard lock(mutex_);
    health_[position] = std::move(health);
}

std::vector<Standing> Roster::standings() const {
    std::lock_guard lock(mutex_);
    std::vector<Standing> all;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        all.push_back({.place = candidates_[i].engine->info().place,
                       .rank = candidates_[i].rank,
                       .asked = health_[i].has_value(),
                       .usable = health_[i] && health_[i]->usable});
    }
    return all;
}

std::vector<std::size_t> Roster::ranking() const {
    return order_of_preference(standings());
}

std::vector<std::size_t> Roster::promising() const {
    auto all = standings();
    auto order = order_of_preference(all);
    auto promising = order;
    std::erase_if(promising, [&](std::size_t i) { return all[i].asked && !all[i].usable; });
    return promising.empty() ? order : promising;
}

void Roster::gave_up(std::size_t position, const Error& why) {
    if (candidates_.size() == 1) {
        return;
    }
    {
        std::lock_guard lock(mutex_);
        health_[position] = {.usable = false, .reason = "gave up: " + why.message};
    }
    choose();
}

Place Roster::farthest() const {
    auto place = Place::Embedded;
    for (const auto& candidate : candidates_) {
        place = std::max(place, candidate.engine->info().place);
    }
    return place;
}

void Roster::choose() {
    auto chosen = ranking().front();
    auto before = best_.exchange(chosen);
    if (before != chosen) {
        log_.info("engine chosen", {{"trade", trade_},
                                    {"engine", at(chosen).info().kind},
                                    {"model", at(chosen).info().model},
                                    {"instead_of", at(before).info().kind}});
    }
}

std::vector<Verdict> Roster::verdicts() const {
    std::lock_guard lock(mutex_);
    std::vector<Verdict> all;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        all.push_back({.engine = candidates_[i].engine->info(),
                       .health = health_[i].value_or(Health{.usable = false, .reason = "not asked yet"}),
                       .in_use = i == best_.load()});
    }
    return all;
}

}  // namespace repartee::engines
