// How a transcript is written down: text, JSON, or subtitles. Pure.
//
// Who speaks is said where it is known: "Speaker 1: " in text and SRT, <v Speaker 1> in WebVTT, "speaker" and
// "speaker_sure" in JSON.
#pragma once

#include "vocabulary/speaker.h"
#include "vocabulary/transcript.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace repartee::hearing {

enum class TranscriptFormat { Text, Json, Srt, Vtt };

struct TranscribedPassage {
    std::chrono::milliseconds start{0};  // in the recording
    std::chrono::milliseconds end{0};
    Transcript transcript;  // word times count from `start`
    // Who says it, where speakers were told apart; files show it where it is known.
    std::optional<Speaker> speaker = {};
};

struct TranscribedFile {
    std::string name;
    std::chrono::milliseconds length{0};
    std::vector<TranscribedPassage> passages;  // in order; none of them empty
};

// Ends with a line ending.
std::string written(const TranscribedFile& file, TranscriptFormat format);

}  // namespace repartee::hearing
