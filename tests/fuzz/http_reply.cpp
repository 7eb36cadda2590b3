// What an HTTP server sends to our client. The first byte says how the rest is cut into pieces; a
// reply that is understood must mean the same however it is cut.
#include "net/reply_parser.h"

#include <cstdint>
#include <cstdlib>
#include <optional>

using namespace repartee;

namespace {

struct Understood {
    int status = 0;
    std::string body;
};

std::optional<Understood> understand(std::string_view bytes, std::size_t piece) {
    net::ReplyParser parser("peer:1", net::ReplyParser::Body::Follows, 1 << 16);
    Understood understood;
    try {
        for (std::size_t at = 0; at < bytes.size() && !parser.complete(); at += piece) {
            parser.feed(bytes.substr(at, piece));
            understood.body += parser.take_body();
        }
        parser.feed_end();
    } catch (const Failure&) {
        return std::nullopt;
    }
    understood.body += parser.take_body();
    understood.status = parser.status();
    (void)parser.reusable();
    (void)parser.headers();
    return understood;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    auto whole = understand(bytes, size);
    auto cut = understand(bytes, 1 + data[0] % 32);
    if (whole.has_value() != cut.has_value()) {
        std::abort();
    }
    if (whole && (whole->body != cut->body || whole->status != cut->status)) {
        std::abort();
    }
    return 0;
}
