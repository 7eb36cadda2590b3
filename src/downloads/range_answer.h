// What an answer to "from this byte on, please" means. Pure.
#pragma once

#include "base/error.h"
#include "net/http.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::downloads {

// "bytes 100-199/200"; in answers that have nothing for us "bytes */200".
struct ContentRange {
    std::optional<std::uintmax_t> first = {};
    std::uintmax_t last = 0;
    std::optional<std::uintmax_t> whole = {};  // nothing: "*"

    friend bool operator==(const ContentRange&, const ContentRange&) = default;
};
std::optional<ContentRange> parse_content_range(std::string_view text);

// By which a server knows whether the file is still the one that we have the beginning of. Empty when it
// gives none, or only one that does not promise the same bytes.
std::string strong_etag(const net::Headers& headers);

struct Continuation {
    std::uintmax_t from = 0;                   // where the body of the answer begins in the file
    std::optional<std::uintmax_t> whole = {};  // bytes of the file, where the server says so
    bool nothing_missing = false;              // we have all of it already; the body is none of the file
};

// We have the first `have` bytes and asked for the rest (for everything, where that is none).
// An Error says what the answer is instead: NotFound, Forbidden; Conflict when what we have is no beginning
// of what is there, so that it has to be fetched anew; Busy and ProviderBroke when another try may do better.
Result<Continuation> continuation(std::uintmax_t have, int status, const net::Headers& headers);

}  // namespace repartee::downloads
