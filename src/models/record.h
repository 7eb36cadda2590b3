// What is known about the files in a folder of models: how large each was when it was fetched, its sum, and
// what was found when it was looked through last. It lies beside them as record.json, so that a folder can be
// moved or shared as it is. Files that somebody put there by hand are not in it.
//
// Any thread, and several programs at once; blocks.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::models {

// Changes when somebody writes to the file or puts another in its place.
struct FileIdentity {
    std::uintmax_t bytes = 0;
    std::int64_t modified_ns = 0;
    std::uint64_t inode = 0;

    // Nothing when there is no such file.
    static std::optional<FileIdentity> of(const std::filesystem::path& path);
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

struct RecordedFile {
    std::uintmax_t bytes = 0;
    std::string sha256;
    bool as_published = false;  // its publisher's sum was checked, too; else this is the first download's
    std::string address = {};   // where it came from
    // What the file was when its sum was computed last, and the sum. Gigabytes are not read again at every
    // start.
    FileIdentity looked_at = {};
    std::string found_sha256 = {};

    friend bool operator==(const RecordedFile&, const RecordedFile&) = default;
};

using Record = std::map<std::string, RecordedFile, std::less<>>;  // by the file's name

// Pure. An Error (Malformed) says what is wrong with the text.
Result<Record> parse_record(std::string_view text);
std::string to_text(const Record& record);

// Empty where there is none. Throws Failure{Malformed} for one that cannot be read, and says what to do.
Record read_record(const std::filesystem::path& folder);

// Reads it, has it changed and writes it, with nobody else in between. Throws as read_record, and
// Failure{Unavailable} when it cannot be written.
void change_record(const std::filesystem::path& folder, const std::function<void(Record&)>& change);

}  // namespace repartee::models
