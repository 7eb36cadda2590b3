// Reads a .env file:
//
//     # a comment
//     export HOST=127.0.0.1      # the rest of the line is a comment too
//     GREETING="Hello,\nworld"   # double quotes: \n \r \t \" \\ are understood
//     PATTERN='a\b#c'            # single quotes: nothing is, save \' and \\.
//
// A quoted value may go on over several lines. Names inside values ($HOME) are not replaced. Windows
// line ends and a byte-order mark are welcome. A line that makes no sense is a mistake, and the lines
// behind it are still read. Values never appear in mistakes: half of them are keys.
#pragma once

#include "config/environment.h"
#include "config/mistake.h"

#include <string>
#include <string_view>

namespace repartee::config {

struct DotEnv {
    Environment variables;
    Mistakes mistakes;
};

// `source` is what mistakes call the file. Pure; never throws on any text.
DotEnv parse_dotenv(std::string_view text, std::string source = ".env");

}  // namespace repartee::config
