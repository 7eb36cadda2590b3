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

std::string transcript(const hearing::RoomLine& line);
// With "at", "language", "confidence", "lag_ms" and "words".
std::string transcript_with_words(const hearing::RoomLine& line);
// {"event":"transcript","text":...,"is_final":false}; an empty text takes back what was shown.
std::string transcript_so_far(std::string_view text);
std::string error(std::string_view message);

// What was said since the first of the lines, as a file. Subtitles count from its beginning.
std::string written(std::span<const hearing::RoomLine> lines, hearing::TranscriptFormat format);

// "2026-01-31T12:00:00.250Z"
std::string in_iso_format(WallTime time);

}  // namespace repartee::surfaces::captions
