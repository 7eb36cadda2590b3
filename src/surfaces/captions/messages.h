// The words of the captions, from server to client; clients say nothing that counts. Pure.
//
// A plain client knows {"event":"transcript","text":...,"is_final":true} and ignores events that it does not
// know.
#pragma once

#include "hearing/room_listener.h"
#include "hearing/transcript_file.h"

#include <span>
#include <string>

namespace repartee::surfaces::captions {

// Shown: with "line", its number, and "speaker", a number or null, and with a speaker "speaker_sure".
enum class Speakers { Hidden, Shown };

std::string transcript(const hearing::RoomLine& line, Speakers speakers = Speakers::Hidden);
// With "at", "language", "confidence", "lag_ms" and "words", and "translated_to" where it is a translation.
std::string transcript_with_words(const hearing::RoomLine& line, Speakers speakers = Speakers::Hidden);
// {"event":"speakers","changes":[{"line":17,"speaker":2,"speaker_sure":true}]}: who said lines before.
std::string revision(const hearing::RoomRevision& revision);
// {"event":"transcript","text":...,"is_final":false}; an empty text takes back what was shown.
std::string transcript_so_far(std::string_view text);
std::string error(std::string_view message);

// What was said since the first of the lines, as a file. Subtitles count from its beginning.
std::string written(std::span<const hearing::RoomLine> lines, hearing::TranscriptFormat format);

// "2026-01-31T12:00:00.250Z"
std::string in_iso_format(WallTime time);

}  // namespace repartee::surfaces::captions
