// Who says what: speakers are told apart by their voices, while they speak or in a recording.
//
// Live (RoomListener does this):                     In a recording (`repartee transcribe`):
//
//     auto parts = co_await voices_in(...);              FileSpeakers speakers(embedder);
//     changes = speakers.place(ids, parts);              co_await speakers.add(start, sound, transcript); ...
//                                                        passages = speakers.passages();
//
// A line in which one person follows another without a pause is cut between two words, where the recogniser
// knows their times. The rules of who is who are in speaker_clusters.h.
#pragma once

#include "engines/speaker_embedder.h"
#include "hearing/transcript_file.h"
#include "vocabulary/speaker.h"
#include "vocabulary/transcript.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace repartee::hearing {

// What one person says of a line.
struct VoicedPart {
    Transcript transcript;               // words count from `start`
    std::chrono::milliseconds start{0};  // within the line's sound
    std::chrono::milliseconds end{0};
    engines::Voiceprint print;
};

// The line's parts in order, at least one; more where the speaker changes between two words. `sound` (16 kHz
// mono) outlives the wait. Where the embedder fails there is one part without a print: captions come without
// labels, then. Cancelling throws. Any strand.
awaitable<std::vector<VoicedPart>> voices_in(engines::SpeakerEmbedder& embedder,
                                             std::span<const audio::Sample> sound, Transcript transcript);

// The speakers of one recording. On one strand.
class FileSpeakers {
public:
    // The embedder outlives it.
    explicit FileSpeakers(engines::SpeakerEmbedder& embedder) : embedder_(embedder) {}

    // A passage that was understood, and its sound, of which nothing is kept. Several at once, in any order.
    // Never throws but for cancelling: what the embedder cannot do leaves the passage without a label.
    awaitable<void> add(std::chrono::milliseconds start, std::vector<audio::Sample> sound,
                        Transcript transcript);

    // All that was added, in order of time, with who said it; passages of two persons are cut in two. Numbers
    // are in order of appearance. Once, at the end.
    std::vector<TranscribedPassage> passages();

private:
    struct Part {
        TranscribedPassage passage;
        engines::Voiceprint print;
    };
    engines::SpeakerEmbedder& embedder_;
    std::vector<Part> parts_;
};

}  // namespace repartee::hearing
