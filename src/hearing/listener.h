// A microphone that is never switched off: sound in, as it comes; what is heard out, as it is heard.
//
//     Listener listener(executor, ears, options, [&](Hearing heard) { ... });
//     listener.push(samples);  ...
//
// The recogniser runs while somebody speaks, from a little before the first sound, so that a final text
// comes soon after the last. Several utterances may be on their way at once; their finals come in order.
// Everything on one strand. Destroying it means that nobody listens any more.
#pragma once

#include "base/task.h"
#include "hearing/ears.h"
#include "hearing/own_voice.h"
#include "hearing/pre_roll.h"
#include "hearing/speech_bounds.h"
#include "hearing/speech_gate.h"
#include "hearing/speech_likeness.h"
#include "vocabulary/timeline.h"
#include "vocabulary/transcript.h"

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace repartee::hearing {

struct ListenerOptions {
    Language language = {};      // empty: the recogniser decides
    Language translate_to = {};  // empty: the text is as it was spoken
    BoundsSettings bounds = {};
    // The probability from which on sound is speech, for detectors that know one; nothing: their own.
    std::optional<float> threshold = {};
    // Sound from before the first voice that the recogniser gets: first syllables are quiet.
    std::chrono::milliseconds pre_roll{300};
    // What does not sound like anybody speaking is a noise, whatever the detector and the recogniser take it
    // for; see speech_likeness.h.
    bool only_what_sounds_like_speech = false;
    // Whether anybody reads what it looks like while it is spoken, asked when an utterance begins; empty:
    // yes.
    std::function<bool()> wants_partials = {};
    // Finals on their way. Somebody who says more than that before the first is understood is not heard.
    std::size_t most_waiting = 4;
};

// Somebody begins to speak, for the first time or after a pause ...
struct SpeechBegan {};
// ... still does (told with every frame of voice) ...
struct SpeechGoesOn {};
// ... and does not for the moment.
struct SpeechPaused {};
// What it looks like so far.
struct HeardPartly {
    std::string text;
};
// What was said, or why it was not understood. An empty text: a noise.
struct HeardAll {
    Result<Transcript> heard;
    Timeline timeline;
    // In the sound that was pushed, from its first sample: the first that the recogniser got, and the end of
    // the voice. An utterance that begins before the one before it ends hears some of it again; see seam.h.
    std::chrono::milliseconds start{0};
    std::chrono::milliseconds end{0};
    // There were too many at once: nobody listened to this one.
    bool left_out = false;
    // What the recogniser got, where it is kept (see keep_sound).
    std::vector<audio::Sample> sound = {};
};
using Hearing = std::variant<SpeechBegan, SpeechGoesOn, SpeechPaused, HeardPartly, HeardAll>;

class Listener {
public:
    // What is referred to outlives it. `tell` is called for each thing heard, inside `push` or between; it
    // does not wait, and does not destroy the listener.
    using Tell = std::function<void(Hearing)>;
    Listener(const Executor& executor, const Ears& ears, ListenerOptions options, Tell tell);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // 16 kHz mono, any length. Never blocks.
    void push(std::span<const audio::Sample> samples);

    // Whether utterances that begin from now on come with their sound: as long as one is at most, for each
    // that is on its way.
    void keep_sound(bool keep) { keeps_sound_ = keep; }

    // What we say ourselves, so that it is not taken for somebody.
    OwnVoice& own_voice() { return own_voice_; }

private:
    static constexpr std::size_t frame_samples = audio::speech_rate / 50;
    static constexpr std::chrono::milliseconds frame_length{20};

    // What a running recognition and we both touch: either may end first.
    struct Utterance;
    struct Following {
        std::shared_ptr<Utterance> utterance;
        Task task;  // cancelled with this
    };
    // What running recognitions report to; theirs and ours.
    struct Notes;

    void hear(std::span<const audio::Sample> frame);
    void begin();
    void end();
    static awaitable<void> follow(std::shared_ptr<Utterance> utterance, std::shared_ptr<Notes> notes);

    Executor executor_;
    const Ears& ears_;
    ListenerOptions options_;
    std::unique_ptr<engines::DetectorStream> detector_;
    SpeechBounds bounds_;
    OwnVoice own_voice_;
    std::chrono::milliseconds since_own_voice_{0};  // as long as that matters
    std::chrono::milliseconds position_{0};         // of the end of the frame that is heard, in all sound
    std::chrono::milliseconds previous_end_{0};  // of the last utterance's voice; sound before it was heard
    std::vector<audio::Sample> partial_;         // a frame that is not full yet
    PreRoll before_;
    bool keeps_sound_ = false;
    std::optional<Following> open_;  // being spoken, or nothing
    std::list<Following> ended_;     // and not yet understood
    std::shared_ptr<Notes> notes_;
};

}  // namespace repartee::hearing
