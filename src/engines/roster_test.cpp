#include "engines/roster.h"

#include "base/test_loop.h"

#include <gmock/gmock.h>

namespace repartee::engines {
namespace {

using testing::ElementsAre;

TEST(OrderOfPreference, UsableFirstThenRank) {
    EXPECT_THAT(order_of_preference({{.place = Place::Embedded, .rank = 0, .asked = true, .usable = true},
                                     {.place = Place::Local, .rank = 50, .asked = true, .usable = true},
                                     {.place = Place::Local, .rank = 90, .asked = true, .usable = false}}),
                ElementsAre(1, 0, 2));
}

TEST(OrderOfPreference, BeforeAnyAnswerTheEmbeddedOnesCount) {
    EXPECT_THAT(
        order_of_preference({{.place = Place::Local, .rank = 50}, {.place = Place::Embedded, .rank = 0}}),
        ElementsAre(1, 0));
}

class Peer final : public Engine {
public:
    Peer(std::string kind, Place place, Clock& clock, Duration answers_after = {})
        : kind_(std::move(kind)), place_(place), clock_(clock), answers_after_(answers_after) {}

    bool usable = true;

    EngineInfo info() const override { return {kind_, "m", place_}; }
    awaitable<Health> check() override {
        co_await clock_.sleep(answers_after_);
        co_return Health{.usable = usable, .reason = "said so"};
    }

private:
    std::string kind_;
    Place place_;
    Clock& clock_;
    Duration answers_after_;
};

struct TwoCandidates {
    explicit TwoCandidates(Duration peer_answers_after = {}) {
        auto embedded = std::make_unique<Peer>("rules", Place::Embedded, clock);
        auto better = std::make_unique<Peer>("ollama", Place::Local, clock, peer_answers_after);
        peer = better.get();
        std::vector<Roster::Candidate> candidates;
        candidates.push_back({std::move(embedded), 0});
        candidates.push_back({std::move(better), 50});
        roster = std::make_unique<Roster>("model", std::move(candidates), clock, Log::silent());
    }
    VirtualClock clock;
    asio::io_context context;
    Peer* peer = nullptr;
    std::unique_ptr<Roster> roster;
};

TEST(Roster, MovesToTheBetterEngineWhenItHasAnsweredAndBackWhenItGoes) {
    TwoCandidates two;
    EXPECT_EQ(two.roster->best().info().kind, "rules");
    run_to_end(two.context, two.clock, two.roster->check(1s));
    EXPECT_EQ(two.roster->best().info().kind, "ollama");
    two.peer->usable = false;
    run_to_end(two.context, two.clock, two.roster->check(1s));
    EXPECT_EQ(two.roster->best().info().kind, "rules");
}

TEST(Roster, ACandidateThatDoesNotAnswerIsUnusable) {
    TwoCandidates two(1h);
    run_to_end(two.context, two.clock, two.roster->check(1s));
    EXPECT_EQ(two.roster->best().info().kind, "rules");
    EXPECT_FALSE(two.roster->verdicts()[1].health.usable);
    EXPECT_EQ(two.roster->verdicts()[1].health.reason, "does not answer");
}

TEST(Roster, ACandidateThatGaveUpStandsBackUntilItIsAskedAgain) {
    TwoCandidates two;
    run_to_end(two.context, two.clock, two.roster->check(1s));
    EXPECT_THAT(two.roster->promising(), ElementsAre(1, 0));
    two.roster->gave_up(1, {ErrorKind::ProviderLate, "kept us waiting", {}});
    EXPECT_EQ(two.roster->best().info().kind, "rules");
    EXPECT_THAT(two.roster->promising(), ElementsAre(0));
    EXPECT_EQ(two.roster->verdicts()[1].health.reason, "gave up: kept us waiting");
    run_to_end(two.context, two.clock, two.roster->check(1s));
    EXPECT_EQ(two.roster->best().info().kind, "ollama");
}

TEST(Roster, OneThatIsAloneIsNeverPutAside) {
    VirtualClock clock;
    std::vector<Roster::Candidate> candidates;
    candidates.push_back({std::make_unique<Peer>("ollama", Place::Local, clock), 0});
    Roster roster("model", std::move(candidates), clock, Log::silent());
    EXPECT_THAT(roster.promising(), ElementsAre(0));
    asio::io_context context;
    run_to_end(context, clock, roster.check(1s));
    roster.gave_up(0, {ErrorKind::ProviderLate, "kept us waiting", {}});
    EXPECT_TRUE(roster.verdicts()[0].health.usable);
}

TEST(Roster, KnowsHowFarAwayItsCandidatesWork) {
    EXPECT_EQ(TwoCandidates().roster->farthest(), Place::Local);
}

}  // namespace
}  // namespace repartee::engines
