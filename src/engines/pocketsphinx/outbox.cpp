#include "engines/pocketsphinx/outbox.h"

#include <utility>

namespace repartee::engines::pocketsphinx {

void Outbox::partial(Transcript transcript) {
    std::lock_guard lock(mutex_);
    if (!stream_ || closed_ || std::exchange(partial_unread_, true)) {
        return;
    }
    stream_->push(std::move(transcript));
}

void Outbox::final(Transcript transcript) {
    std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) {
        return;
    }
    final_ = std::move(transcript);
    if (stream_) {
        deliver();
    }
}

void Outbox::fail(Error error) {
    std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) {
        return;
    }
    failure_ = std::move(error);
    if (stream_) {
        deliver();
    }
}

void Outbox::deliver() {
    if (final_) {
        stream_->push(*std::exchange(final_, std::nullopt));
        stream_->finish();
    } else if (failure_) {
        stream_->fail(std::make_exception_ptr(Failure(*std::exchange(failure_, std::nullopt))));
    }
}

awaitable<std::optional<Transcript>> Outbox::next() {
    auto executor = co_await asio::this_coro::executor;
    {
        std::lock_guard lock(mutex_);
        if (!stream_) {
            stream_ = std::make_shared<Stream>(executor, capacity);
            deliver();
        }
    }
    auto transcript = co_await stream_->next();
    if (transcript && !transcript->is_final) {
        std::lock_guard lock(mutex_);
        partial_unread_ = false;
    }
    co_return transcript;
}

void Outbox::abandon() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    if (stream_) {
        stream_->abandon();
    }
}

}  // namespace repartee::engines::pocketsphinx
