// `repartee talk`: a client. Speaks files or sentences to a running server in real time, and shows what
// comes back: a call that goes both ways at once, or push-to-talk.
#pragma once

#include "app/settings.h"
#include "audio/pcm.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace repartee::app {

struct TalkOptions {
    std::vector<std::string> sentences;        // spoken by our own synthesiser
    std::vector<std::filesystem::path> files;  // recordings, after the sentences
    std::string language = "en";               // of the sentences
    std::string url;                           // of the server; empty: as the settings say
    std::string agent;                         // whom to call; empty: `repartee`, else whoever answers there
    std::filesystem::path output;              // of the spoken replies, one after the other
    std::filesystem::path authority_file;      // whom to trust besides the system, for https
    // Each speech but the first begins so long after the first sound of the reply before it, rather than
    // behind its end.
    std::optional<std::chrono::milliseconds> interrupt_after;
    bool play = false;
    bool push_to_talk = false;
    bool fast = false;  // push-to-talk: send as fast as the network takes it
};

// How long a reply may take once everything was said. A language model that is loaded from disk first needs
// its time.
inline constexpr auto reply_patience = std::chrono::minutes(3);

// What came of it.
struct Spoken {
    audio::Pcm reply;  // as it was heard
    bool all_answered = true;
};

// 0 when every turn was answered.
int talk(const Settings& settings, Parts& parts, const TalkOptions& options);

}  // namespace repartee::app
