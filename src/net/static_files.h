// Serves files that are in memory: to browsers that keep them, and ask whether what they have still holds.
//
// Pure functions over a request, and routes made of them; used by the surfaces that show a page.
#pragma once

#include "net/router.h"
#include "net/static_file.h"

#include <string>
#include <string_view>

namespace repartee::net {

// By the end of the name; "application/octet-stream" for what nobody knows.
std::string_view content_type_of(std::string_view path);

// Whether an Accept-Encoding takes gzip.
bool accepts_gzip(std::string_view accept_encoding);

// The file with its type, its ETag and, where the client takes it, compressed; 304 without it where the
// client has it already. `headers` go with it as they are; without a Cache-Control among them, the client
// asks every time.
Response file_response(const Request& request, const StaticFile& file, const Headers& headers = {});

struct StaticOptions {
    // Of every answer: the policy of the pages, for one.
    Headers headers = {};
    // What lies in this folder is called otherwise when it changes ("assets/"): a browser need never ask
    // again. Empty: there is no such folder.
    std::string immutable_folder = {};
};

// A route for each file of the tree below `prefix` ("/docs/style.css"); its index.html answers at `prefix`
// itself, so that what it refers to relatively begins with the prefix' last segment. HEAD comes with every
// GET. What the tree looks at outlives the server.
void add_static_files(Router& router, const std::string& prefix, StaticTree tree, StaticOptions options);

}  // namespace repartee::net
