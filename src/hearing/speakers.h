// Who says what: speakers are told apart by their voices, while they speak or in a recording.
//
// Live, which RoomListener does:                          In a recording:
//
//     auto parts = co_await voices_in(embedder, ...);         FileSpeakers speakers(embedder);
//     auto placing = speakers.place(parts, next_id);          co_await speakers.add(start, sound,
//     transcript); ...
//                                                             auto passages = speakers.passages();
//
// A line in which one person follows another without a pause is cut between two words, where the recogniser
// knows their times (speaker_turns.h). The rules of who is who are in speaker_clusters.h.
#pragma once

#include "engines/speaker_embedder.h"
#include "hearing/speaker_clusters.h"
#include "hearing/transcript_file.h"
#include "vocabulary/speaker.h"
#include "vocabulary/transcript.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace repartee::hearing {

// What one person says of a line.
struct VoicedPart {
    Transcript transcript;               // words count from `start`
    std::chrono::milliseconds start{0};  // within the line's sound
    std::chrono::milliseconds end{0};
    engines::Voiceprint print = {};
};

// The line's parts in order, at least one; more where the speaker seems to change between two words. `sound`
// (16 kHz mono) outlives the wait. Where the embedder fails there is one part without a print: then it has no
// label. Cancelling throws. Any strand.
awaitable<std::vector<VoicedPart>> voices_in(engines::SpeakerEmbedder& embedder,
                                             std::span<const audio::Sample> sound, Transcript transcript);

// The speakers of a room in which any number of listeners may listen. On one strand. Keeps vectors of the
// latest lines and one of each speaker, in memory and nowhere else; no sound.
class RoomSpeakers {
public:
    // The embedder outlives it.
    explicit RoomSpeakers(engines::SpeakerEmbedder& embedder);

    engines::SpeakerEmbedder& embedder() const { return embedder_; }

    struct Placed {
        std::uint64_t id = 0;
        VoicedPart part;
        std::optional<Speaker> speaker = {};
    };
    struct Placing {
        std::vector<Placed> parts;           // neighbours of one speaker are one again
        std::vector<SpeakerChange> changes;  // of what was placed before
    };
    // The next line. `next_id` names its parts; names go up.
    Placing place(std::vector<VoicedPart> parts, const std::function<std::uint64_t()>& next_id);

private:
    void begin_anew();
    std::optional<Speaker> numbered(std::optional<Speaker> speaker) const;

    engines::SpeakerEmbedder& embedder_;
    std::string identity_;
    SpeakerClusters clusters_;
    int numbers_before_ = 0;  // given away before another embedder took over
    int highest_number_ = 0;
};

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
        std::size_t passage = 0;  // of those that were added, to which it belongs
        std::chrono::milliseconds start{0};
        VoicedPart voiced;
    };
    engines::SpeakerEmbedder& embedder_;
    std::size_t passages_ = 0;
    std::vector<Part> parts_;
};

}  // namespace repartee::hearing
