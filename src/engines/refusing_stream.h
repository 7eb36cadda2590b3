// For those whom there is no use in asking an engine for: a stream that says so, once, and is over.
#pragma once

#include "base/error.h"
#include "engines/recogniser.h"
#include "engines/synthesiser.h"

#include <utility>

namespace repartee::engines {

// What `next` of either stream does.
template <class Output>
class RefusalOnce {
public:
    explicit RefusalOnce(Error why) : why_(std::move(why)) {}

    std::optional<Output> tell() {
        if (std::exchange(told_, true)) {
            return std::nullopt;
        }
        throw Failure(why_);
    }

private:
    const Error why_;
    bool told_ = false;
};

class RefusingRecogniserStream final : public RecogniserStream {
public:
    explicit RefusingRecogniserStream(Error why) : refusal_(std::move(why)) {}
    void push(std::span<const audio::Sample>) override {}
    void finish() override {}
    awaitable<std::optional<Transcript>> next() override { co_return refusal_.tell(); }

private:
    RefusalOnce<Transcript> refusal_;
};

class RefusingSpeechStream final : public SpeechStream {
public:
    explicit RefusingSpeechStream(Error why) : refusal_(std::move(why)) {}
    void say(std::string) override {}
    void finish() override {}
    awaitable<std::optional<SpeechChunk>> next() override { co_return refusal_.tell(); }

private:
    RefusalOnce<SpeechChunk> refusal_;
};

}  // namespace repartee::engines
