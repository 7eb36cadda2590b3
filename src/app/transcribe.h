// `repartee transcribe FILE...`: recordings to text, as many at once as the recogniser has places.
#pragma once

#include "app/settings.h"
#include "hearing/transcript_file.h"

#include <filesystem>
#include <vector>

namespace repartee::app {

using hearing::TranscriptFormat;

struct TranscribeOptions {
    std::vector<std::filesystem::path> files;
    TranscriptFormat format = TranscriptFormat::Text;
    Language language = {};                // empty: the recogniser decides
    std::filesystem::path directory = {};  // one file each in there; empty: all to standard output
    int at_once = 0;                       // passages; 0: one per core
};

// 0 when every file worked out; what is wrong with one is told, and the others go on.
int transcribe(const Settings& settings, Parts& parts, const TranscribeOptions& options);

}  // namespace repartee::app
