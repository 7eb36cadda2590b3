#include "devices/portaudio/capture_queue.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <thread>

namespace repartee::devices::portaudio {

namespace {

Sound second_of(audio::Sample value) {
    return {.samples = std::vector<audio::Sample>(audio::speech_rate, value)};
}

awaitable<void> collect(CaptureQueue& queue, std::vector<Captured>& all, std::size_t count) {
    while (all.size() < count) {
        auto captured = co_await queue.next();
        all.push_back(std::move(captured));
    }
}

std::vector<Captured> take(asio::io_context& context, CaptureQueue& queue, std::size_t count) {
    std::vector<Captured> all;
    asio::co_spawn(context, collect(queue, all, count), asio::detached);
    context.restart();
    context.run();
    return all;
}

TEST(CaptureQueue, ForgetsTheOldestSoundAndSaysHowMuch) {
    asio::io_context context;
    auto queue = std::make_shared<CaptureQueue>(context.get_executor());
    queue->push(Opened{"mic"});
    for (audio::Sample second = 0; second < 9; ++second) {
        queue->push(second_of(second));
    }
    auto all = take(context, *queue, 6);
    ASSERT_EQ(all.size(), 6u);
    EXPECT_EQ(std::get<Opened>(all[0]).name, "mic");
    const auto& first = std::get<Sound>(all[1]);
    EXPECT_EQ(first.samples.front(), 4);
    EXPECT_EQ(first.lost, std::chrono::seconds(4));
    EXPECT_EQ(first.overruns, 4);
    for (std::size_t i = 2; i < 6; ++i) {
        EXPECT_EQ(std::get<Sound>(all[i]).samples.front(), static_cast<audio::Sample>(3 + i));
        EXPECT_EQ(std::get<Sound>(all[i]).lost.count(), 0);
    }
}

TEST(CaptureQueue, KeepsTheLatestNewsOfTheDeviceOnly) {
    asio::io_context context;
    auto queue = std::make_shared<CaptureQueue>(context.get_executor());
    for (int i = 0; i < 1000; ++i) {
        queue->push(Opened{"mic"});
        queue->push(Gone{{ErrorKind::Unavailable, "gone", {}}});
    }
    queue->push(second_of(1));
    auto all = take(context, *queue, 2);
    EXPECT_TRUE(std::holds_alternative<Gone>(all[0]));
    EXPECT_TRUE(std::holds_alternative<Sound>(all[1]));
}

TEST(CaptureQueue, WakesWhoWaits) {
    asio::io_context context;
    auto queue = std::make_shared<CaptureQueue>(context.get_executor());
    std::thread other([&] {
        for (audio::Sample second = 0; second < 3; ++second) {
            queue->push(second_of(second));
        }
    });
    auto all = take(context, *queue, 3);
    other.join();
    EXPECT_EQ(std::get<Sound>(all[2]).samples.front(), 2);
}

}  // namespace
}  // namespace repartee::devices::portaudio
