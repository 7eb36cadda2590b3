#include "accounts/secret_key.h"

#include "accounts/base64url.h"
#include "accounts/key_material.h"
#include "base/atomic_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <system_error>

namespace repartee::accounts {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t shortest_secret = 16;   // bytes
constexpr std::size_t fewest_characters = 5;  // different ones; "aaaaaaaaaaaaaaaa" is no secret
constexpr std::size_t random_secret = 32;     // bytes
constexpr std::size_t most_read = 1024;       // bytes of the file; ours has 44

// Letters and digits, small: so "Change-Me!" and "changeme" are one.
std::string bare(std::string_view text) {
    std::string letters;
    for (const char character : text) {
        if (character >= 'A' && character <= 'Z') {
            letters += static_cast<char>(character - 'A' + 'a');
        } else if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) {
            letters += character;
        }
    }
    return letters;
}

// What files of examples say in the place of a key.
bool is_placeholder(std::string_view text) {
    constexpr std::array<std::string_view, 8> beginnings{"yoursecret", "yoursupersecret", "supersecret",
                                                         "mysecret",   "secretkey",       "placeholder",
                                                         "insertyour", "enteryour"};
    constexpr std::array<std::string_view, 5> anywhere{"changeme", "changethis", "changeit", "replaceme",
                                                       "changeinproduction"};
    const auto letters = bare(text);
    return std::ranges::any_of(beginnings,
                               [&](std::string_view words) { return letters.starts_with(words); }) ||
           std::ranges::any_of(
               anywhere, [&](std::string_view words) { return letters.find(words) != std::string::npos; });
}

[[noreturn]] void cannot_use(const fs::path& path, std::string_view why) {
    throw Failure(
        ErrorKind::Unavailable,
        fmt::format("'{}', which holds this server's secret key, {}. Put it right, or remove it: then "
                    "there will be a new one, everybody has to log in again and keys that users have "
                    "stored are lost.",
                    path.string(), why));
}

// Nothing where there is no such file.
std::optional<Secret> kept_key(const fs::path& path) {
    std::error_code fault;
    const auto status = fs::status(path, fault);
    if (status.type() == fs::file_type::not_found) {
        return std::nullopt;
    }
    if (status.type() != fs::file_type::regular) {
        cannot_use(path, fault ? "cannot be looked at: " + fault.message() : "is no file");
    }
    std::ifstream file(path, std::ios::binary);
    std::array<char, most_read> room{};
    file.read(room.data(), room.size());
    std::string_view text(room.data(), static_cast<std::size_t>(file.gcount()));
    if (file.bad() || text.empty()) {
        cannot_use(path, "cannot be read");
    }
    if (text.back() == '\n') {
        text.remove_suffix(1);
    }
    const auto bytes = from_base64url(text);
    if (!bytes || bytes->size() != random_secret) {
        cannot_use(path, "holds something else");
    }
    // A copy that somebody made may be open to others.
    constexpr auto others = fs::perms::group_all | fs::perms::others_all;
    if ((status.permissions() & others) != fs::perms::none) {
        fs::permissions(path, others, fs::perm_options::remove, fault);
    }
    return Secret(std::string(text));
}

}  // namespace

std::optional<std::string> why_no_secret_key(const Secret& text) {
    const auto& bytes = text.reveal();
    if (bytes.empty()) {
        return "is not set";
    }
    if (is_placeholder(bytes)) {
        return "is a placeholder";
    }
    if (bytes.size() < shortest_secret) {
        return fmt::format("has fewer than {} bytes", shortest_secret);
    }
    if (std::set<char>(bytes.begin(), bytes.end()).size() < fewest_characters) {
        return "is the same few characters again and again";
    }
    return std::nullopt;
}

Secret ensure_secret_key(const Secret& configured, const fs::path& data_directory, const Log& log) {
    const auto reason = why_no_secret_key(configured);
    if (!reason) {
        return configured;
    }
    const auto path = data_directory / "secret_key";
    auto key = kept_key(path);
    const bool is_new = !key;
    if (is_new) {
        write_atomically(path, to_base64url(random_bytes(random_secret)) + "\n", Readers::OwnerOnly);
        key = kept_key(path);  // what is there now, should two have written at a time
        if (!key) {
            cannot_use(path, "is gone as soon as it is written");
        }
    }
    log.info(is_new ? "made a secret key" : "using the kept secret key",
             {{"file", path.string()}, {"reason", "SECRET_KEY " + *reason}});
    return *key;
}

}  // namespace repartee::accounts
