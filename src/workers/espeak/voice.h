// eSpeak NG: text to sound in more than a hundred languages.
//
// For the espeak worker: the library is one voice with global state, so a process has one of it and
// speaks one reply at a time. Blocking.
#pragma once

#include "audio/pcm.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace repartee::workers::espeak {

struct VoiceName {
    std::string name;                    // "Hindi"
    std::vector<std::string> languages;  // "hi"; the best fit first
};

// 1 is natural; clamped to what the library can.
struct Manner {
    double speed = 1.0;
    double pitch = 1.0;
    double volume = 1.0;
};

// Some sound, and how many bytes of the text have been spoken by its end. False: nobody wants more.
using Sink = std::function<bool(std::span<const audio::Sample> sound, std::size_t spoken_bytes)>;

class Voice {
public:
    // Loads the library's data. Throws Failure{Unavailable} without it.
    static void load();

    // Hz of what `speak` makes.
    static int rate();
    static std::vector<VoiceName> voices();

    // By the name of a voice, else by language (a BCP 47 tag, of which the longest known part counts).
    // Throws Failure{Unsupported} when there is none.
    static void choose(const std::string& name, const std::string& language);
    static void adapt(const Manner& manner);

    // False when the sink wanted no more.
    static bool speak(const std::string& text, const Sink& sink);
};

}  // namespace repartee::workers::espeak
