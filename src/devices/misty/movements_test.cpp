#include "devices/misty/movements.h"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>

namespace repartee::devices::misty {

namespace {

using Lines = std::vector<std::string>;

// A robot that takes every command at once, unless it was told to do otherwise.
class PatientLine final : public Line {
public:
    struct Behaviour {
        Duration delay{0};
        Fate fate = {};
    };

    explicit PatientLine(VirtualClock& clock) : clock_(clock), begin_(clock.now()) {}

    awaitable<Fate> send(const Command& command, Duration limit) override {
        heard.push_back(fmt::format("{} {}", milliseconds_since_begin(), command.path));
        bodies.push_back(command.body);
        Behaviour behaviour;
        if (auto found = behaviours.find(command.path); found != behaviours.end() && !found->second.empty()) {
            behaviour = found->second.front();
            found->second.pop_front();
        }
        ++under_way;
        co_await asio::this_coro::throw_if_cancelled(false);
        bool cut = co_await is_cut(std::min(behaviour.delay, limit));
        --under_way;
        if (cut) {
            heard.push_back(fmt::format("{} {} cut", milliseconds_since_begin(), command.path));
            throw boost::system::system_error(asio::error::operation_aborted);
        }
        if (behaviour.delay > limit) {
            behaviour.fate = {Fate::Taken::Unknown, Error{ErrorKind::ProviderLate, "late", {}}};
        }
        co_return behaviour.fate;
    }

    // What it does with the next commands of that path.
    std::map<std::string, std::deque<Behaviour>> behaviours;

    Lines heard;  // "450 head": milliseconds and path
    std::vector<boost::json::object> bodies;
    int under_way = 0;

private:
    awaitable<bool> is_cut(Duration delay) {
        try {
            co_await clock_.sleep(delay);
        } catch (const boost::system::system_error&) {
            co_return true;
        }
        co_return false;
    }

    long milliseconds_since_begin() const { return std::lround(milliseconds_of(clock_.now() - begin_)); }

    VirtualClock& clock_;
    const TimePoint begin_;
};

using Behaviour = PatientLine::Behaviour;

const Behaviour hangs{.delay = std::chrono::hours(1)};
const Behaviour refuses{.fate = {Fate::Taken::No, Error{ErrorKind::ProviderBroke, "no", {}}}};
const Behaviour is_gone{.fate = {Fate::Taken::No, Error{ErrorKind::Unavailable, "gone", {}}}};
const Behaviour breaks_off{.fate = {Fate::Taken::Unknown, Error{ErrorKind::ProviderBroke, "broke off", {}}}};

class MovementsTest : public testing::Test {
protected:
    // Somebody who has asked for an action, and what came of it.
    struct Caller {
        std::optional<long> answered_at = {};  // milliseconds
        std::string outcome = {};              // "taken", or the failure's kind and message
        Task task = {};
    };

    Caller& order(Action action, std::optional<Colour> colour = std::nullopt) {
        auto& caller = callers_.emplace_back();
        caller.task = Task(context.get_executor(), ask(caller, action, colour));
        let_pass(0ms);
        return caller;
    }

    void let_pass(Duration time) { clock.run_until(context, clock.now() + time); }

    // Milliseconds it took.
    long close() {
        auto before = clock.now();
        Task closing(context.get_executor(), movements.close());
        while (closing.running()) {
            let_pass(10ms);
        }
        return std::lround(milliseconds_of(clock.now() - before));
    }

    // The paths that came after the first `count` commands.
    Lines heard_after(std::size_t count) {
        return {line.heard.begin() + static_cast<long>(count), line.heard.end()};
    }

    asio::io_context context;
    VirtualClock clock;
    PatientLine line{clock};
    Movements movements{context.get_executor(), line, clock, 5s};

private:
    awaitable<void> ask(Caller& caller, Action action, std::optional<Colour> colour) {
        try {
            co_await movements.act(action, colour);
            caller.outcome = "taken";
        } catch (const Failure& failure) {
            caller.outcome = fmt::format("{}: {}", name_of(failure.error().kind), failure.what());
        }
        caller.answered_at = std::lround(milliseconds_of(clock.now() - begin_));
    }

