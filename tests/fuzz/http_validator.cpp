// Bytes of a request head, as anybody on the network can send them: found, judged and taken apart
// without ever reading outside, and without contradicting what a second look would say.
#include "net/http_validator.h"

#include "net/percent.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace repartee::net;

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::size_t looked_at = 0;
    auto end = end_of_head(bytes, looked_at);
    require(!end || *end <= size);

    // Arriving in two parts makes no difference.
    std::size_t looked_at_half = 0;
    auto half = end_of_head(bytes.substr(0, size / 2), looked_at_half);
    require((half ? half : end_of_head(bytes, looked_at_half)) == end);

    auto head = bytes.substr(0, end.value_or(size));
    auto fault = check_request_head(head);
    auto handshake = check_websocket_handshake(head);
    require(!fault || (fault->status >= 400 && fault->status < 600 && !fault->reason.empty()));
    if (fault) {
        return 0;
    }
    // What passed is one line per field, each ended by CR LF, and free of control characters.
    require(end && head.ends_with("\r\n\r\n"));
    for (std::size_t i = 0; i < head.size(); ++i) {
        auto byte = static_cast<unsigned char>(head[i]);
        require(byte >= 0x20 || byte == '\t' || byte == '\r' || byte == '\n');
        require(byte != '\n' || head[i - 1] == '\r');
        require(byte != '\r' || head[i + 1] == '\n');
    }
    auto line = head.substr(0, head.find("\r\n"));
    auto first = line.find(' ');
    auto target = line.substr(first + 1, line.rfind(' ') - first - 1);
    auto path = origin_form(target);
    require(target == "*" || path.starts_with('/'));
    auto decoded = percent_decoded(path.substr(0, path.find('?')), Plus::IsPlus);
    require(decoded.find('\0') == std::string::npos);
    require(handshake || head.starts_with("GET "));
    return 0;
}
