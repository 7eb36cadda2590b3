#include "engines/hall.h"

#include "base/metrics.h"
#include "base/worker_pool.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace repartee::engines {

namespace {

using testing::ElementsAre;

template <class Contract>
class Named : public Contract {
public:
    Named(std::string kind, Place place) : kind_(std::move(kind)), place_(place) {}
    EngineInfo info() const override { return {kind_, "m", place_}; }
    awaitable<Health> check() override { co_return Health{.usable = true, .reason = "there"}; }

private:
    std::string kind_;
    Place place_;
};

class NamedRecogniser final : public Named<Recogniser> {
public:
    using Named::Named;
    RecogniserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest&) override { return nullptr; }
};

class NamedSynthesiser final : public Named<Synthesiser> {
public:
    using Named::Named;
    SynthesiserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<SpeechStream> start(const SpeechRequest&) override { return nullptr; }
};

class NamedModel final : public Named<Model> {
public:
    using Named::Named;
    std::unique_ptr<ModelStream> start(Prompt) override { return nullptr; }
};

class NamedDetector final : public Named<Detector> {
public:
    using Named::Named;
    std::unique_ptr<DetectorStream> start(const Executor&, const DetectionRequest&) override {
        return nullptr;
    }
};

template <class Engine, class Contract>
Offer<Contract> offer_of(std::string kind, Place place, int rank, bool automatic = true) {
    return {.kind = kind,
            .place = place,
            .automatic = automatic,
            .rank = rank,
            .create = [=](const auto&, const auto&) { return std::make_unique<Engine>(kind, place); }};
}

Catalogue small_catalogue() {
    Catalogue catalogue;
    catalogue.recognisers = {
        offer_of<NamedRecogniser, Recogniser>("built_in", Place::Embedded, 0),
        offer_of<NamedRecogniser, Recogniser>("better", Place::Local, 50),
        offer_of<NamedRecogniser, Recogniser>("away", Place::Cloud, 90),
        offer_of<NamedRecogniser, Recogniser>("far", Place::Cloud, 80),
        offer_of<NamedRecogniser, Recogniser>("script", Place::Embedded, 0, false),
    };
    catalogue.models = {offer_of<NamedModel, Model>("model", Place::Embedded, 0)};
    catalogue.synthesisers = {offer_of<NamedSynthesiser, Synthesiser>("voice", Place::Embedded, 0)};
    catalogue.detectors = {offer_of<NamedDetector, Detector>("detector", Place::Embedded, 0)};
    return catalogue;
}

// The kinds of recogniser that a choice brings, best first.
std::vector<std::string> brought_by(const std::string& choice) {
    auto catalogue = small_catalogue();
    asio::io_context context;
    SystemClock clock;
    Metrics metrics;
    WorkerPool pool(1, 1);
    net::HttpClient http(clock, nullptr);
    Surroundings around{context.get_executor(), clock, Log::silent(), metrics, pool, http, {}};
    Hall hall(catalogue, around, {.recogniser = choice});
    asio::co_spawn(context, hall.check(), [](const std::exception_ptr& failure) { ASSERT_FALSE(failure); });
    context.run();
    std::vector<std::string> kinds;
    for (const auto& trade : hall.trades()) {
        if (trade.name == "recogniser") {
            auto one_by_one = hall.recognisers();
            EXPECT_EQ(one_by_one.size(), trade.verdicts.size());
            for (std::size_t i = 0; i < one_by_one.size(); ++i) {
                EXPECT_EQ(one_by_one[i]->info().kind, trade.verdicts[i].engine.kind);
            }
            for (const auto& verdict : trade.verdicts) {
                (verdict.in_use ? kinds.insert(kinds.begin(), verdict.engine.kind)
                                : kinds.insert(kinds.end(), verdict.engine.kind));
            }
        }
    }
    return kinds;
}

TEST(Hall, WhatIsNamedStandsAlone) {
    EXPECT_THAT(brought_by("away"), ElementsAre("away"));
    EXPECT_THAT(brought_by("script"), ElementsAre("script"));
}

TEST(Hall, AutoNeverBringsAnythingFromTheCloud) {
    EXPECT_THAT(brought_by("auto"), ElementsAre("better", "built_in"));
}

TEST(Hall, AListIsTakenInItsOrder) {
    EXPECT_THAT(brought_by("far, away"), ElementsAre("far", "away"));
    EXPECT_THAT(brought_by("away,built_in"), ElementsAre("away", "built_in"));
    EXPECT_THAT(brought_by("built_in,away"), ElementsAre("built_in", "away"));
    EXPECT_THAT(brought_by("far, far"), ElementsAre("far"));
}

TEST(Hall, AListMayEndOrBeginWithAuto) {
    EXPECT_THAT(brought_by("far, auto"), ElementsAre("far", "built_in", "better"));
    EXPECT_THAT(brought_by("auto, far"), ElementsAre("better", "built_in", "far"));
    EXPECT_THAT(brought_by("built_in, auto"), ElementsAre("built_in", "better"));
}

TEST(Hall, LendsAModelThatIsOnNoList) {
    auto catalogue = small_catalogue();
    catalogue.models.push_back(offer_of<NamedModel, Model>("own", Place::Cloud, 0, false));
    catalogue.models.back().has_key = [] { return true; };
    asio::io_context context;
    SystemClock clock;
    Metrics metrics;
    WorkerPool pool(1, 1);
    net::HttpClient http(clock, nullptr);
    Surroundings around{context.get_executor(), clock, Log::silent(), metrics, pool, http, {}};
    Hall hall(catalogue, around, {});
    auto lent = hall.lend_model("own", {});
    ASSERT_TRUE(lent);
    EXPECT_EQ(lent->info().kind, "own");
    EXPECT_FALSE(hall.lend_model("unknown", {}));
    EXPECT_TRUE(hall.trades_of_some().empty());
    EXPECT_TRUE(hall.has_key_for_model("own"));
    EXPECT_FALSE(hall.has_key_for_model("model"));
    EXPECT_FALSE(hall.has_key_for_model("unknown"));
}

TEST(WordsOfChoice, StandBetweenCommas) {
    EXPECT_THAT(words_of_choice("auto"), ElementsAre("auto"));
    EXPECT_THAT(words_of_choice("a,b"), ElementsAre("a", "b"));
    EXPECT_THAT(words_of_choice("  a , b c "), ElementsAre("a", "b c"));
    EXPECT_THAT(words_of_choice(""), ElementsAre(""));
    EXPECT_THAT(words_of_choice("a,"), ElementsAre("a", ""));
}

}  // namespace

}  // namespace repartee::engines
