// Audio files to sound. One stream is one recording, decoded while it arrives.
//
//     auto decoding = decoder.start({});
//     decoding->push(bytes);  ...  decoding->finish();
//     while (auto pcm = co_await decoding->next()) { ... }   // destroying it means: stop now
#pragma once

#include "audio/pcm.h"
#include "engines/engine.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace repartee::engines {

// All calls on the strand that called `start`.
class DecoderStream {
public:
    virtual ~DecoderStream() = default;

    // Bytes of the file in order, any chunking. Copies what it keeps; never blocks.
    virtual void push(std::span<const std::byte> bytes) = 0;
    virtual void finish() = 0;

    // Mono sound at 16 kHz as soon as it can be had; nothing after `finish` and the last sample.
    // Throws Failure: Malformed for bytes that are not what they claim, Unsupported for a codec
    // nobody here knows, TooLarge past the longest recording taken.
    virtual awaitable<std::optional<audio::Pcm>> next() = 0;
};

struct DecodingRequest {
    // Of sound; nothing: as the engine's settings say.
    std::optional<std::chrono::milliseconds> longest = {};
};

class Decoder : public Engine {
public:
    // Whether the first bytes of a file (12 at least) look like this decoder's work.
    virtual bool recognises(std::span<const std::byte> head) const = 0;
    virtual std::unique_ptr<DecoderStream> start(const DecodingRequest& request) = 0;
};

}  // namespace repartee::engines
