#include "surfaces/console/pulse.h"

#include "surfaces/console/test_clock.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <limits>

namespace repartee::surfaces::console {
namespace {

namespace json = boost::json;

constexpr double endless = std::numeric_limits<double>::infinity();

TEST(Percentiles, AreSpreadEvenlyWithinABucket) {
    Figures::Buckets now{{0.1, 0}, {0.2, 10}, {0.4, 20}, {endless, 20}};
    EXPECT_NEAR(*percentile_ms({}, now, 0.5), 200, 0.001);
    EXPECT_NEAR(*percentile_ms({}, now, 0.25), 150, 0.001);
    EXPECT_NEAR(*percentile_ms({}, now, 0.95), 380, 0.001);
}

TEST(Percentiles, CountWhatCameBetweenTwoMoments) {
    Figures::Buckets before{{0.1, 5}, {0.2, 5}, {endless, 5}};
    Figures::Buckets now{{0.1, 5}, {0.2, 6}, {endless, 6}};
    EXPECT_NEAR(*percentile_ms(before, now, 0.5), 150, 0.001);
    EXPECT_FALSE(percentile_ms(now, now, 0.5).has_value());
    EXPECT_FALSE(percentile_ms({}, {}, 0.5).has_value());
}

TEST(Percentiles, SayOfWhatIsLongerThanAnyBucketOnlyThat) {
    Figures::Buckets now{{0.1, 0}, {endless, 3}};
    EXPECT_NEAR(*percentile_ms({}, now, 0.5), 100, 0.001);
}

TEST(Figures, AreTakenFromTheMetrics) {
    Metrics metrics;
    metrics.gauge("repartee_sessions_open", "", {{"surface", "assistant"}}).set(2);
    metrics.gauge("repartee_sessions_open", "", {{"surface", "voice_ai"}}).set(1);
    metrics.counter("repartee_turns_total", "", {{"outcome", "complete"}}).add(4);
    metrics.counter("repartee_http_requests_total", "", {{"status", "2xx"}}).add(7);
    metrics.counter("repartee_http_requests_total", "", {{"status", "4xx"}}).add(1);
    metrics.gauge("repartee_jobs_waiting", "", {{"surface", "misty"}}).set(3);
    metrics.gauge("repartee_capacity_step", "").set(2);
    metrics.gauge("repartee_capacity_pressure", "", {{"source", "loops"}}).set(0.2);
    metrics.gauge("repartee_capacity_pressure", "", {{"source", "processor"}}).set(0.83);
    metrics.counter("repartee_refused_total", "", {{"work", "call"}, {"reason", "cost"}}).add(5);
    metrics.seconds("repartee_turn_seconds", "", {{"from", "speech_end"}, {"to", "final_text"}})
        .observe(0.05);
    auto figures = figures_of(metrics.read());
    EXPECT_EQ(figures.sessions.at("assistant"), 2);
    EXPECT_EQ(figures.turns.at("complete"), 4);
    EXPECT_EQ(figures.requests, 8);
    EXPECT_EQ(figures.jobs_waiting, 3);
    EXPECT_EQ(figures.step, 2);
    EXPECT_EQ(figures.pressure, 0.83);
    EXPECT_EQ(figures.refused, 5);
    auto capacity = sample(figures, nullptr, nullptr).at("capacity").as_object();
    EXPECT_EQ(capacity.at("step").as_string(), "short_clauses");
    EXPECT_EQ(capacity.at("refused").as_int64(), 0);  // since a moment that nobody knows
    EXPECT_EQ(figures.stages.at("speech_end>final_text").back().count, 1U);
}

TEST(Samples, TellWhatIsNewSinceTheOneBefore) {
    Figures before{
        .at = TimePoint(10s), .use = {.processor_seconds = 1}, .turns = {{"complete", 4}}, .requests = 10};
    Figures now{.at = TimePoint(12s),
                .use = {.processor_seconds = 2, .memory_bytes = 1 << 20},
                .turns = {{"complete", 6}, {"failed", 1}},
                .requests = 25};
    auto told = sample(now, &before, nullptr);
    EXPECT_EQ(told.at("turns").at("complete"), 2);
    EXPECT_EQ(told.at("turns").at("failed"), 1);
    EXPECT_EQ(told.at("turns_total").at("complete"), 6);
    EXPECT_EQ(told.at("requests"), 15);
    EXPECT_EQ(told.at("processor"), 50.0);
    EXPECT_TRUE(told.at("window_s").is_null());
    // The first knows of nothing before, and does not call all of it new.
    EXPECT_EQ(sample(now, nullptr, nullptr).at("turns").at("complete"), 0);
    EXPECT_TRUE(sample(now, nullptr, nullptr).at("processor").is_null());
}

json::value parsed(const Pulse::Message& message) {
    return json::parse(*message);
}

TEST(Pulse, BeatsOnceASecondForAllWhoLook) {
    Metrics metrics;
    SetClock clock;
    Pulse pulse(metrics, clock);
    auto turns = metrics.counter("repartee_turns_total", "", {{"outcome", "complete"}});
    auto first = pulse.beat();
    clock.time += 200ms;
    EXPECT_EQ(pulse.beat(), first);
    turns.add(3);
    clock.time += 800ms;
    auto second = pulse.beat();
    EXPECT_NE(second, first);
    EXPECT_EQ(parsed(second).at("turns").at("complete"), 3);
    EXPECT_EQ(pulse.earlier().size(), 2U);
}

TEST(Pulse, PutsTheStagesTogetherOverAMinute) {
    Metrics metrics;
    SetClock clock;
    Pulse pulse(metrics, clock);
    auto stage = metrics.seconds("repartee_turn_seconds", "", {{"from", "a"}, {"to", "b"}});
    stage.observe(0.05);
    EXPECT_TRUE(parsed(pulse.beat()).at("window_s").is_null());
    for (int second = 0; second < 59; ++second) {
        clock.time += 1s;
        EXPECT_EQ(parsed(pulse.beat()).at("stages").at("a>b").at(2), 1);
    }
    clock.time += 1s;
    auto told = parsed(pulse.beat());
    EXPECT_EQ(told.at("window_s"), 60);
    EXPECT_FALSE(told.at("stages").as_object().contains("a>b"));
}

TEST(Pulse, KeepsTwoMinutes) {
    Metrics metrics;
    SetClock clock;
    Pulse pulse(metrics, clock);
    for (int second = 0; second < 500; ++second) {
        clock.time += 1s;
        pulse.beat();
    }
    EXPECT_EQ(pulse.earlier().size(), 120U);
}

}  // namespace
}  // namespace repartee::surfaces::console
