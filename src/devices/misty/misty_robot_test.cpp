#include "devices/misty/misty_robot.h"

#include "base/sockets.h"
#include "base/test_loop.h"
#include "devices/misty/robot_peer.h"

#include <gtest/gtest.h>

#include <functional>

namespace repartee::devices::misty {

namespace {

using Ending = PeerAnswer::Ending;

// The failure of a call, or nothing.
awaitable<void> note_failure(awaitable<void> call, std::optional<Error>& failure) {
    try {
        co_await std::move(call);
    } catch (const Failure& thrown) {
        failure = thrown.error();
    }
}

class MistyRobotTest : public testing::Test {
protected:
    MistyRobot& robot() {
        if (!robot_) {
            settings.url = settings.url.empty() ? peer.url() : settings.url;
            Surroundings surroundings{
                context.get_executor(), clock,
                Log::into(log, {.format = LogOptions::Format::Json, .level = LogLevel::Debug}), http};
            robot_ = std::make_unique<MistyRobot>(settings, surroundings);
        }
        return *robot_;
    }

    std::optional<Error> failure_of(awaitable<void> call) {
        std::optional<Error> failure;
        run_to_end(context, note_failure(std::move(call), failure));
        return failure;
    }

    // Runs the loop until `done` says so. The limit only ends a test that has failed.
    void run_until(const std::function<bool()>& done) {
        auto limit = std::chrono::steady_clock::now() + 20s;
        context.restart();
        while (!done() && std::chrono::steady_clock::now() < limit) {
            context.run_one_until(limit);
        }
        ASSERT_TRUE(done()) << "what the test waits for did not happen";
    }

    void TearDown() override {
        if (robot_) {
            EXPECT_FALSE(failure_of(robot_->close()));
        }
    }

    std::size_t lines_with(std::string_view words) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            log, [&](const std::string& line) { return line.find(words) != line.npos; }));
    }

    asio::io_context context;
    SystemClock clock;
    RobotPeer peer{context};
    net::HttpClient http{clock, nullptr};
    MistySettings settings;  // the peer's URL, unless the test sets one
    std::vector<std::string> log;

private:
    std::unique_ptr<MistyRobot> robot_;
};

TEST_F(MistyRobotTest, SpeaksInPlaceOfWhatItIsSaying) {
    EXPECT_FALSE(failure_of(robot().speak("नमस्ते \"Misty\"")));
    EXPECT_FALSE(failure_of(robot().speak("Bye.")));
    ASSERT_EQ(peer.questions.size(), 2u);
    EXPECT_EQ(peer.questions[0].what, "POST /api/tts/speak");
    EXPECT_EQ(
        peer.questions[0].body,
        (boost::json::object{{"Text", "नमस्ते \"Misty\""}, {"Flush", true}, {"UtteranceId", "repartee-1"}}));
    EXPECT_EQ(peer.questions[1].body.at("UtteranceId"), "repartee-2");
    EXPECT_TRUE(robot().state().reachable);
    EXPECT_EQ(lines_with("Misty\\\""), 0u) << "what people are told is not logged";
}

TEST_F(MistyRobotTest, HasNothingToSayAboutNothing) {
    EXPECT_FALSE(failure_of(robot().speak("")));
    EXPECT_FALSE(failure_of(robot().speak(" \n\t")));
    EXPECT_TRUE(peer.questions.empty());
}

TEST_F(MistyRobotTest, ActsAndPlaysOn) {
    EXPECT_FALSE(failure_of(robot().act(Action::Nod, std::nullopt)));
    EXPECT_GE(peer.questions.size(), 1u);
    run_until([&] { return peer.questions.size() >= 2; });
    EXPECT_EQ(peer.questions[0].what, "POST /api/head");
    EXPECT_EQ(peer.questions[0].body,
              (boost::json::object{{"Pitch", 20}, {"Roll", 0}, {"Yaw", 0}, {"Duration", 0.4}}));
    EXPECT_EQ(peer.questions[1].what, "POST /api/head");
    EXPECT_FALSE(failure_of(robot().close()));
    EXPECT_EQ(peer.questions.back().what, "POST /api/halt");
}

TEST_F(MistyRobotTest, AnswersToACheckWithWhatItFinds) {
    EXPECT_TRUE(robot().state().configured);
    EXPECT_FALSE(robot().state().reachable) << "nobody has asked yet";
    EXPECT_EQ(robot().state().name, "Misty at " + peer.url());
    EXPECT_FALSE(failure_of(robot().check()));
    EXPECT_EQ(peer.questions.back().what, "GET /api/device");
    EXPECT_TRUE(robot().state().reachable);
    EXPECT_EQ(robot().state().detail, "");
}

