// What is said in a room, line by line, from a microphone that is never switched off.
//
//     RoomListener room(executor, ears, options, [&](RoomNews news) { ... });
//     room.push(samples);  ...
//
// Hears everybody, talks to nobody: utterances end by a silence that people make between two sentences, long
// speeches are cut where it does no harm, noises are left out, and a recogniser that cannot keep up is told
// of rather than waited for. On one strand.
#pragma once

#include "hearing/fixed_threshold.h"
#include "hearing/listener.h"
#include "hearing/speakers.h"

#include <cstdint>
#include <optional>

namespace repartee::hearing {

struct RoomOptions {
    Language language = {};      // empty: the recogniser decides
    Language translate_to = {};  // empty: lines are as they were spoken
    std::chrono::milliseconds end_silence{800};
    std::chrono::milliseconds least_voice{300};  // less is a noise
    std::chrono::milliseconds longest{30'000};
    std::chrono::milliseconds pre_roll{300};
    // The level (root mean square, 0 to 1) from which on sound is speech; nothing: as the detector says,
    // which knows the room's noise.
    std::optional<double> threshold = {};
    // A line that comes later than this after its words were said is of no use any more.
    std::chrono::milliseconds stale{20'000};
    // Lines of which the recogniser says that it is less sure than this, 0 to 1, are noises. Recognisers
    // invent words for what people say far away, and a calibrated one knows that.
    float least_confidence = 0;
    // Names the next line, with a number that is higher than all before; nothing: they are counted from 1.
    std::function<std::uint64_t()> next_id = {};
    // Utterances that have ended and are not understood yet; one more is lost.
    std::size_t most_waiting = 4;
};

// Something was said and understood.
struct RoomLine {
    std::uint64_t id = 0;   // names it in a revision
    Transcript transcript;  // never empty
    WallTime begin;         // of the sound that word times count from
    WallTime end;           // of the voice
    Duration lag{0};        // from the end of the voice to now
    // Who says it, where speakers are told apart and there was voice enough.
    std::optional<Speaker> speaker = {};
};
// Who said some lines before is known better now.
struct RoomRevision {
    std::vector<SpeakerChange> changes;  // never empty
};
// What somebody who speaks now seems to say; an empty text: it came to nothing.
struct RoomPart {
    std::string text;
};
// Something was said, and is lost: the recogniser failed, or cannot keep up.
struct RoomLoss {
    Error error;
};
using RoomNews = std::variant<RoomLine, RoomPart, RoomLoss, RoomRevision>;

class RoomListener {
public:
    // What is referred to outlives it. `tell` does not wait, and does not destroy the listener.
    using Tell = std::function<void(RoomNews)>;
    RoomListener(const Executor& executor, const Ears& ears, const RoomOptions& options, Tell tell);
    RoomListener(const RoomListener&) = delete;
    RoomListener& operator=(const RoomListener&) = delete;
    ~RoomListener();

    // 16 kHz mono, any length. Never blocks.
    void push(std::span<const audio::Sample> samples) { listener_.push(samples); }

    // No sound comes for a while: what was being said ends here.
    void break_off();

    // Who says each line that begins from now on; several listeners may share the speakers. Lines come a
    // little later, for a worker thread looks at their sound; one that takes too long, or comes while too
    // many wait, has no label. Null: not any more.
    void tell_apart(std::shared_ptr<RoomSpeakers> speakers);

private:
    void note(Hearing heard);
    void note_all(HeardAll all);

    // What waits for its label, and what is told behind that. Either the listener or the coroutine may end
    // first.
    struct Telling;

    static awaitable<void> tell_labelled(std::shared_ptr<Telling> telling);
    void tell_in_order(RoomNews news, TimePoint speech_end = {}, std::vector<audio::Sample> sound = {});

    const Executor executor_;
    const RoomOptions options_;
    std::optional<FixedThreshold> fixed_;
    const Ears ears_;
    const std::shared_ptr<Telling> telling_;
    Task telling_task_;
    // The line before, for as long as the next may begin within it.
    Transcript previous_;
    std::chrono::milliseconds previous_end_{0};
    bool partly_told_ = false;  // and not yet how it ended
    Listener listener_;         // last: it tells the others
};

}  // namespace repartee::hearing
