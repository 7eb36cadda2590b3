#include "devices/portaudio/capture_queue.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace repartee::devices::portaudio {

namespace {

std::chrono::milliseconds length_of(const std::vector<audio::Sample>& samples) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        audio::duration_of(samples.size(), audio::speech_rate));
}

}  // namespace

void CaptureQueue::push(Captured captured) {
    std::unique_lock lock(mutex_);
    if (auto* sound = std::get_if<Sound>(&captured)) {
        samples_ += sound->samples.size();
        // What comes next says how much is missing before it.
        while (samples_ > most_samples) {
            auto oldest = std::ranges::find_if(
                waiting_, [](const Captured& one) { return std::holds_alternative<Sound>(one); });
            if (oldest == waiting_.end()) {
                break;
            }
            auto forgotten = std::move(std::get<Sound>(*oldest));
            oldest = waiting_.erase(oldest);
            samples_ -= forgotten.samples.size();
            auto next = std::find_if(oldest, waiting_.end(),
                                     [](const Captured& one) { return std::holds_alternative<Sound>(one); });
            auto& heir = next == waiting_.end() ? *sound : std::get<Sound>(*next);
            heir.lost += forgotten.lost + length_of(forgotten.samples);
            heir.overruns += forgotten.overruns + 1;
        }
    } else {
        // A device that comes and goes while nobody looks: the latest is what counts.
        std::erase_if(waiting_, [](const Captured& one) { return !std::holds_alternative<Sound>(one); });
    }
    waiting_.push_back(std::move(captured));
    bool needed = std::exchange(somebody_waits_, false);
    lock.unlock();
    if (needed) {
        asio::post(wake_.get_executor(), [self = shared_from_this()] { self->wake_.cancel(); });
    }
}

awaitable<Captured> CaptureQueue::next() {
    for (;;) {
        {
            std::lock_guard lock(mutex_);
            if (!waiting_.empty()) {
                Captured captured = std::move(waiting_.front());
                waiting_.pop_front();
                if (auto* sound = std::get_if<Sound>(&captured)) {
                    samples_ -= sound->samples.size();
                }
                co_return captured;
            }
            somebody_waits_ = true;
            wake_.expires_at(Timer::time_point::max());
        }
        co_await wake_.async_wait(asio::as_tuple(use_awaitable));
        auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
}

}  // namespace repartee::devices::portaudio
