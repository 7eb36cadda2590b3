// Recordings to transcripts, with the room's ears (hearing/recorded_room.h): for `repartee transcribe`, with
// files that were named or that arrive in a folder.
//
// Several recordings at once share the recogniser's places. A recording is read whole, 1 GiB of file at most;
// several at once hold 256 MiB together, or are one.
#pragma once

#include "app/core.h"
#include "app/progress_bar.h"
#include "hearing/places.h"
#include "hearing/room_listener.h"
#include "hearing/transcript_file.h"

#include <sys/types.h>

namespace repartee::app {

struct TranscribeWishes {
    hearing::RoomOptions room = {};  // language, translation and what ends a line
    bool speakers = false;           // to be told apart
    std::size_t at_once = 1;         // recordings, and places at the recogniser
};

// Which file it is and what state it is in: another one is another recording.
struct FileState {
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t modified_ns = 0;

    friend bool operator==(const FileState&, const FileState&) = default;
};

// Of a regular file; nothing where there is none.
std::optional<FileState> state_of(const std::filesystem::path& path);

// On the core's loop. What is referred to outlives it.
class Transcriber {
public:
    Transcriber(Core& core, TranscribeWishes wishes, ProgressBar& bar);

    // Asks the engines. Throws Failure where they cannot do what is wished.
    awaitable<void> prepare();

    struct Transcribed {
        hearing::TranscribedFile file;
        FileState state;  // of the file that was heard
    };
    // Throws Failure, which says what is wrong with the recording, or with an engine. Cancelling stops all of
    // it.
    awaitable<Transcribed> transcribe(std::filesystem::path path);

    std::size_t at_once() const { return wishes_.at_once; }

private:
    struct Hearing;
    class Memory;
    class Held;

    awaitable<void> hear(const std::string& bytes, Hearing& hearing);
    awaitable<std::chrono::milliseconds> length_of(const std::string& bytes);
    std::unique_ptr<engines::DecoderStream> open(const std::string& bytes);

    Core& core_;
    const TranscribeWishes wishes_;
    ProgressBar& bar_;
    hearing::Places places_;  // at the recogniser
    // Bytes of files that are held.
    std::uintmax_t held_ = 0;
    Timer room_;  // rung when it is less
};

}  // namespace repartee::app
