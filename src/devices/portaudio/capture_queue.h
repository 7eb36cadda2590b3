// Sound on its way from the thread that captures to the coroutine that listens. What is not fetched in time
// is lost, the oldest first: whoever listens to a room hears what is said now.
#pragma once

#include "base/async.h"
#include "devices/microphone.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

namespace repartee::devices::portaudio {

// Owned by both sides; either may end first.
class CaptureQueue : public std::enable_shared_from_this<CaptureQueue> {
public:
    explicit CaptureQueue(const Executor& executor) : wake_(executor, Timer::time_point::max()) {}

    static constexpr std::size_t most_samples = 5 * audio::speech_rate;

    // --- the capturing thread; never waits ---

    void push(Captured captured);
    // Nobody listens any more.
    bool abandoned() const { return abandoned_.load(); }

    // --- the listening coroutine ---

    awaitable<Captured> next();
    void abandon() { abandoned_ = true; }

private:
    std::mutex mutex_;
    std::deque<Captured> waiting_;
    std::size_t samples_ = 0;  // waiting
    bool somebody_waits_ = false;
    std::atomic<bool> abandoned_{false};
    Timer wake_;
};

}  // namespace repartee::devices::portaudio
