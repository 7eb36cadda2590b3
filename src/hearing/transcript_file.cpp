#include "hearing/transcript_file.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace repartee::hearing {

namespace {

using std::chrono::milliseconds;

// What fits on a screen and can be read in its time.
constexpr std::size_t longest_caption = 84;  // bytes
constexpr milliseconds longest_shown{6000};

struct Caption {
    milliseconds start;
    milliseconds end;
    std::string text;
    std::optional<Speaker> speaker;
};

// "Speaker 1"
std::string label_of(const Speaker& speaker) {
    return fmt::format("Speaker {}", speaker.number);
}

// The words of a text whose times are not known: as if each letter took as long.
std::vector<Word> evenly_timed(const std::string& text, milliseconds length) {
    std::vector<Word> words;
    const auto time_of = [&](std::size_t at) {
        return length * static_cast<std::int64_t>(at) / static_cast<std::int64_t>(text.size());
    };
    constexpr const char* blanks = " \t\r\n";
    for (auto begin = text.find_first_not_of(blanks); begin != std::string::npos;) {
        auto end = std::min(text.find_first_of(blanks, begin), text.size());
        words.push_back(
            {.text = text.substr(begin, end - begin), .start = time_of(begin), .end = time_of(end)});
        begin = text.find_first_not_of(blanks, end);
    }
    return words;
}

// A passage in captions of a readable length.
void append_captions(std::vector<Caption>& captions, const TranscribedPassage& passage) {
    const auto& transcript = passage.transcript;
    const auto words = transcript.words.empty() ? evenly_timed(transcript.text, passage.end - passage.start)
                                                : transcript.words;
    std::optional<Caption> open;
    for (const auto& word : words) {
        auto start = passage.start + word.start;
        auto end = passage.start + word.end;
        if (open && (open->text.size() + 1 + word.text.size() > longest_caption ||
                     end - open->start > longest_shown)) {
            captions.push_back(std::move(*open));
            open.reset();
        }
        if (open) {
            open->text += " " + word.text;
            open->end = end;
        } else {
            open = Caption{start, end, word.text, passage.speaker};
        }
    }
    if (open) {
        captions.push_back(std::move(*open));
    }
}

std::vector<Caption> captions_of(const TranscribedFile& file) {
    std::vector<Caption> captions;
    for (const auto& passage : file.passages) {
        append_captions(captions, passage);
    }
    return captions;
}

// "01:02:03,456"; WebVTT has a dot for the comma.
std::string clock_time(milliseconds time, char mark) {
    auto all = time.count();
    return fmt::format("{:02}:{:02}:{:02}{}{:03}", all / 3'600'000, all / 60'000 % 60, all / 1000 % 60, mark,
                       all % 1000);
}

std::string as_text(const TranscribedFile& file) {
    std::string text;
    for (const auto& passage : file.passages) {
        text += passage.speaker ? label_of(*passage.speaker) + ": " : "";
        text += passage.transcript.text + "\n";
    }
    return text;
}

boost::json::value confidence_of(std::optional<float> confidence) {
    return confidence ? boost::json::value(std::round(*confidence * 1000.0) / 1000.0)
                      : boost::json::value(nullptr);
}

boost::json::object json_of(const TranscribedPassage& passage) {
    const auto& transcript = passage.transcript;
    boost::json::array words;
    for (const auto& word : transcript.words) {
        words.push_back({{"text", word.text},
                         {"start_ms", (passage.start + word.start).count()},
                         {"end_ms", (passage.start + word.end).count()},
                         {"confidence", confidence_of(word.confidence)}});
    }
    boost::json::object json{{"start_ms", passage.start.count()}, {"end_ms", passage.end.count()}};
    if (passage.speaker) {
        json["speaker"] = label_of(*passage.speaker);
        json["speaker_sure"] = passage.speaker->sure;
    }
    json["text"] = transcript.text;
    json["language"] = transcript.language;
    if (!transcript.translated_to.empty()) {
        json["translated_to"] = transcript.translated_to;
    }
    json["confidence"] = confidence_of(transcript.confidence);
    json["words"] = std::move(words);
    return json;
}

std::string as_json(const TranscribedFile& file) {
    boost::json::array passages;
    for (const auto& passage : file.passages) {
        passages.push_back(json_of(passage));
    }
    boost::json::object whole{
        {"file", file.name}, {"length_ms", file.length.count()}, {"passages", std::move(passages)}};
    return boost::json::serialize(whole) + "\n";
}

std::string as_srt(const TranscribedFile& file) {
    std::string text;
    int number = 0;
    for (const auto& caption : captions_of(file)) {
        text += fmt::format("{}\n{} --> {}\n{}{}\n\n", ++number, clock_time(caption.start, ','),
                            clock_time(caption.end, ','),
                            caption.speaker ? label_of(*caption.speaker) + ": " : "", caption.text);
    }
    return text;
}

// In WebVTT these begin a tag or an entity, and an arrow would be a time.
std::string escaped_for_vtt(const std::string& text) {
    std::string escaped;
    for (char letter : text) {
        switch (letter) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            default: escaped += letter;
        }
    }
    return escaped;
}

std::string as_vtt(const TranscribedFile& file) {
    std::string text = "WEBVTT\n\n";
    for (const auto& caption : captions_of(file)) {
        text += fmt::format(
            "{} --> {}\n{}{}\n\n", clock_time(caption.start, '.'), clock_time(caption.end, '.'),
            caption.speaker ? "<v " + label_of(*caption.speaker) + ">" : "", escaped_for_vtt(caption.text));
    }
    return text;
}

}  // namespace

std::string written(const TranscribedFile& file, TranscriptFormat format) {
    switch (format) {
        case TranscriptFormat::Json: return as_json(file);
        case TranscriptFormat::Srt: return as_srt(file);
        case TranscriptFormat::Vtt: return as_vtt(file);
        case TranscriptFormat::Text: break;
    }
    return as_text(file);
}

}  // namespace repartee::hearing
