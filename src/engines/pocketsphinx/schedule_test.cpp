#include "engines/pocketsphinx/schedule.h"

#include <gtest/gtest.h>

#include <vector>

namespace repartee::engines::pocketsphinx {

namespace {

constexpr TimePoint now{1000s};

Standing speaking(TimePoint since) {
    return {.has_work = true, .since = since, .last_audio = now};
}

Standing finished(TimePoint since) {
    return {.finished = true, .has_work = true, .since = since, .last_audio = since};
}

Standing served(Standing standing, std::size_t invested) {
    standing.has_decoder = true;
    standing.invested = invested;
    return standing;
}

Standing caught_up(Standing standing, TimePoint last_audio) {
    standing.has_work = false;
    standing.last_audio = last_audio;
    return standing;
}

Standing job(Standing standing) {
    standing.urgency = Urgency::Job;
    return standing;
}

using Standings = std::vector<Standing>;

}  // namespace

TEST(Schedule, ServesNobodyWhenNobodyWaits) {
    EXPECT_FALSE(next_to_serve({}, now));
    EXPECT_FALSE(next_to_serve(Standings{served(speaking(now), 0), caught_up(speaking(now), now)}, now));
}

TEST(Schedule, ServesTheFinishedBeforeThoseWhoSpeak) {
    EXPECT_EQ(next_to_serve(Standings{speaking(now - 9s), finished(now - 1s), finished(now - 3s)}, now), 2U);
    EXPECT_EQ(next_to_serve(Standings{speaking(now - 2s), speaking(now - 9s)}, now), 1U);
}

TEST(Schedule, LetsThoseWhoSpeakWaitForEachOther) {
    Standings standings{served(speaking(now - 9s), 100),
                        caught_up(served(speaking(now - 9s), 50), now - 900ms)};
    EXPECT_FALSE(next_to_revoke(standings, speaking(now), now));
}

TEST(Schedule, TakesFromWhoeverHasBeenSilentOnTheLineForLongest) {
    Standings standings{caught_up(served(speaking(now - 9s), 10), now - 2s),
                        caught_up(served(speaking(now - 9s), 900), now - 5s), served(speaking(now - 9s), 0)};
    EXPECT_EQ(next_to_revoke(standings, speaking(now), now), 1U);
    EXPECT_EQ(next_to_revoke(standings, finished(now), now), 1U);
}

TEST(Schedule, TakesForTheFinishedFromWhoeverLosesLeast) {
    Standings standings{served(finished(now - 1s), 0), served(speaking(now - 9s), 300),
                        served(speaking(now - 2s), 200)};
    EXPECT_EQ(next_to_revoke(standings, finished(now), now), 2U);
    standings[2].giving_back = true;
    EXPECT_EQ(next_to_revoke(standings, finished(now), now), 1U);
}

TEST(Schedule, GivesTheSilentOnlyWhatNobodyElseWants) {
    auto silent = speaking(now - 9s);
    silent.last_audio = now - 2s;
    EXPECT_EQ(next_to_serve(Standings{silent, speaking(now - 1s)}, now), 1U);
    EXPECT_EQ(next_to_serve(Standings{silent}, now), 0U);
    EXPECT_FALSE(next_to_revoke(Standings{caught_up(served(speaking(now - 9s), 10), now - 5s)}, silent, now));
}

TEST(Schedule, NeverTakesFromTheFinished) {
    EXPECT_FALSE(next_to_revoke(Standings{served(finished(now - 9s), 0)}, finished(now), now));
}

TEST(Schedule, ServesJobsAfterAllWhoAreLive) {
    auto silent = speaking(now - 9s);
    silent.last_audio = now - 2s;
    Standings standings{job(finished(now - 9s)), job(speaking(now - 9s)), silent, speaking(now - 1s),
                        finished(now)};
    for (std::size_t next : {4U, 3U, 0U, 1U, 2U}) {
        ASSERT_EQ(next_to_serve(standings, now), next);
        standings[next].has_decoder = true;
    }
    EXPECT_EQ(next_to_serve(Standings{job(finished(now - 1s)), job(finished(now - 2s))}, now), 1U);
}

TEST(Schedule, TakesFromJobsForWhoeverIsLive) {
    Standings standings{served(speaking(now - 9s), 0), served(job(finished(now - 9s)), 900),
                        served(job(speaking(now - 9s)), 1000)};
    for (const auto& live : {finished(now), speaking(now)}) {
        EXPECT_EQ(next_to_revoke(standings, live, now), 1U);
    }
    // Not twice from the same one.
    standings[1].giving_back = true;
    EXPECT_EQ(next_to_revoke(standings, finished(now), now), 2U);
    standings[2].giving_back = true;
    EXPECT_EQ(next_to_revoke(standings, finished(now), now), 0U);
    EXPECT_FALSE(next_to_revoke(standings, speaking(now), now));
}

TEST(Schedule, TakesForJobsOnlyFromTheSilent) {
    Standings standings{served(speaking(now - 9s), 0), served(job(speaking(now - 9s)), 0),
                        served(finished(now - 9s), 0)};
    EXPECT_FALSE(next_to_revoke(standings, job(finished(now - 9s)), now));
    standings.push_back(caught_up(served(speaking(now - 9s), 900), now - 2s));
    EXPECT_EQ(next_to_revoke(standings, job(finished(now - 9s)), now), 3U);
}

TEST(Schedule, LetsTheFinishedKeepWhatTheyWereToldToGiveBack) {
    auto revoked = served(speaking(now), 0);
    EXPECT_FALSE(must_give_back(revoked));
    revoked.giving_back = true;
    EXPECT_TRUE(must_give_back(revoked));
    revoked.finished = true;
    EXPECT_FALSE(must_give_back(revoked));
    EXPECT_TRUE(must_give_back(job(revoked)));
}

}  // namespace repartee::engines::pocketsphinx
