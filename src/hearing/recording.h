// One push-to-talk utterance: bytes of a recording in, one transcript out.
//
//     Recording recording(executor, ears, {.language = "en"});
//     recording.push(bytes);  ...
//     auto heard = co_await recording.finish();
//
// The container is told from the first bytes. Decoding and recognition run while the bytes still
// arrive, so that little is left to do when the speaker lets go of the button. Everything on one
// strand. Destroying it means that nobody wants it any more: decoder and recogniser are given back.
#pragma once

#include "base/task.h"
#include "hearing/ears.h"
#include "hearing/speech_gate.h"
#include "vocabulary/transcript.h"

#include <memory>
#include <string>

namespace repartee::hearing {

struct RecordingOptions {
    Language language = {};  // empty: the recogniser decides
    engines::Urgency urgency = engines::Urgency::Live;
};

struct Heard {
    Transcript transcript;                      // final; empty text: nobody spoke
    std::chrono::milliseconds audio_length{0};  // of the recording
    std::chrono::milliseconds voiced{0};        // how much of it was speech
    TimePoint final_at{};
};

class Recording {
public:
    Recording(const Executor& executor, const Ears& ears, RecordingOptions options);

    // Never blocks. What is wrong with the bytes is said by `finish`.
    void push(std::span<const std::byte> bytes);
    std::size_t bytes() const { return bytes_; }

    // No more bytes. Throws Failure: Malformed or Unsupported for the recording itself, and whatever
    // the recogniser throws.
    awaitable<Heard> finish();

private:
    // What the running coroutines touch, owned by them and by the recording: either may end first.
    struct Work {
        explicit Work(std::unique_ptr<engines::DetectorStream> detector) : gate(std::move(detector)) {}
        std::unique_ptr<engines::DecoderStream> decoder;
        std::unique_ptr<engines::RecogniserStream> recogniser;
        SpeechGate gate;
        Transcript transcript;
    };

    void open();
    static awaitable<void> run(std::shared_ptr<Work> work);
    static awaitable<void> decode(Work& work);
    static awaitable<void> recognise(Work& work);

    Executor executor_;
    const Ears& ears_;
    RecordingOptions options_;
    std::size_t bytes_ = 0;
    std::vector<std::byte> head_;  // until there is enough to tell the container
    std::optional<Error> fault_;   // no decoder for it
    std::shared_ptr<Work> work_;
    Task running_;
};

}  // namespace repartee::hearing
