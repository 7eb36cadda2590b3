// A file that is served as it is, and a tree of them inside the program (cmake/Embed.cmake makes those).
//
// Views only: what they look at lives as long as whoever serves it.
#pragma once

#include <span>
#include <string_view>

namespace repartee::net {

struct StaticFile {
    std::string_view path;  // within its tree: "assets/index.js"
    std::string_view bytes;
    std::string_view gzip;  // the same, compressed; empty where that saves little
    std::string_view tag;   // another one as soon as the bytes are others; letters and digits
};

using StaticTree = std::span<const StaticFile>;

}  // namespace repartee::net
