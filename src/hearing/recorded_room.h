// A recording, heard as a room is: by the same listener, so that the same sound gives the same lines, but
// faster than it was spoken, and several utterances at once.
//
//     RecordedRoom room(executor, ears, options, places, [&](Result<RecordedLine> line) { ... });
//     while (auto pcm = co_await decoding->next()) {
//         co_await room.push(pcm->samples);
//     }
//     co_await room.finish();
//     co_await room.close();   // always, also behind a failure
//
// What a room cannot do and a file can: it is held back while more has been said than can be understood, so
// nothing is left out and nothing comes too late; and a detector that computes elsewhere is waited for.
#pragma once

#include "hearing/places.h"
#include "hearing/room_listener.h"

#include <memory>
#include <optional>
#include <vector>

namespace repartee::hearing {

struct RecordedLine {
    std::chrono::milliseconds start{0};  // in the recording: of the sound that word times count from
    std::chrono::milliseconds end{0};    // of the voice
    Transcript transcript;               // never empty
    std::vector<audio::Sample> sound;    // where it is kept: from `start`, to a little behind `end`
};

// On one strand. What is referred to outlives it.
class RecordedRoom {
public:
    // A line, in the order in which they were said, or why one is missing. `tell` does not wait, and destroys
    // nothing.
    using Tell = std::function<void(Result<RecordedLine>)>;
    RecordedRoom(const Executor& executor, const Ears& ears, RoomOptions options, Places& places, Tell tell);
    ~RecordedRoom();
    RecordedRoom(const RecordedRoom&) = delete;
    RecordedRoom& operator=(const RecordedRoom&) = delete;

    // Before the first `push`: lines have their sound with them.
    void keep_sound();
    // 16 kHz mono, any length. Waits for the detector, and while as many utterances wait as there are places,
    // and one more: each is RoomOptions::longest of sound at most.
    awaitable<void> push(std::span<const audio::Sample> samples);
    // No more sound. Everything has been told when it returns.
    awaitable<void> finish();
    // Nobody listens any more; waits until nothing here is in use, also where the caller has been
    // cancelled. Not while `push` or `finish` runs.
    awaitable<void> close();

private:
    class PatientRecogniser;
    class ToldDetector;
    struct Meeting;

    awaitable<void> hear(std::span<const audio::Sample> frame, engines::Activity activity);
    void note(RoomNews news);

    const RoomOptions options_;
    const Tell tell_;
    std::shared_ptr<Meeting> meeting_;  // with the utterances on their way
    std::unique_ptr<PatientRecogniser> recogniser_;
    std::unique_ptr<ToldDetector> told_;
    std::unique_ptr<engines::DetectorStream> detector_;  // none where a fixed threshold decides
    Ears ears_;
    std::optional<RoomListener> listener_;
    std::vector<audio::Sample> unjudged_;  // less than a frame, between two pushes
};

}  // namespace repartee::hearing
