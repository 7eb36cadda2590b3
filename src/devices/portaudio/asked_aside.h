// Asks what may never answer, on a thread of its own that can be left behind.
//
// A sound system may hang for ever inside a call that cannot be interrupted; whoever asks must not hang with
// it, nor keep the program from ending.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace repartee::devices::portaudio {

// Any thread.
class AskedAside {
public:
    // What `ask()` answers or throws, or nothing when that takes longer than `limit`: then its thread is left
    // to itself, so `ask` has to own all it touches. One at a time: while one is left behind, or another
    // caller's is under way, the next waits for it within its own limit and then is not asked at all, so that
    // a system which hangs costs one thread and not one each time. Blocks.
    template <class Ask>
    std::optional<std::invoke_result_t<Ask>> within(std::chrono::milliseconds limit, Ask ask) {
        const auto end = std::chrono::steady_clock::now() + limit;
        {
            std::unique_lock lock(place_->mutex);
            if (!place_->changed.wait_until(lock, end, [&] { return !place_->is_taken; })) {
                return std::nullopt;
            }
            place_->is_taken = true;
        }
        // Two owners: whoever asks, and the thread, which may stay longer.
        auto answer = std::make_shared<Answer<std::invoke_result_t<Ask>>>();
        auto work = [place = place_, answer, ask = std::move(ask)]() mutable {
            try {
                auto value = ask();
                std::lock_guard lock(place->mutex);
                answer->value = std::move(value);
            } catch (...) {
                std::lock_guard lock(place->mutex);
                answer->thrown = std::current_exception();
            }
            std::lock_guard lock(place->mutex);
            answer->has_come = true;
            place->is_taken = false;
            place->changed.notify_all();
        };
        try {
            std::thread(std::move(work)).detach();
        } catch (...) {
            std::lock_guard lock(place_->mutex);
            place_->is_taken = false;
            throw;
        }
        std::unique_lock lock(place_->mutex);
        if (!place_->changed.wait_until(lock, end, [&] { return answer->has_come; })) {
            return std::nullopt;
        }
        if (answer->thrown) {
            std::rethrow_exception(answer->thrown);
        }
        return std::move(answer->value);
    }

private:
    struct Place {
        std::mutex mutex;
        std::condition_variable changed;
        bool is_taken = false;
    };
    // Under the place's mutex.
    template <class T>
    struct Answer {
        std::optional<T> value;
        std::exception_ptr thrown;
        bool has_come = false;
    };

    const std::shared_ptr<Place> place_ = std::make_shared<Place>();
};

}  // namespace repartee::devices::portaudio
