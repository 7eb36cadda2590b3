// Sound as it comes over the stream, in pieces of any size, until it is something that was said.
//
// What it is shows in the first bytes. A file (WAV, WebM ...) is one utterance, which ends with the client's
// `final`, with the file where that says how long it is, and else when nothing more has come for a moment.
// Samples without a head are one utterance up to `final` where the client begins by saying that it is not yet
// that; else a microphone that is on, in which utterances are found by their pauses.
//
// Everything on one strand.
#pragma once

#include "base/bell.h"
#include "hearing/listener.h"
#include "hearing/recording.h"
#include "surfaces/voice_ai/sound_budget.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace repartee::surfaces::voice_ai {

// A whole recording, to be understood ...
struct RecordingEnded {
    std::unique_ptr<hearing::Recording> recording;
    TimePoint at;
    SoundShare share;  // as long as it waits, and until it is understood
};
// ... or an utterance that has been, or the reason why not ...
struct UtteranceHeard {
    Result<Transcript> heard;
    Timeline timeline;
};
// ... or nothing, although the client said that it was all ...
struct NothingCame {};
// ... or more than is taken: the rest of it is passed over.
struct TooMuchSound {
    enum class Of {
        Utterance,  // it is too long
        Socket,     // so much waits to be understood
        Everybody,  // likewise, of all who have no account
    };
    Of of = Of::Utterance;
};
using SoundEvent = std::variant<RecordingEnded, UtteranceHeard, NothingCame, TooMuchSound>;

class SoundIntake {
public:
    struct Options {
        Language language = {};
        std::size_t most_bytes = 25'000'000;  // of a recording; a microphone may be so far ahead of time
        std::size_t most_waiting_bytes = 50'000'000;  // of all recordings of this socket
        SoundBudget* everybodys = nullptr;            // who has no account has a part of it
        std::function<bool()> has_room = {};          // for one who begins to speak; empty: always
    };

    // Both are called inside `push` and `watch`; they do not wait. `began`: somebody begins to speak.
    using Tell = std::function<void(SoundEvent)>;
    SoundIntake(const Executor& executor, const hearing::Ears& ears, Options options, Tell tell,
                std::function<void()> began);

    void push(std::string_view bytes, std::optional<bool> is_final);

    // Notices what ends because nothing more comes. Runs until cancelled.
    awaitable<void> watch();

    // Nothing more for so long is the end, unless the client has said that there is more to come: then it is
    // only taken to have forgotten.
    static constexpr std::chrono::milliseconds patience{1000};
    static constexpr std::chrono::milliseconds long_patience{30'000};

private:
    enum class State { Waiting, Recording, Listening, PassingOver };

    void begin();
    void add_to_recording(std::string_view bytes);
    void add_to_listener(std::string_view bytes);
    bool hold(std::size_t bytes);
    void pass_over(TooMuchSound::Of of);
    enum class Asked { Yes, No };  // by the client
    void end(Asked asked);
    void end_recording();
    void end_listening(Asked asked);
    void hear(hearing::Hearing heard);
    bool is_complete() const;
    void expect_more(std::optional<bool> is_final);

    Executor executor_;
    const hearing::Ears& ears_;
    Options options_;
    SoundBudget waiting_;
    Tell tell_;
    std::function<void()> began_;

    State state_ = State::Waiting;
    std::string head_;                // the first bytes
    bool says_when_it_ends_ = false;  // the client, of this utterance
    SoundShare share_;                // of this utterance
    std::unique_ptr<hearing::Recording> recording_;
    std::unique_ptr<hearing::Listener> listener_;
    std::optional<char> half_;    // of a sample
    bool voice_ = false;          // has been heard, and is not understood yet
    bool told_ = false;           // something that was said, since the microphone was switched on
    bool answer_is_due_ = false;  // the client said that it was all, and waits for it to be understood
    TimePoint first_at_{};        // when the first sound of it came
    Duration received_{};         // of sound by the listener, since then
    std::optional<TimePoint> quiet_at_;
    Bell something_;
};

}  // namespace repartee::surfaces::voice_ai
