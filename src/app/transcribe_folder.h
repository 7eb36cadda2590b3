// `repartee transcribe --watch FOLDER`: recordings that arrive in a folder become transcripts, until a signal
// ends it.
//
//   * A recording is taken up when whoever writes it has closed it, or when it is moved in or renamed; and,
//   at
//     the beginning, when it lies there without a transcript, or with one that is older. Nobody looks in
//     between: the kernel tells. Folders within are not looked into.
//   * What has a name that programs give to unfinished copies is none yet, see recording_names.h; nor is what
//     somebody has open for writing at the beginning.
//   * The transcript appears whole or not at all. A recording that changes meanwhile is done again.
//   * What is wrong with a recording is told once, until it changes or the program starts again. Where an
//     engine failed rather than the recording, it is tried a few times first.
#pragma once

#include "app/transcriber.h"

namespace repartee::app {

struct FolderOptions {
    std::filesystem::path folder;
    std::filesystem::path directory;  // of the transcripts; may be the same
    hearing::TranscriptFormat format = hearing::TranscriptFormat::Text;
};

// Until SIGINT or SIGTERM. Throws Failure when the folder is gone.
awaitable<void> transcribe_folder(Core& core, Transcriber& transcriber, FolderOptions options,
                                  ProgressBar& bar);

}  // namespace repartee::app
