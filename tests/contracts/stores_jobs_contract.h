// What every database must do for jobs that servers share: stores/job_ledger.h as tests. See stores_house.h.
#pragma once

#include "stores/job_ledger.h"
#include "stores_house.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace repartee::stores {

class JobsContract : public DatabaseTrial {
protected:
    using Milliseconds = std::chrono::milliseconds;

    // Long enough that no test sees its end, and over at once.
    static constexpr Milliseconds long_lease{600'000};
    static constexpr Milliseconds no_lease{0};
    static constexpr Milliseconds ten_minutes{600'000};
    static constexpr JobLimits roomy{.waiting = 1000, .waiting_bytes = 1'000'000'000};

    JobLedger& jobs() { return *database->jobs(); }

    static NewJob new_job(const std::string& id, std::string recording = "RIFF and sound") {
        return {.id = id, .queue = "misty", .recording = std::move(recording)};
    }
    std::int64_t add(const std::string& id, std::string recording = "RIFF and sound",
                     JobLimits limits = roomy) {
        return run(jobs().add(new_job(id, std::move(recording)), limits));
    }
    static JobWish wish(const std::string& name, Milliseconds lease = long_lease) {
        return {.queue = "misty", .name = name, .lease = lease, .most_lost = 3, .last_words = "Nobody can."};
    }
    JobTaking take(const std::string& name, Milliseconds lease = long_lease) {
        return run(jobs().take(wish(name, lease)));
    }
    JobHold taken(const std::string& name, Milliseconds lease = long_lease) {
        auto taking = take(name, lease);
        EXPECT_TRUE(taking.job) << "nothing to take for " << name;
        return taking.job ? taking.job->hold : JobHold{};
    }
    bool keep(const JobHold& hold, JobNote note, Milliseconds lease = long_lease) {
        return run(jobs().keep(hold, std::move(note), lease));
    }
    bool end(const JobHold& hold, const std::string& response = "It is nine.") {
        return run(
            jobs().end(hold, {.stage = JobStage::Done, .text = "what time is it", .response = response}));
    }
    bool give_back(const JobHold& hold) { return run(jobs().give_back(hold)); }
    std::optional<JobNote> find(const std::string& id, Milliseconds kept_for = ten_minutes) {
        return run(jobs().find("misty", id, kept_for));
    }
    JobStage stage(const std::string& id) {
        auto note = find(id);
        EXPECT_TRUE(note) << id;
        return note ? note->stage : JobStage::Error;
    }
    std::int64_t recordings() {
        std::int64_t count = -1;
        auto connections = trial->connect(house.surroundings());
        std::function<void(sql::Transaction&)> look = [&](sql::Transaction& transaction) {
            count = transaction.run("SELECT count(*) FROM job_recordings").rows.at(0).integer(0);
        };
        run(connections->read(std::move(look)));
        return count;
    }

    // --- all at once ---

    static awaitable<std::string> take_one(JobLedger& ledger, std::string name) {
        auto taking = co_await ledger.take(wish(name));
        co_return taking.job ? taking.job->hold.id : std::string();
    }
    static awaitable<bool> add_one(JobLedger& ledger, std::string id, JobLimits limits) {
        bool is_there = true;
        try {
            auto job = new_job(id);
            co_await ledger.add(std::move(job), limits);
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Busy);
            is_there = false;
        }
        co_return is_there;
    }
    static awaitable<bool> end_one(JobLedger& ledger, JobHold hold, std::string response) {
        JobNote note{.stage = JobStage::Done, .text = "text", .response = response};
        co_return co_await ledger.end(std::move(hold), std::move(note));
    }
};

TEST_P(JobsContract, AJobGoesFromItsUploadToItsEnd) {
    const std::string recording("RIFF\0\xFF\r\n with all bytes", 24);
    EXPECT_EQ(add("one", recording), 1);
    EXPECT_EQ(stage("one"), JobStage::Received);
    const auto taking = take("first");
    ASSERT_TRUE(taking.job);
    EXPECT_EQ(taking.job->hold.id, "one");
    EXPECT_EQ(taking.job->hold.attempt, 1);
    EXPECT_EQ(taking.job->recording, recording);
    EXPECT_EQ(taking.job->text, "");
    EXPECT_FALSE(taking.job->is_taken_over);
    EXPECT_GE(taking.job->age.count(), 0);
    EXPECT_LT(taking.job->age.count(), 60'000);
    EXPECT_EQ(taking.waiting, 0);
    const auto hold = taking.job->hold;
    EXPECT_TRUE(keep(hold, {.stage = JobStage::Transcribing}));
    EXPECT_EQ(stage("one"), JobStage::Transcribing);
    EXPECT_EQ(recordings(), 1);
    EXPECT_TRUE(keep(hold, {.stage = JobStage::Thinking, .text = "what time is it"}));
    EXPECT_EQ(find("one")->text, "what time is it");
    EXPECT_EQ(recordings(), 0) << "it is understood";
    EXPECT_TRUE(end(hold));
    const auto note = find("one");
    ASSERT_TRUE(note);
    EXPECT_EQ(note->stage, JobStage::Done);
    EXPECT_EQ(note->text, "what time is it");
    EXPECT_EQ(note->response, "It is nine.");
    EXPECT_FALSE(take("second").job);
    open_anew();
    EXPECT_EQ(stage("one"), JobStage::Done);
}

TEST_P(JobsContract, AnErrorIsKeptWithItsKind) {
    add("one");
    const auto hold = taken("first");
    EXPECT_TRUE(run(jobs().end(
        hold, {.stage = JobStage::Error, .response = "Too late.", .fault = ErrorKind::ProviderLate})));
    EXPECT_EQ(find("one")->stage, JobStage::Error);
    EXPECT_EQ(find("one")->response, "Too late.");
    EXPECT_EQ(find("one")->fault, ErrorKind::ProviderLate);
    EXPECT_EQ(recordings(), 0);
}

TEST_P(JobsContract, NobodyIsToldOfAnotherQueuesJobs) {
    add("one");
    EXPECT_FALSE(run(jobs().find("other", "one", ten_minutes)));
    EXPECT_FALSE(find("two"));
    auto other = wish("first");
    other.queue = "other";
    EXPECT_FALSE(run(jobs().take(other)).job);
    EXPECT_TRUE(take("first").job);
}

TEST_P(JobsContract, TheOldestIsTakenFirstAndEachOnce) {
    for (const auto* id : {"c", "a", "b"}) {
        add(id);
        house.run_until([until = std::chrono::steady_clock::now() + 2ms] {
            return std::chrono::steady_clock::now() >= until;
        });
    }
    EXPECT_EQ(take("first").job->hold.id, "c");
    EXPECT_EQ(take("second").job->hold.id, "a");
    EXPECT_EQ(take("third").job->hold.id, "b");
    EXPECT_FALSE(take("fourth").job);
}

TEST_P(JobsContract, ManyWhoTakeAtOnceGetDifferentOnes) {
    constexpr int number = 24;
    for (int at = 0; at < number; ++at) {
        add("job " + std::to_string(at));
    }
    auto second = trial->open(house.surroundings());
    std::vector<awaitable<std::string>> takers;
    for (int at = 0; at < 2 * number; ++at) {
        auto& ledger = at % 2 == 0 ? jobs() : *second->jobs();
        takers.push_back(take_one(ledger, "taker " + std::to_string(at)));
    }
    std::multiset<std::string> ids;
    for (const auto& result : run_all(std::move(takers))) {
        ASSERT_TRUE(result) << result.error().message << " " << result.error().detail;
        if (!result->empty()) {
            ids.insert(*result);
        }
    }
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size()) << "one was taken twice";
    // Whoever found all others taken just then comes again.
    while (take("late " + std::to_string(ids.size())).job) {
        ids.insert("late " + std::to_string(ids.size()));
    }
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(number));
}

TEST_P(JobsContract, TakingAgainByTheSameNameGivesTheSameAgain) {
    add("one");
    add("two");
    const auto once = taken("first");
    const auto again = take("first");
    ASSERT_TRUE(again.job);
    EXPECT_EQ(again.job->hold.id, once.id);
    EXPECT_EQ(again.job->hold.attempt, once.attempt);
    EXPECT_FALSE(again.job->is_taken_over);
    EXPECT_EQ(again.waiting, 1);
    EXPECT_NE(taken("second").id, once.id);
}

TEST_P(JobsContract, AJobIsAddedOnceHoweverOftenItIsAskedFor) {
    add("one");
    EXPECT_EQ(add("one"), 1);
    EXPECT_EQ(recordings(), 1);
    EXPECT_TRUE(end(taken("first")));
    add("one");
    EXPECT_FALSE(take("second").job);
    EXPECT_EQ(stage("one"), JobStage::Done);
}

TEST_P(JobsContract, WhatALeaseIsOverForIsTakenOverAndTheFormerHolderRefused) {
    add("one");
    const auto dead = taken("dead", no_lease);
    EXPECT_TRUE(keep(dead, {.stage = JobStage::Thinking, .text = "what time is it"}, no_lease));
    const auto taking = take("heir");
    ASSERT_TRUE(taking.job);
    EXPECT_TRUE(taking.job->is_taken_over);
    EXPECT_EQ(taking.job->hold.attempt, 2);
    EXPECT_EQ(taking.job->text, "what time is it");
    EXPECT_EQ(taking.job->recording, "");
    EXPECT_FALSE(keep(dead, {.stage = JobStage::Thinking, .text = "something else"}));
    EXPECT_FALSE(end(dead, "of the dead"));
    EXPECT_FALSE(give_back(dead));
    EXPECT_EQ(find("one")->text, "what time is it");
    // It begins anew, and nobody sees it go back.
    EXPECT_TRUE(keep(taking.job->hold, {.stage = JobStage::Transcribing}));
    EXPECT_EQ(stage("one"), JobStage::Thinking);
    EXPECT_TRUE(end(taking.job->hold, "of the heir"));
    EXPECT_FALSE(end(dead, "of the dead"));
    EXPECT_EQ(find("one")->response, "of the heir");
}

TEST_P(JobsContract, ALeaseThatIsOverIsGoodWhileNobodyElseHasTheJob) {
    add("one");
    const auto hold = taken("first", no_lease);
    EXPECT_TRUE(keep(hold, {.stage = JobStage::Transcribing}));
    EXPECT_FALSE(take("second").job) << "it has been renewed";
    EXPECT_TRUE(end(hold));
}

TEST_P(JobsContract, AnEndIsWrittenOnceAndKnownToItsWriterWhenAskedAgain) {
    add("one");
    const auto hold = taken("first");
    EXPECT_TRUE(end(hold, "first"));
    EXPECT_TRUE(end(hold, "second"));
    EXPECT_EQ(find("one")->response, "first");
    EXPECT_FALSE(keep(hold, {.stage = JobStage::Thinking, .text = "later"}));
    EXPECT_FALSE(give_back(hold));
}

TEST_P(JobsContract, OfManyWhoEndAJobOneIsHeard) {
    add("one");
    std::vector<JobHold> holds;
    for (int attempt = 0; attempt < 3; ++attempt) {
        holds.push_back(taken("taker " + std::to_string(attempt), no_lease));
    }
    auto second = trial->open(house.surroundings());
    std::vector<awaitable<bool>> enders;
    for (const auto& hold : holds) {
        for (auto* ledger : {&jobs(), second->jobs()}) {
            enders.push_back(end_one(*ledger, hold, "by " + std::to_string(hold.attempt)));
        }
    }
    const auto results = run_all(std::move(enders));
    for (std::size_t at = 0; at < results.size(); ++at) {
        ASSERT_TRUE(results[at]) << results[at].error().detail;
        EXPECT_EQ(*results[at], at >= 4) << at;
    }
    EXPECT_EQ(find("one")->response, "by 3");
}

TEST_P(JobsContract, WhatIsGivenBackWaitsAgainAndIsNobodysLoss) {
    add("one");
    for (int time = 0; time < 5; ++time) {
        const auto taking = take("taker " + std::to_string(time));
        ASSERT_TRUE(taking.job);
        EXPECT_FALSE(taking.job->is_taken_over);
        EXPECT_EQ(taking.job->hold.attempt, time + 1);
        EXPECT_TRUE(give_back(taking.job->hold));
        EXPECT_FALSE(give_back(taking.job->hold));
        EXPECT_FALSE(end(taking.job->hold, "not mine any more"));
    }
    EXPECT_TRUE(end(taken("last")));
}

TEST_P(JobsContract, WhatTakesItsServersWithItEndsAsAnError) {
    add("one");
    add("two");
    JobHold hold;
    for (int death = 0; death < 3; ++death) {
        hold = taken("server " + std::to_string(death), no_lease);
        ASSERT_EQ(hold.id, "one");
    }
    const auto taking = take("heir");
    EXPECT_EQ(taking.given_up, 1);
    ASSERT_TRUE(taking.job);
    EXPECT_EQ(taking.job->hold.id, "two");
    EXPECT_EQ(find("one")->stage, JobStage::Error);
    EXPECT_EQ(find("one")->response, "Nobody can.");
    EXPECT_FALSE(end(hold));
    EXPECT_EQ(recordings(), 1);
}

TEST_P(JobsContract, NoMoreThanTheLimitsWaitHoweverManyComeAtOnce) {
    constexpr JobLimits limits{.waiting = 5, .waiting_bytes = 1'000'000};
    auto second = trial->open(house.surroundings());
    std::vector<awaitable<bool>> adders;
    for (int at = 0; at < 20; ++at) {
        auto& ledger = at % 2 == 0 ? jobs() : *second->jobs();
        adders.push_back(add_one(ledger, "job " + std::to_string(at), limits));
    }
    int added = 0;
    for (const auto& result : run_all(std::move(adders))) {
        ASSERT_TRUE(result) << result.error().message << " " << result.error().detail;
        added += *result ? 1 : 0;
    }
    EXPECT_EQ(added, 5);
    EXPECT_EQ(recordings(), 5);
    EXPECT_EQ(house.failure_of(jobs().add(new_job("too much"), limits)), ErrorKind::Busy);
    EXPECT_TRUE(take("first").job);
    EXPECT_EQ(add("again", "sound", limits), 5);
}

TEST_P(JobsContract, RecordingsThatWaitAreNoMoreBytesThanTheLimit) {
    constexpr JobLimits limits{.waiting = 100, .waiting_bytes = 250};
    add("one", std::string(100, 'x'), limits);
    add("two", std::string(100, 'x'), limits);
    EXPECT_EQ(house.failure_of(jobs().add(new_job("three", std::string(100, 'x')), limits)), ErrorKind::Busy);
    add("four", std::string(50, 'x'), limits);
    EXPECT_TRUE(take("first").job);
    add("five", std::string(100, 'x'), limits);
}

TEST_P(JobsContract, LargeRecordingsComeBackAsTheyWere) {
    std::string recording(5'000'000, '\0');
    for (std::size_t at = 0; at < recording.size(); ++at) {
        recording[at] = static_cast<char>(at * 2654435761U >> 24);
    }
    add("one", recording);
    const auto taking = take("first");
    ASSERT_TRUE(taking.job);
    EXPECT_TRUE(taking.job->recording == recording);
}

TEST_P(JobsContract, HostileTextsAreTexts) {
    int number = 0;
    for (const auto& text : hostile_texts()) {
        const auto id = "job " + std::to_string(++number);
        add(id);
        const auto hold = taken(text);
        EXPECT_TRUE(run(jobs().end(hold, {.stage = JobStage::Done, .text = text, .response = text})));
        EXPECT_EQ(find(id)->text, text);
        EXPECT_FALSE(find(text));
    }
    // What models write need not be text at all, and a job has to end.
    add("odd");
    const auto hold = taken("odd");
    EXPECT_TRUE(keep(hold, {.stage = JobStage::Thinking, .text = std::string("a\0b\xFF", 4)}));
    EXPECT_TRUE(end(hold, std::string("a\0b\xFF", 4)));
    EXPECT_EQ(find("odd")->response,
              "a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD");
}

TEST_P(JobsContract, EndedJobsAreForgottenInTime) {
    for (const auto* id : {"one", "two", "three", "open"}) {
        add(id);
    }
    for (const auto* id : {"one", "two", "three"}) {
        ASSERT_TRUE(end(taken(id)));
    }
    EXPECT_TRUE(find("one"));
    EXPECT_FALSE(find("one", Milliseconds(-1000))) << "ended longer ago than that";
    run(jobs().erase_ended("misty", ten_minutes, 2));
    EXPECT_EQ(!find("one") + !find("two") + !find("three"), 1);
    run(jobs().erase_ended("misty", Milliseconds(-1000), 100));
    EXPECT_FALSE(find("one") || find("two") || find("three"));
    EXPECT_TRUE(find("open", Milliseconds(-1000)));
    EXPECT_TRUE(end(taken("last")));
}

TEST_P(JobsContract, WhoCannotReachItIsToldSo) {
    add("one");
    const auto hold = taken("first");
    trial->take_away();
    EXPECT_EQ(house.failure_of(jobs().add(new_job("two"), roomy)), ErrorKind::Unavailable);
    EXPECT_EQ(house.failure_of(jobs().take(wish("second"))), ErrorKind::Unavailable);
    EXPECT_EQ(house.failure_of(jobs().find("misty", "one", ten_minutes)), ErrorKind::Unavailable);
    EXPECT_EQ(house.failure_of(jobs().end(hold, {.stage = JobStage::Done})), ErrorKind::Unavailable);
    trial->bring_back();
    bool is_back = false;
    for (int attempt = 0; attempt < 100 && !is_back; ++attempt) {
        try {
            is_back = end(hold);
        } catch (const Failure&) {
            house.run_until([until = std::chrono::steady_clock::now() + 50ms] {
                return std::chrono::steady_clock::now() >= until;
            });
        }
    }
    EXPECT_TRUE(is_back);
}

}  // namespace repartee::stores
