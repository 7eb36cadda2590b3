// What a decoding thread has to say to the coroutine that listens, which may not be there yet.
//
// The thread never waits: a partial that comes while an earlier one is unread, or before
// anybody listens, is dropped, for a newer one follows in a moment; the final always has room.
#pragma once

#include "base/error.h"
#include "base/worker_stream.h"
#include "vocabulary/transcript.h"

#include <memory>
#include <mutex>
#include <optional>

namespace repartee::engines::pocketsphinx {

class Outbox {
public:
    // --- any thread ---

    void partial(Transcript transcript);
    // Either of these once; whatever comes later is ignored.
    void final(Transcript transcript);
    void fail(Error error);

    // --- the listener's strand ---

    // The next transcript; nothing after the final. Throws the failure.
    awaitable<std::optional<Transcript>> next();
    // Nobody will call `next` again.
    void abandon();

private:
    using Stream = WorkerStream<Transcript>;

    // One partial and the final.
    static constexpr std::size_t capacity = 2;

    // With the lock held and a stream to put it in.
    void deliver();

    std::mutex mutex_;
    bool partial_unread_ = false;
    bool closed_ = false;
    std::optional<Transcript> final_;  // until there is a stream to put it in
    std::optional<Error> failure_;
    std::shared_ptr<Stream> stream_;  // made by the first `next`, which knows the strand
};

}  // namespace repartee::engines::pocketsphinx
