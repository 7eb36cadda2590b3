// What a stranger may send to POST /mcp: the first line is what the headers say of version, method and name.
#include "mcp/json_rpc.h"
#include "surfaces/mcp/wire.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace repartee;
    namespace wire = repartee::surfaces::mcp;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    auto end = text.find('\n');
    std::string first(text.substr(0, end));
    auto body = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    net::Headers headers{{"MCP-Protocol-Version", "2026-07-28"},
                         {"Mcp-Method", first},
                         {"Mcp-Name", first},
                         {"Accept", first}};
    (void)wire::accepted(headers);
    auto message = mcp::parse_message(body, mcp::Batches::Allowed);
    for (const auto& frame : message.frames) {
        (void)wire::manner_of(headers, frame);
        (void)wire::manner_of({}, frame);
        auto again = mcp::parse_message(mcp::write(frame));
        if (again.frames.size() != 1) {
            __builtin_trap();
        }
    }
    return 0;
}
