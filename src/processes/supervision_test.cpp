#include "processes/supervision.h"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <csignal>
#include <deque>

namespace repartee::processes {

namespace {

// A shell that does what the script says, and is as well as the test says.
class ShellWard final : public Ward {
public:
    explicit ShellWard(std::string the_script) : script(std::move(the_script)) {}

    const std::string& name() const override { return name_; }
    Program program() override {
        ++starts;
        return {.executable = "/bin/sh", .arguments = {"-c", script}, .converses = converses};
    }
    awaitable<void> accompany(Child& child) override {
        while (auto more = co_await child.words()) {
            words += *more;
        }
    }
    awaitable<Wellbeing> ask() override {
        auto answer = answers.front();
        if (answers.size() > 1) {
            answers.pop_front();
        }
        if (!answer) {
            Timer for_ever(co_await asio::this_coro::executor, Timer::time_point::max());
            co_await for_ever.async_wait(use_awaitable);
        }
        co_return *answer;
    }
    std::optional<std::string> complaint_in(std::string line) override {
        return line.starts_with("E ") ? std::optional(line.substr(2)) : std::nullopt;
    }

    std::string script;
    bool converses = false;
    std::string words;
    int starts = 0;
    std::deque<std::optional<Wellbeing>> answers{
        Wellbeing::Well};  // the last is given again; nothing: silence

private:
    const std::string name_ = "some-program";
};

class SupervisionTest : public testing::Test {
protected:
    // What until_well throws, or nothing.
    std::string trouble(Supervision& supervision) {
        std::string message;
        bool done = false;
        asio::co_spawn(context, supervision.until_well(10s), [&](const std::exception_ptr& failure) {
            message = failure ? error_of(failure).message : "";
            done = true;
        });
        run_until([&] { return done; });
        return message;
    }

    void run_until(const std::function<bool()>& done) {
        auto by = clock.now() + 30s;
        while (!done() && clock.now() < by) {
            context.restart();
            context.run_one_for(100ms);
        }
        ASSERT_TRUE(done()) << "nothing came";
    }

    asio::io_context context;
    SystemClock clock;
    Metrics metrics;
    std::shared_ptr<ShellWard> ward = std::make_shared<ShellWard>("exec sleep 1000");
};

}  // namespace

TEST_F(SupervisionTest, StartsWhatIsWantedAndKeepsItAlive) {
    Supervision supervision(context.get_executor(), clock, Log::silent(), metrics, ward, {});
    EXPECT_EQ(ward->starts, 0);
    EXPECT_EQ(trouble(supervision), "");
    for (int i = 0; i < 5; ++i) {
        auto pid = supervision.run()->pid;
        ::kill(pid, SIGKILL);
        run_until([&] { return !supervision.is_well(); });
        EXPECT_EQ(trouble(supervision), "");
        EXPECT_NE(supervision.run()->pid, pid);
    }
    EXPECT_EQ(ward->starts, 6);
}

TEST_F(SupervisionTest, WaitsForWhatStillLoads) {
    ward->answers = {Wellbeing::NotYet, Wellbeing::NotYet, Wellbeing::Well};
    Supervision supervision(context.get_executor(), clock, Log::silent(), metrics, ward, {});
    EXPECT_EQ(trouble(supervision), "");
    EXPECT_EQ(ward->starts, 1);
}

TEST_F(SupervisionTest, SaysTheFirstWordsOfWhatEndsAtOnce) {
    ward->script = "echo chatter >&2; printf 'E the cause\\nE and its' >&2; echo ' consequences' >&2; exit 3";
    ward->answers = {Wellbeing::NotYet};
    Supervision supervision(context.get_executor(), clock, Log::silent(), metrics, ward, {});
    EXPECT_EQ(trouble(supervision), "some-program does not stay alive: the cause");
}

TEST_F(SupervisionTest, SaysHowItEndedWhereItSaidNothing) {
    ward->script = "exit 3";
    ward->answers = {Wellbeing::NotYet};
    Supervision supervision(context.get_executor(), clock, Log::silent(), metrics, ward, {});
    EXPECT_EQ(trouble(supervision), "some-program does not stay alive: exited with 3");
}

TEST_F(SupervisionTest, EndsWhatHasNoMoreToSay) {
    ward->script = "echo hello; exec sleep 1000 >&-";
    ward->converses = true;
    Supervision supervision(context.get_executor(), clock, Log::silent(), metrics, ward, {});
    EXPECT_EQ(trouble(supervision), "");
    run_until([&] { return ward->starts >= 2; });
    EXPECT_TRUE(ward->words.starts_with("hello\n")) << ward->words;
}

TEST_F(SupervisionTest, KillsWhatIsSilent) {
    ward->answers = {std::nullopt};
    Supervision supervision(context.get_executor(), clock, Log::silent(), metrics, ward,
                            {.first_answer_limit = 50ms});
    EXPECT_EQ(trouble(supervision), "some-program does not stay alive: it does not answer");
    ward->answers = {Wellbeing::Well};
    run_until([&] { return supervision.is_well(); });
}

TEST_F(SupervisionTest, KillsWhatLoadsForTooLong) {
    ward->answers = {Wellbeing::NotYet};
    Supervision supervision(context.get_executor(), clock, Log::silent(), metrics, ward,
                            {.first_answer_limit = 50ms});
    EXPECT_EQ(trouble(supervision), "some-program does not stay alive: it takes too long to load");
}

TEST_F(SupervisionTest, LeavesNothingBehind) {
    pid_t pid = 0;
    {
        Supervision supervision(context.get_executor(), clock, Log::silent(), metrics, ward, {});
        EXPECT_EQ(trouble(supervision), "");
        pid = supervision.run()->pid;
    }
    EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace repartee::processes
