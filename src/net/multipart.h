// multipart/form-data, as browsers send their forms (RFC 7578, over RFC 2046). Pure, over a whole body.
//
//     auto form = parse_multipart(request.headers.get("Content-Type").value_or(""), request.body);
//     const Part* file = part_named(*form, "file");
//
// Strict, because a body that can be read in two ways is an attack or a bug: it begins with the boundary
// and ends with the closing one, nothing may stand on a boundary's line, every part says its name. A
// part that is a multipart itself is refused, as RFC 7578 tells senders not to. Time is linear in the
// body's size, whatever is in it.
#pragma once

#include "base/error.h"
#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::net {

struct Part {
    Headers headers;
    std::string name;                      // of the form's field
    std::optional<std::string> file_name;  // as the client calls it: never a path of ours
    std::string_view content;              // within the body
};

struct MultipartLimits {
    std::size_t parts = 16;
    std::size_t header_bytes = 4 << 10;  // of one part, with the empty line behind them
};

// The longest that RFC 2046 allows.
inline constexpr std::size_t longest_boundary = 70;

// The boundary that a Content-Type names. Unsupported when it is not multipart/form-data, Malformed when
// there is no boundary or none that the RFC allows.
Result<std::string> multipart_boundary(std::string_view content_type);

// The parts in order; their contents lie in `body`. Fails as above, and with Malformed for a body that is
// cut off or no such thing, Unsupported for a transfer encoding, TooLarge past a limit.
Result<std::vector<Part>> parse_multipart(std::string_view content_type, std::string_view body,
                                          const MultipartLimits& limits = {});

// The first of that name, or nothing.
const Part* part_named(const std::vector<Part>& parts, std::string_view name);

}  // namespace repartee::net
