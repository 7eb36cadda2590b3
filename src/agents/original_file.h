// Reads the JSON files of the original: strict about types, tolerant about absence. A key that is not
// there, or null, has its default; one that nobody asks for is passed over; one of the wrong type is a
// mistake, told by its path. Pure.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::agents {

// Something wrong in such a file, told so that a person can put it right.
struct FileMistake {
    std::string file;
    int line = 0;  // from 1; 0: told by the key instead
    int column = 0;
    std::string key = {};  // "models.tts_model.speed"; empty: the file as a whole
    std::string message;   // a secret's value is never in it

    friend bool operator==(const FileMistake&, const FileMistake&) = default;
};
using FileMistakes = std::vector<FileMistake>;

// More than any such file needs.
inline constexpr std::size_t largest_file = 1 << 20;  // bytes

// The object that the text is. Nothing, and a mistake, for anything else.
std::optional<boost::json::object> parse_original(std::string_view text, const std::string& file,
                                                  FileMistakes& mistakes);

// An object of the file, or one that is absent, whose keys are all absent.
class FilePart {
public:
    // All outlive it.
    FilePart(const boost::json::object* object, std::string path, const std::string& file,
             FileMistakes& mistakes)
        : object_(object), path_(std::move(path)), file_(file), mistakes_(mistakes) {}

    bool present() const { return object_ != nullptr; }
    const std::string& path() const { return path_; }

    FilePart part(std::string_view key) const;

    std::optional<std::string> text(std::string_view key) const;
    // A text that is not told of.
    std::optional<std::string> secret(std::string_view key) const;
    std::optional<bool> flag(std::string_view key) const;
    std::optional<double> number(std::string_view key, double least, double most) const;
    // One that is too small or too large becomes the nearest that is not.
    std::optional<double> clamped(std::string_view key, double least, double most) const;
    std::optional<std::int64_t> whole_number(std::string_view key, std::int64_t least,
                                             std::int64_t most) const;
    std::optional<std::vector<std::string>> texts(std::string_view key) const;

    // For what only the asker can judge.
    const boost::json::value* value(std::string_view key) const;
    void reject(std::string_view key, std::string_view allowed) const;

private:
    std::optional<double> any_number(std::string_view key, std::string_view allowed) const;
    std::string path_of(std::string_view key) const;

    const boost::json::object* object_;
    std::string path_;
    const std::string& file_;
    FileMistakes& mistakes_;
};

}  // namespace repartee::agents
