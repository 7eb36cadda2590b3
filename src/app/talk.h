// `repartee talk`: a client. Speaks files or sentences to a running server in real time, one turn
// after the other on one socket, and shows what comes back.
#pragma once

#include "app/settings.h"

#include <filesystem>
#include <string>
#include <vector>

namespace repartee::app {

struct TalkOptions {
    std::vector<std::string> sentences;        // spoken by our own synthesiser
    std::vector<std::filesystem::path> files;  // recordings, after the sentences
    std::string url;                           // of the server; empty: as the settings say
    std::filesystem::path output;              // of the spoken replies, one after the other
    std::filesystem::path authority_file;      // whom to trust besides the system, for https
    bool play = false;
    bool fast = false;  // send as fast as the network takes it
};

// 0 when every turn was answered.
int talk(const Settings& settings, Parts& parts, const TalkOptions& options);

}  // namespace repartee::app