TEST_F(MistyRobotTest, ItsStateFollowsChecksAndCommands) {
    const std::string failed = R"({"status":"Failed","error":"Cannot do that"})";
    struct Row {
        PeerAnswer answer;
        bool taken;
        bool reachable;
        std::string detail;
    };
    const Row rows[] = {
        {{}, true, true, ""},
        {{.status = 400, .body = failed}, false, true, ""},
        {{.status = 503, .body = failed}, false, false, "The robot is updating itself"},
        {{.body = failed}, false, true, ""},
        {{.status = 200, .body = "<html>"}, false, false, "What answers at"},
        {{.ending = Ending::BreaksOff}, false, false, "The robot at"},
        {{}, true, true, ""},
    };
    for (bool by_command : {false, true}) {
        for (const auto& row : rows) {
            peer.answers = {row.answer};
            auto failure =
                failure_of(by_command ? robot().act(Action::LedColor, std::nullopt) : robot().check());
            EXPECT_EQ(failure.has_value(), by_command && !row.taken);
            EXPECT_EQ(robot().state().reachable, row.reachable) << row.answer.body;
            EXPECT_TRUE(robot().state().detail.starts_with(row.detail)) << robot().state().detail;
            EXPECT_EQ(robot().state().detail.empty(), row.reachable);
        }
    }
}

TEST_F(MistyRobotTest, OnlyNewsAreLogged) {
    for (int i = 0; i < 3; ++i) {
        failure_of(robot().check());
    }
    EXPECT_EQ(lines_with("robot reachable"), 1u);
    peer.answers = {{.status = 503}, {.status = 503}};
    failure_of(robot().check());
    failure_of(robot().check());
    EXPECT_EQ(lines_with("robot not reachable"), 1u);
    failure_of(robot().check());
    EXPECT_EQ(lines_with("robot reachable"), 2u);
}

TEST_F(MistyRobotTest, RefusalsCarryItsWords) {
    peer.answers = {{.status = 400, .body = R"({"status":"Failed","error":"Cannot drive while charging."})"}};
    auto failure = failure_of(robot().act(Action::MoveForward, std::nullopt));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(failure->message, "The robot refused drive/time: Cannot drive while charging.");
}

TEST_F(MistyRobotTest, NothingIsSentTwice) {
    // On a connection that was kept the client would send again.
    failure_of(robot().check());
    failure_of(robot().act(Action::LedColor, std::nullopt));
    peer.answers = {{.ending = Ending::BreaksOff}};
    auto failure = failure_of(robot().act(Action::LedColor, std::nullopt));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(peer.questions.size(), 3u);
}

TEST_F(MistyRobotTest, ARobotThatStallsIsGivenUp) {
    settings.command_timeout = 200ms;
    peer.answers = {{.ending = Ending::Stalls}, {.ending = Ending::Stalls}};
    auto failure = failure_of(robot().speak("hello"));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, ErrorKind::ProviderLate);
    EXPECT_FALSE(robot().state().reachable);
    failure = failure_of(robot().act(Action::LedColor, std::nullopt));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, ErrorKind::ProviderLate);
    run_until([&] { return peer.abandoned == 2; });
}

TEST_F(MistyRobotTest, NobodyIsThere) {
    {
        TcpAcceptor gone(context, {asio::ip::address_v4::loopback(), 0});
        settings.url = fmt::format("http://127.0.0.1:{}", gone.local_endpoint().port());
    }
    for (auto action : {Action::Nod, Action::Stop}) {
        auto failure = failure_of(robot().act(action, std::nullopt));
        ASSERT_TRUE(failure);
        EXPECT_EQ(failure->kind, ErrorKind::Unavailable);
        EXPECT_TRUE(failure->message.starts_with("Nobody answers at " + settings.url)) << failure->message;
    }
    EXPECT_FALSE(failure_of(robot().check()));
    EXPECT_FALSE(robot().state().reachable);
    EXPECT_TRUE(robot().state().detail.starts_with("Nobody answers at"));
}

TEST_F(MistyRobotTest, AnAddressThatIsNoneIsExplained) {
    settings.url = "http://misty:robot";
    EXPECT_FALSE(failure_of(robot().check()));
    EXPECT_TRUE(robot().state().detail.starts_with("MISTY_URL is not an address")) << robot().state().detail;
    auto failure = failure_of(robot().speak("hello"));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, ErrorKind::Unavailable);
}

TEST_F(MistyRobotTest, AnswersThatNeverEndAreNotReadToTheEnd) {
    peer.answers = {{.body = std::string(1 << 20, ' ')}};
    auto failure = failure_of(robot().speak("hello"));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, ErrorKind::ProviderBroke);
}

}  // namespace

}  // namespace repartee::devices::misty
