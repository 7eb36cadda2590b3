#include "engines/wav/sliced_stream.h"

#include "base/error.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace repartee::engines::wav {
namespace {

// Bytes decoded at once: half a second of 16-bit speech, far below a millisecond of work.
constexpr std::size_t slice_bytes = 16 * 1024;

}  // namespace

SlicedStream::SlicedStream(std::chrono::milliseconds longest)
    : longest_(static_cast<std::size_t>(longest.count()) * audio::speech_rate / 1000) {}

void SlicedStream::push(std::span<const std::byte> bytes) {
    if (!bytes.empty() && !over_) {
        waiting_.emplace_back(bytes.begin(), bytes.end());
        news_.ring();
    }
}

void SlicedStream::finish() {
    finished_ = true;
    news_.ring();
}

awaitable<std::optional<audio::Pcm>> SlicedStream::next() {
    while (!over_) {
        if (!has_news()) {
            co_await news_.wait();
        } else {
            // Between two slices others on the loop get their turn.
            co_await asio::post(co_await asio::this_coro::executor, use_awaitable);
        }
        std::optional<audio::Pcm> pcm(std::in_place);
        decode_slice(pcm->samples);
        if (!pcm->samples.empty()) {
            co_return pcm;
        }
    }
    co_return std::nullopt;
}

void SlicedStream::decode_slice(std::vector<audio::Sample>& samples) {
    // A stream that fails is over: whoever asks again gets nothing.
    over_ = true;
    if (!waiting_.empty()) {
        const auto rest = std::span(waiting_.front()).subspan(read_);
        const auto slice = rest.first(std::min(rest.size(), slice_bytes));
        decode(slice, samples);
        read_ += slice.size();
        if (slice.size() == rest.size()) {
            waiting_.pop_front();
            read_ = 0;
        }
        over_ = false;
    } else if (finished_) {
        decode_end(samples);
    } else {
        over_ = false;
    }
    given_ += samples.size();
    if (given_ > longest_) {
        over_ = true;
        throw Failure(ErrorKind::TooLarge, "this recording is longer than " +
                                               std::to_string(longest_ / audio::speech_rate) + " seconds");
    }
}

}  // namespace repartee::engines::wav
