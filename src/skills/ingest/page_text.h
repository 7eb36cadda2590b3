// The text in a page that was fetched.
#pragma once

#include "base/error.h"
#include "net/public_fetch.h"

#include <string>

namespace repartee::skills::ingest {

struct PageText {
    std::string text;   // UTF-8
    std::string title;  // may be empty
};

// HTML, plain text and JSON, in UTF-8 or Western European. Malformed for JSON that is none. Pure.
Result<PageText> text_of(const net::PublicPage& page);

}  // namespace repartee::skills::ingest
