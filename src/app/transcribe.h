// `repartee transcribe FILE...`: recordings to text, as many at once as the recogniser has places. And
// `--watch FOLDER`: those that arrive there (transcribe_folder.h).
#pragma once

#include "app/settings.h"
#include "hearing/transcript_file.h"

#include <filesystem>
#include <vector>

namespace repartee::app {

using hearing::TranscriptFormat;

struct TranscribeOptions {
    std::vector<std::filesystem::path> files;
    std::filesystem::path watch = {};  // instead of files
    TranscriptFormat format = TranscriptFormat::Text;
    Language language = {};      // empty: as the room's settings say, or else the recogniser decides
    Language translate_to = {};  // empty: as it is spoken
    bool speakers = false;       // to be told apart
    std::filesystem::path directory = {};  // one file each in there; empty: all to standard output
    int at_once = 0;                       // lines; 0: one per core
};

// 0 when every file worked out; what is wrong with one is told, and the others go on. 2 when the options do
// not fit each other.
int transcribe(const Settings& settings, Parts& parts, const TranscribeOptions& options);

}  // namespace repartee::app
