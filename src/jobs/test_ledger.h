// A job ledger in memory, on the tests' clock, and the way to it of one server, which can be cut. What it
// promises, a real database is held to by tests/contracts/stores_jobs_contract.h.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "stores/job_ledger.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace repartee::jobs {

class TestLedger {
public:
    explicit TestLedger(Clock& clock) : clock(clock) {}

    struct Row {
        std::string queue;
        stores::JobNote note;
        std::string recording;
        std::string holder;
        std::int64_t attempt = 0;
        std::int64_t lost = 0;
        int number = 0;
        TimePoint received_at;
        TimePoint leased_until;
        bool has_ended = false;
        TimePoint ended_at;
    };

    bool waits(const Row& row) const { return !row.has_ended && row.holder.empty(); }
    std::int64_t waiting() const {
        return std::ranges::count_if(rows, [this](const auto& entry) { return waits(entry.second); });
    }
    Row* held(const stores::JobHold& hold) {
        auto found = rows.find(hold.id);
        if (found == rows.end() || found->second.attempt != hold.attempt || found->second.holder.empty()) {
            return nullptr;
        }
        return &found->second;
    }

    Clock& clock;
    std::map<std::string, Row> rows;
    int added = 0;
};

// One server's.
class TestWay final : public stores::JobLedger {
public:
    explicit TestWay(TestLedger& ledger) : ledger_(ledger) {}

    bool is_cut = false;         // nothing gets through, and that is told after a while
    bool loses_answers = false;  // everything is done, and nobody hears of it
    int asked_in_vain = 0;

    awaitable<std::int64_t> add(stores::NewJob job, stores::JobLimits limits) override {
        co_await begin();
        if (ledger_.waiting() >= limits.waiting) {
            throw Failure(ErrorKind::Busy, "Too many wait.");
        }
        TestLedger::Row row;
        row.queue = job.queue;
        row.recording = std::move(job.recording);
        row.number = ++ledger_.added;
        row.received_at = ledger_.clock.now();
        ledger_.rows.emplace(job.id, std::move(row));
        co_await end_of_call();
        co_return ledger_.waiting();
    }

    awaitable<stores::JobTaking> take(stores::JobWish wish) override {
        co_await begin();
        stores::JobTaking taking;
        std::vector<std::pair<int, std::string>> free;
        for (auto& [id, row] : ledger_.rows) {
            const bool is_ours = row.holder == wish.name;
            if (!row.has_ended && (is_ours || row.leased_until <= ledger_.clock.now())) {
                free.emplace_back(is_ours ? 0 : row.number, id);
            }
        }
        std::ranges::sort(free);
        for (const auto& [number, id] : free) {
            auto& row = ledger_.rows.at(id);
            const bool is_lost = !row.holder.empty() && row.holder != wish.name;
            if (is_lost && row.lost + 1 >= wish.most_lost) {
                row.note = {.stage = stores::JobStage::Error, .response = wish.last_words};
                finish(row);
                ++row.attempt;
                ++taking.given_up;
                continue;
            }
            row.attempt += row.holder == wish.name ? 0 : 1;
            row.lost += is_lost ? 1 : 0;
            row.holder = wish.name;
            row.leased_until = ledger_.clock.now() + wish.lease;
            taking.job = stores::TakenJob{
                .hold = {.id = id, .attempt = row.attempt},
                .recording = row.recording,
                .text = row.note.text,
                .age = std::chrono::floor<std::chrono::milliseconds>(ledger_.clock.now() - row.received_at),
                .is_taken_over = is_lost};
            break;
        }
        taking.waiting = ledger_.waiting();
        co_await end_of_call();
        co_return taking;
    }

    awaitable<bool> keep(stores::JobHold hold, stores::JobNote note,
                         std::chrono::milliseconds lease) override {
        co_await begin();
        auto* row = ledger_.held(hold);
        const bool is_held = row != nullptr && !row->has_ended;
        if (is_held) {
            row->leased_until = ledger_.clock.now() + lease;
            row->note.stage = std::max(row->note.stage, note.stage);
            row->note.text = note.text.empty() ? row->note.text : note.text;
        }
        co_await end_of_call();
        co_return is_held;
    }

    awaitable<bool> end(stores::JobHold hold, stores::JobNote note) override {
        co_await begin();
        auto* row = ledger_.held(hold);
        const bool is_held = row != nullptr;
        if (is_held && !row->has_ended) {
            row->note = note;
            finish(*row);
        }
        co_await end_of_call();
        co_return is_held;
    }

    awaitable<bool> give_back(stores::JobHold hold) override {
        co_await begin();
        auto* row = ledger_.held(hold);
        const bool is_held = row != nullptr && !row->has_ended;
        if (is_held) {
            row->holder.clear();
            row->leased_until = {};
        }
        co_await end_of_call();
        co_return is_held;
    }

    awaitable<std::optional<stores::JobNote>> find(std::string queue, std::string id,
                                                   std::chrono::milliseconds) override {
        co_await begin();
        auto found = ledger_.rows.find(id);
        std::optional<stores::JobNote> note;
        if (found != ledger_.rows.end() && found->second.queue == queue) {
            note = found->second.note;
        }
        co_return note;
    }

    awaitable<void> erase_ended(std::string, std::chrono::milliseconds kept_for, std::int64_t) override {
        co_await begin();
        const auto now = ledger_.clock.now();
        std::erase_if(ledger_.rows, [&](const auto& entry) {
            return entry.second.has_ended && entry.second.ended_at + kept_for <= now;
        });
    }

private:
    awaitable<void> begin() {
        co_await ledger_.clock.sleep(1ms);
        if (is_cut) {
            co_await fail();
        }
    }
    awaitable<void> end_of_call() {
        if (loses_answers) {
            co_await fail();
        }
    }
    awaitable<void> fail() {
        ++asked_in_vain;
        co_await ledger_.clock.sleep(200ms);
        throw Failure(ErrorKind::Unavailable, "The database cannot be reached.");
    }
    void finish(TestLedger::Row& row) {
        row.has_ended = true;
        row.ended_at = ledger_.clock.now();
        row.recording.clear();
    }

    TestLedger& ledger_;
};

}  // namespace repartee::jobs
