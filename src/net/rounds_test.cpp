#include "net/rounds.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <optional>
#include <vector>

namespace repartee::net {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RoundsTest : public testing::Test {
protected:
    // Notes when it is called and answers `next`, once.
    Rounds notes() {
        return {context_.get_executor(), clock_, [this] {
                    looks_.push_back(clock_.now() - begin_);
                    return std::exchange(next_, TimePoint::max());
                }};
    }

    void run_for(Duration duration) { clock_.run_until(context_, clock_.now() + duration); }

    asio::io_context context_;
    VirtualClock clock_;
    const TimePoint begin_ = clock_.now();
    TimePoint next_ = TimePoint::max();
    std::vector<Duration> looks_;
};

TEST_F(RoundsTest, LooksWhenItIsDueAndAgainWhenItSaidSo) {
    auto rounds = notes();
    next_ = begin_ + 30s;
    rounds.look_by(begin_ + 10s);
    run_for(1h);
    EXPECT_THAT(looks_, ElementsAre(10s, 30s));
}

TEST_F(RoundsTest, SoonerCountsAndLaterDoesNot) {
    auto rounds = notes();
    rounds.look_by(begin_ + 20s);
    rounds.look_by(begin_ + 30s);
    run_for(1s);
    rounds.look_by(begin_ + 5s);
    run_for(1h);
    EXPECT_THAT(looks_, ElementsAre(5s));
}

TEST_F(RoundsTest, WhatHasPassedIsLookedAfterAtOnce) {
    auto rounds = notes();
    rounds.look_by(begin_ - 1s);
    run_for(0s);
    EXPECT_THAT(looks_, ElementsAre(0s));
}

TEST_F(RoundsTest, AnswersAfterAPauseWithoutAnythingDue) {
    auto rounds = notes();
    rounds.look_by(begin_ + 1s);
    run_for(1min);
    rounds.look_by(begin_ + 90s);
    run_for(1min);
    EXPECT_THAT(looks_, ElementsAre(1s, 90s));
}

TEST_F(RoundsTest, NobodyLooksOnceItIsStopped) {
    auto rounds = notes();
    rounds.look_by(begin_ + 1s);
    rounds.stop();
    rounds.look_by(begin_ + 1s);
    run_for(1min);
    EXPECT_THAT(looks_, IsEmpty());
}

TEST_F(RoundsTest, MayEndInTheMiddleOfALook) {
    std::optional<Rounds> rounds;
    rounds.emplace(context_.get_executor(), clock_, [&] {
        looks_.push_back(clock_.now() - begin_);
        rounds.reset();
        return begin_ + 2s;
    });
    rounds->look_by(begin_ + 1s);
    run_for(1min);
    EXPECT_THAT(looks_, ElementsAre(1s));
}

}  // namespace
}  // namespace repartee::net