    const TimePoint begin_ = clock.now();
    std::deque<Caller> callers_;
};

TEST_F(MovementsTest, AnswersWhenTheFirstCommandIsTakenAndPlaysOn) {
    line.behaviours["head"] = {{.delay = 30ms}};
    auto& caller = order(Action::Nod);
    let_pass(1min);
    EXPECT_EQ(caller.outcome, "taken");
    EXPECT_EQ(caller.answered_at, 30);
    EXPECT_EQ(line.heard, (Lines{"0 head", "480 head", "930 head", "1380 head", "1830 head", "2280 head"}));
}

TEST_F(MovementsTest, ANewActionReplacesTheOneUnderWayAfterAHalt) {
    order(Action::Nod);
    let_pass(500ms);
    auto& caller = order(Action::LookLeft);
    let_pass(1min);
    EXPECT_EQ(caller.outcome, "taken");
    EXPECT_EQ(line.heard, (Lines{"0 head", "450 head", "500 halt", "500 head"}));
}

TEST_F(MovementsTest, NothingIsHaltedThatHasEnded) {
    order(Action::Nod);
    let_pass(2700ms);  // the last nod included
    order(Action::LookLeft);
    let_pass(1min);
    EXPECT_EQ(heard_after(6), (Lines{"2700 head"}));
}

TEST_F(MovementsTest, TheLastMovementOfASequenceCanStillBeHalted) {
    order(Action::TurnLeft);
    let_pass(1s);
    order(Action::LedColor);
    let_pass(1min);
    EXPECT_EQ(line.heard, (Lines{"0 drive/time", "1000 halt", "1000 led"}));
}

TEST_F(MovementsTest, AColourIsNoMovement) {
    order(Action::LedColor, Colour{.red = 9, .green = 8, .blue = 7});
    order(Action::LedColor);
    let_pass(1min);
    EXPECT_EQ(line.heard, (Lines{"0 led", "0 led"}));
    EXPECT_EQ(line.bodies[0].at("red"), 9);
    EXPECT_EQ(line.bodies[1].at("blue"), default_colour.blue);
}

TEST_F(MovementsTest, ADanceGoesBackToTheColourThatWasAskedFor) {
    order(Action::LedColor, Colour{.red = 9, .green = 8, .blue = 7});
    order(Action::Dance);
    let_pass(1min);
    ASSERT_GE(line.heard.size(), 4u);
    const auto& last_colour = line.bodies[line.bodies.size() - 2];
    EXPECT_EQ(last_colour, (boost::json::object{{"red", 9}, {"green", 8}, {"blue", 7}}));
    EXPECT_TRUE(line.heard.back().ends_with("drive/stop"));
}

TEST_F(MovementsTest, StopComesBeforeEverything) {
    order(Action::Dance);
    let_pass(1200ms);
    auto before = line.heard.size();
    auto& caller = order(Action::Stop);
    let_pass(1min);
    EXPECT_EQ(caller.outcome, "taken");
    EXPECT_EQ(heard_after(before),
              (Lines{"1200 halt", "1200 drive/stop", "1200 tts/stop", "1200 audio/stop"}));
}

TEST_F(MovementsTest, StopDoesNotWaitForACommandThatHangs) {
    line.behaviours["head"] = {hangs};
    auto& nodding = order(Action::Nod);
    let_pass(100ms);
    auto& stopping = order(Action::Stop);
    EXPECT_EQ(nodding.outcome,
              "conflict: Another action took the place of this one before the robot had begun.");
    EXPECT_EQ(stopping.outcome, "taken");
    let_pass(1min);
    EXPECT_EQ(line.heard, (Lines{"0 head", "100 head cut", "100 halt", "100 drive/stop", "100 tts/stop",
                                 "100 audio/stop"}));
}

TEST_F(MovementsTest, StopSendsEverythingWhateverFails) {
    for (const auto* path : {"halt", "drive/stop", "tts/stop", "audio/stop"}) {
        line.behaviours = {{path, {refuses}}};
        auto before = line.heard.size();
        auto& caller = order(Action::Stop);
        let_pass(1s);
        EXPECT_EQ(caller.outcome, std::string_view(path) == "halt" ? "provider_broke: no" : "taken");
        EXPECT_EQ(line.heard.size(), before + 4) << path;
    }
}

TEST_F(MovementsTest, StopIsNotHeldUpByMotorsThatAreSlowToAnswer) {
    line.behaviours["halt"] = {hangs};
    line.behaviours["tts/stop"] = {hangs};
    auto& caller = order(Action::Stop);
    let_pass(1min);
    EXPECT_EQ(line.heard, (Lines{"0 halt", "1000 drive/stop", "1000 tts/stop", "2000 audio/stop"}));
    EXPECT_EQ(caller.outcome, "provider_late: late");
    EXPECT_EQ(caller.answered_at, 5000);
}

TEST_F(MovementsTest, AnActionWaitsForTheStopBeforeIt) {
    line.behaviours["halt"] = {{.delay = 200ms}};
    order(Action::Stop);
    auto& caller = order(Action::LookRight);
    let_pass(1min);
    EXPECT_EQ(caller.outcome, "taken");
    EXPECT_EQ(line.heard, (Lines{"0 halt", "200 drive/stop", "200 tts/stop", "200 audio/stop", "200 head"}));
}

TEST_F(MovementsTest, AStopTakesThePlaceOfWhatWaits) {
    line.behaviours["halt"] = {{.delay = 200ms}};
    order(Action::Stop);
    auto& looking = order(Action::LookRight);
    auto& stopping = order(Action::Stop);
    EXPECT_TRUE(looking.outcome.starts_with("conflict"));
    let_pass(1min);
    EXPECT_EQ(stopping.outcome, "taken");
    EXPECT_EQ(line.heard.size(), 8u);
}

TEST_F(MovementsTest, ManyStopsAreAnsweredByOne) {
    line.behaviours["halt"] = {{.delay = 200ms}, refuses};
    order(Action::Stop);
    std::vector<Caller*> crowd;
    for (int i = 0; i < 100; ++i) {
        crowd.push_back(&order(Action::Stop));
    }
    let_pass(1min);
    for (const auto* caller : crowd) {
        EXPECT_EQ(caller->outcome, "provider_broke: no");
    }
    EXPECT_EQ(line.heard.size(), 8u);
}

TEST_F(MovementsTest, AFloodOfActionsDoesNotPileUp) {
    line.behaviours["head"] = {hangs};
    order(Action::Nod);
    std::vector<Caller*> crowd;
    for (int i = 0; i < 100; ++i) {
        crowd.push_back(&order(i % 2 == 0 ? Action::Wave : Action::LedColor));
    }
    let_pass(1min);
    EXPECT_EQ(line.under_way, 0);
    EXPECT_EQ(crowd.back()->outcome, "taken");
    for (const auto* caller : crowd) {
        EXPECT_TRUE(caller->answered_at);
    }
}

TEST_F(MovementsTest, ARefusedBeginningIsTheCallersFailure) {
    for (const auto& [behaviour, outcome] :
         {std::pair(refuses, "provider_broke: no"), std::pair(is_gone, "unavailable: gone")}) {
        auto before = line.heard.size();
        line.behaviours["head"] = {behaviour};
        auto& caller = order(Action::Nod);
        let_pass(1min);
        EXPECT_EQ(caller.outcome, outcome);
        EXPECT_EQ(line.heard.size(), before + 1) << "nothing moves, and nothing is halted";
    }
}

TEST_F(MovementsTest, AMovementThatFailsInTheMiddleIsHalted) {
    for (const auto& behaviour : {refuses, is_gone, breaks_off, hangs}) {
        line.heard.clear();
        line.behaviours["head"] = {{}, behaviour};
        auto& caller = order(Action::Nod);
        let_pass(1min);
        EXPECT_EQ(caller.outcome, "taken");
        ASSERT_EQ(line.heard.size(), 3u);
        EXPECT_TRUE(line.heard.back().ends_with(" halt"));
    }
}

TEST_F(MovementsTest, ACommandWhoseFateIsUnknownIsHalted) {
    line.behaviours["drive/time"] = {breaks_off};
    auto& caller = order(Action::MoveForward);
    let_pass(1min);
    EXPECT_EQ(caller.outcome, "provider_broke: broke off");
    EXPECT_EQ(line.heard, (Lines{"0 drive/time", "0 halt"})) << "and above all not sent again";
}

TEST_F(MovementsTest, AHaltThatHangsIsNotWaitedForLong) {
    line.behaviours["halt"] = {hangs};
    order(Action::Nod);
    let_pass(100ms);
    auto& caller = order(Action::Wave);
    auto& later = order(Action::LookLeft);
    let_pass(1min);
    EXPECT_TRUE(caller.outcome.starts_with("conflict"));
    EXPECT_EQ(later.outcome, "taken");
    EXPECT_EQ(line.heard, (Lines{"0 head", "100 halt", "2100 head"}));
}

TEST_F(MovementsTest, StopCutsAHaltShort) {
    line.behaviours["halt"] = {hangs};
    order(Action::Nod);
    let_pass(100ms);
    order(Action::Wave);
    let_pass(100ms);
    EXPECT_EQ(order(Action::Stop).outcome, "taken");
    let_pass(1min);
    EXPECT_EQ(line.heard, (Lines{"0 head", "100 halt", "200 halt cut", "200 halt", "200 drive/stop",
                                 "200 tts/stop", "200 audio/stop"}));
}

TEST_F(MovementsTest, ACallerWhoLeavesStopsWaitingAndNothingElse) {
    line.behaviours["head"] = {{.delay = 100ms}};
    auto& caller = order(Action::Nod);
    caller.task.cancel();
    let_pass(10ms);
    EXPECT_FALSE(caller.task.running());
    let_pass(1min);
    EXPECT_EQ(line.heard.size(), 6u);
}

TEST_F(MovementsTest, CloseHaltsWhatMoves) {
    order(Action::Dance);
    let_pass(1200ms);
    auto before = line.heard.size();
    EXPECT_LE(close(), 10);
    EXPECT_EQ(heard_after(before), Lines{"1200 halt"});
}

TEST_F(MovementsTest, CloseLeavesARobotAloneThatDoesNotMove) {
    EXPECT_LE(close(), 10);
    EXPECT_TRUE(line.heard.empty());
}

TEST_F(MovementsTest, CloseIsBounded) {
    line.behaviours["halt"] = {hangs};
    order(Action::Dance);
    let_pass(100ms);
    EXPECT_LE(close(), 2100);
    EXPECT_EQ(line.under_way, 0);
}

TEST_F(MovementsTest, CloseEndsAStopThatHangs) {
    for (const auto* path : {"halt", "drive/stop", "tts/stop", "audio/stop"}) {
        line.behaviours[path] = {hangs};
    }
    auto& caller = order(Action::Stop);
    auto& waiting = order(Action::Nod);
    EXPECT_LE(close(), 3100);
    EXPECT_EQ(line.under_way, 0);
    EXPECT_TRUE(caller.outcome.starts_with("unavailable: The server is stopping"));
    EXPECT_TRUE(waiting.outcome.starts_with("unavailable: The server is stopping"));
}

TEST_F(MovementsTest, NothingBeginsAfterClose) {
    close();
    EXPECT_TRUE(order(Action::Nod).outcome.starts_with("unavailable: The server is stopping"));
    EXPECT_TRUE(order(Action::Stop).outcome.starts_with("unavailable: The server is stopping"));
    EXPECT_TRUE(line.heard.empty());
}

}  // namespace

}  // namespace repartee::devices::misty
