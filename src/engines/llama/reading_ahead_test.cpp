#include "engines/llama/reading_ahead.h"

#include "base/clock.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace repartee::engines::llama {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Prompt prompt_of(std::string words) {
    return {.messages = {{.role = Role::System, .content = "Be brief."},
                         {.role = Role::User, .content = std::move(words)}}};
}

// Each prompt takes a second to read.
class Reading : public testing::Test {
protected:
    Reading() : ahead_(context_.get_executor(), [this](Prompt prompt) { return read(std::move(prompt)); }) {}
    ~Reading() override {
        Task closing(context_.get_executor(), ahead_.close());
        run(1h);
    }

    awaitable<void> read(Prompt prompt) {
        begun_.push_back(prompt.messages.back().content);
        co_await clock_.sleep(1s);
        ended_.push_back(begun_.back());
    }
    void run(Duration time) { clock_.run_until(context_, clock_.now() + time); }
    void want(std::string words) { ahead_.want(prompt_of(std::move(words))); }
    std::unique_ptr<ReadingAhead::Turn> turn(std::string words, std::string more = {}) {
        auto prompt = prompt_of(std::move(words));
        if (!more.empty()) {
            prompt.messages.push_back({.role = Role::User, .content = std::move(more)});
        }
        return ahead_.begin_turn(fingerprint_of(prompt));
    }

    asio::io_context context_;
    VirtualClock clock_;
    std::vector<std::string> begun_;
    std::vector<std::string> ended_;
    ReadingAhead ahead_;
};

}  // namespace

TEST_F(Reading, DoesWhatIsWantedOneAfterTheOther) {
    want("a");
    run(500ms);
    want("b");
    want("c");  // supersedes what waits
    run(1h);
    EXPECT_THAT(ended_, ElementsAre("a", "c"));
}

TEST_F(Reading, DoesNotReadTheSameTwice) {
    want("a");
    run(2s);
    want("a");
    run(2s);
    EXPECT_THAT(begun_, ElementsAre("a"));
    turn("b");  // may have taken its place
    want("a");
    run(2s);
    EXPECT_THAT(begun_, ElementsAre("a", "a"));
}

TEST_F(Reading, IsStoppedByATurnOfSomebodyElseAndGoesOnAfterwards) {
    want("a");
    run(500ms);
    auto somebody = turn("b");
    run(10s);
    EXPECT_THAT(ended_, IsEmpty());
    somebody.reset();
    run(10s);
    EXPECT_THAT(begun_, ElementsAre("a", "a"));
    EXPECT_THAT(ended_, ElementsAre("a"));
}

TEST_F(Reading, GoesOnWhereTheTurnNeedsIt) {
    want("a");
    run(500ms);
    auto own = turn("a", "more");
    run(10s);
    EXPECT_THAT(begun_, ElementsAre("a"));
    EXPECT_THAT(ended_, ElementsAre("a"));
}

TEST_F(Reading, WaitsWhileSomebodyIsAnswered) {
    auto first = turn("x");
    auto second = turn("y");
    want("a");
    run(10s);
    first.reset();
    run(10s);
    EXPECT_THAT(begun_, IsEmpty());
    second.reset();
    run(10s);
    EXPECT_THAT(ended_, ElementsAre("a"));
}

TEST_F(Reading, IsNotNeededWhereTheTurnHasBegun) {
    auto somebody = turn("x");
    want("a");
    run(1s);
    auto own = turn("a", "more");
    somebody.reset();
    own.reset();
    run(10s);
    EXPECT_THAT(begun_, IsEmpty());
}

}  // namespace repartee::engines::llama
