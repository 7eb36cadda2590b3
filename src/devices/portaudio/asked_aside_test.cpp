#include "devices/portaudio/asked_aside.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>

namespace repartee::devices::portaudio {
namespace {

using namespace std::chrono_literals;

TEST(AskedAside, GivesTheAnswerOrWhatIsThrown) {
    AskedAside aside;
    EXPECT_EQ(aside.within(1min, [] { return std::string("a microphone"); }), "a microphone");
    EXPECT_THROW(aside.within(1min, []() -> int { throw std::runtime_error("none"); }), std::runtime_error);
    EXPECT_EQ(aside.within(1min, [] { return 7; }), 7);
}

TEST(AskedAside, LeavesBehindWhatDoesNotAnswerAndAsksNothingBesideIt) {
    std::promise<void> awakened;
    std::shared_future<void> sleep = awakened.get_future().share();
    {
        AskedAside aside;
        auto hang = [sleep] {
            sleep.wait();
            return 1;
        };
        EXPECT_EQ(aside.within(1ms, hang), std::nullopt);
        bool is_asked = false;
        EXPECT_EQ(aside.within(1ms,
                               [&] {
                                   is_asked = true;
                                   return 2;
                               }),
                  std::nullopt);
        EXPECT_FALSE(is_asked);
        // Once it has come to itself, the next is asked.
        awakened.set_value();
        EXPECT_EQ(aside.within(1min, [] { return 3; }), 3);
    }
}

TEST(AskedAside, MayGoBeforeWhatItLeftBehind) {
    std::promise<void> awakened;
    std::promise<void> ended;
    auto aside = std::make_unique<AskedAside>();
    auto hang = [sleep = awakened.get_future().share(), &ended] {
        sleep.wait();
        ended.set_value();
        return 1;
    };
    EXPECT_EQ(aside->within(1ms, hang), std::nullopt);
    aside.reset();
    awakened.set_value();
    ended.get_future().wait();
}

}  // namespace
}  // namespace repartee::devices::portaudio
