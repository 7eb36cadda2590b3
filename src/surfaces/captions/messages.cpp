#include "surfaces/captions/messages.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace repartee::surfaces::captions {

namespace {

namespace json = boost::json;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

json::value rounded(std::optional<float> confidence) {
    return confidence ? json::value(std::round(*confidence * 1000.0) / 1000.0) : json::value(nullptr);
}

json::array words_of(const Transcript& transcript) {
    json::array words;
    for (const auto& word : transcript.words) {
        words.push_back({{"text", word.text},
                         {"start_ms", word.start.count()},
                         {"end_ms", word.end.count()},
                         {"confidence", rounded(word.confidence)}});
    }
    return words;
}

// What is as it was spoken says nothing of translations.
void say_translation(json::object& object, const Transcript& transcript) {
    if (!transcript.translated_to.empty()) {
        object["translated_to"] = transcript.translated_to;
    }
}

void say_speaker(json::object& object, std::uint64_t line, const std::optional<Speaker>& speaker) {
    object["line"] = line;
    object["speaker"] = speaker ? json::value(speaker->number) : json::value(nullptr);
    if (speaker) {
        object["speaker_sure"] = speaker->sure;
    }
}

json::object line_for_file(const hearing::RoomLine& line) {
    json::object object{{"at", in_iso_format(line.begin)},
                        {"end", in_iso_format(line.end)},
                        {"text", line.transcript.text},
                        {"language", line.transcript.language},
                        {"confidence", rounded(line.transcript.confidence)},
                        {"words", words_of(line.transcript)}};
    say_translation(object, line.transcript);
    say_speaker(object, line.id, line.speaker);
    return object;
}

}  // namespace

std::string transcript(const hearing::RoomLine& line, Speakers speakers) {
    json::object message{{"event", "transcript"}, {"text", line.transcript.text}, {"is_final", true}};
    if (speakers == Speakers::Shown) {
        say_speaker(message, line.id, line.speaker);
    }
    return json::serialize(message);
}

std::string transcript_with_words(const hearing::RoomLine& line, Speakers speakers) {
    json::object message{{"event", "transcript"},
                         {"text", line.transcript.text},
                         {"is_final", true},
                         {"at", in_iso_format(line.begin)},
                         {"language", line.transcript.language},
                         {"confidence", rounded(line.transcript.confidence)},
                         {"lag_ms", duration_cast<milliseconds>(line.lag).count()},
                         {"words", words_of(line.transcript)}};
    say_translation(message, line.transcript);
    if (speakers == Speakers::Shown) {
        say_speaker(message, line.id, line.speaker);
    }
    return json::serialize(message);
}

std::string revision(const hearing::RoomRevision& revision) {
    json::array changes;
    for (const auto& change : revision.changes) {
        json::object one;
        say_speaker(one, change.line, change.speaker);
        changes.push_back(std::move(one));
    }
    return json::serialize(json::object{{"event", "speakers"}, {"changes", std::move(changes)}});
}

std::string transcript_so_far(std::string_view text) {
    return json::serialize(json::object{{"event", "transcript"}, {"text", text}, {"is_final", false}});
}

std::string error(std::string_view message) {
    return json::serialize(json::object{{"event", "error"}, {"message", message}});
}

std::string written(std::span<const hearing::RoomLine> lines, hearing::TranscriptFormat format) {
    if (format == hearing::TranscriptFormat::Json) {
        json::array all;
        for (const auto& line : lines) {
            all.push_back(line_for_file(line));
        }
        return json::serialize(json::object{{"lines", std::move(all)}}) + "\n";
    }
    // The line that was told first need not be the one that began first: subtitles are in order of time.
    hearing::TranscribedFile file{.name = "room"};
    std::vector<const hearing::RoomLine*> in_order;
    for (const auto& line : lines) {
        in_order.push_back(&line);
    }
    std::ranges::stable_sort(in_order, {}, &hearing::RoomLine::begin);
    for (const auto* told : in_order) {
        const auto& line = *told;
        auto start = duration_cast<milliseconds>(line.begin - in_order.front()->begin);
        auto end = std::max(start, duration_cast<milliseconds>(line.end - in_order.front()->begin));
        file.passages.push_back(
            {.start = start, .end = end, .transcript = line.transcript, .speaker = line.speaker});
        file.length = std::max(file.length, end);
    }
    return hearing::written(file, format);
}

std::string in_iso_format(WallTime time) {
    auto whole = std::chrono::floor<milliseconds>(time);
    auto seconds = std::chrono::floor<std::chrono::seconds>(whole);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), (whole - seconds).count());
}

}  // namespace repartee::surfaces::captions
