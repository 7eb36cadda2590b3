#include "app/recording_names.h"

#include <algorithm>
#include <array>
#include <set>

namespace repartee::app {

namespace {

constexpr std::array<std::string_view, 2> headerless{".pcm", ".raw"};
constexpr std::array<std::string_view, 15> recordings{".wav", ".wave", ".webm", ".weba", ".ogg",
                                                      ".oga", ".opus", ".mp4",  ".m4a",  ".m4b",
                                                      ".mov", ".mp3",  ".flac", ".pcm",  ".raw"};
constexpr std::array<std::string_view, 8> unfinished{".part",     ".partial", ".crdownload", ".download",
                                                     ".filepart", ".!ut",     ".tmp",        ".temp"};

std::string ending_of(const std::filesystem::path& name) {
    auto ending = name.extension().string();
    std::ranges::transform(ending, ending.begin(),
                           [](char letter) { return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter; });
    return ending;
}

bool is_among(const auto& endings, const std::filesystem::path& name) {
    return std::ranges::find(endings, ending_of(name)) != endings.end();
}

}  // namespace

bool is_called_a_recording(const std::filesystem::path& name) {
    return is_among(recordings, name) && !is_called_unfinished(name);
}

bool is_called_headerless(const std::filesystem::path& name) {
    return is_among(headerless, name);
}

bool is_called_unfinished(const std::filesystem::path& name) {
    auto text = name.filename().string();
    return text.starts_with('.') || text.ends_with('~') || is_among(unfinished, name);
}

std::filesystem::path transcript_name(const std::filesystem::path& recording,
                                      hearing::TranscriptFormat format) {
    static constexpr std::array<const char*, 4> endings{".txt", ".json", ".srt", ".vtt"};
    auto name = recording.stem();
    name += endings[static_cast<std::size_t>(format)];
    return name;
}

std::vector<std::string> sharing_a_name(std::vector<std::string> names, const std::string& name) {
    auto stem = std::filesystem::path(name).stem();
    std::erase_if(names, [&](const std::string& other) {
        return other == name || std::filesystem::path(other).stem() != stem;
    });
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> doubly_named(std::vector<std::string> names) {
    std::ranges::sort(names);
    std::set<std::string> stems;
    std::erase_if(names, [&](const std::string& name) {
        return stems.insert(std::filesystem::path(name).stem().string()).second;
    });
    return names;
}

}  // namespace repartee::app
