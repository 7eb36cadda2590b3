// What the decoders of this folder share: bytes wait here until `next` decodes them, a slice at a
// time, so that a large file neither holds up the strand nor becomes one large piece of sound.
#pragma once

#include "base/bell.h"
#include "engines/decoder.h"

#include <chrono>
#include <deque>
#include <vector>

namespace repartee::engines::wav {

class SlicedStream : public DecoderStream {
public:
    // Sound past `longest` ends the stream with TooLarge.
    explicit SlicedStream(std::chrono::milliseconds longest);

    void push(std::span<const std::byte> bytes) final;
    void finish() final;
    awaitable<std::optional<audio::Pcm>> next() final;

protected:
    // Appends what the next bytes of the file sound like, at speech_rate. Throws Failure.
    virtual void decode(std::span<const std::byte> bytes, std::vector<audio::Sample>& samples) = 0;
    // The same for what can only be known now that no bytes will follow.
    virtual void decode_end(std::vector<audio::Sample>& samples) = 0;

private:
    bool has_news() const { return !waiting_.empty() || finished_; }
    void decode_slice(std::vector<audio::Sample>& samples);

    const std::size_t longest_;                   // samples
    std::deque<std::vector<std::byte>> waiting_;  // as large as what was pushed: its sender has a limit
    std::size_t read_ = 0;                        // bytes of the first of them
    std::size_t given_ = 0;                       // samples
    bool finished_ = false;                       // by the sender
    bool over_ = false;                           // decoded to the end, or failed
    Bell news_;
};

}  // namespace repartee::engines::wav
