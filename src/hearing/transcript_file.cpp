#include "hearing/transcript_file.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

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
};

// A passage in captions of a readable length, as far as its words' times are known.
void append_captions(std::vector<Caption>& captions, const TranscribedPassage& passage) {
    const auto& words = passage.transcript.words;
    if (words.empty()) {
        captions.push_back({passage.start, passage.end, passage.transcript.text});
        return;
    }
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
            open = Caption{start, end, word.text};
        }
    }
    captions.push_back(std::move(*open));
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
        text += passage.transcript.text + "\n";
    }
    return text;
}

boost::json::value confidence_of(std::optional<float> confidence) {
    return confidence ? boost::json::value(std::round(*confidence * 1000.0) / 1000.0)
                      : boost::json::value(nullptr);
}

std::string as_json(const TranscribedFile& file) {
    boost::json::array passages;
    for (const auto& passage : file.passages) {
        boost::json::array words;
        for (const auto& word : passage.transcript.words) {
            words.push_back({{"text", word.text},
                             {"start_ms", (passage.start + word.start).count()},
                             {"end_ms", (passage.start + word.end).count()},
                             {"confidence", confidence_of(word.confidence)}});
        }
        passages.push_back({{"start_ms", passage.start.count()},
                            {"end_ms", passage.end.count()},
                            {"text", passage.transcript.text},
                            {"language", passage.transcript.language},
                            {"confidence", confidence_of(passage.transcript.confidence)},
                            {"words", std::move(words)}});
    }
    boost::json::object whole{
        {"file", file.name}, {"length_ms", file.length.count()}, {"passages", std::move(passages)}};
    return boost::json::serialize(whole) + "\n";
}

std::string as_srt(const TranscribedFile& file) {
    std::string text;
    int number = 0;
    for (const auto& caption : captions_of(file)) {
        text += fmt::format("{}\n{} --> {}\n{}\n\n", ++number, clock_time(caption.start, ','),
                            clock_time(caption.end, ','), caption.text);
    }
    return text;
}

std::string as_vtt(const TranscribedFile& file) {
    std::string text = "WEBVTT\n\n";
    for (const auto& caption : captions_of(file)) {
        text += fmt::format("{} --> {}\n{}\n\n", clock_time(caption.start, '.'), clock_time(caption.end, '.'),
                            caption.text);
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
