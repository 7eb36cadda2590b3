// The words of the Model Context Protocol that its client and its server share: versions, codes, headers and
// the names in `_meta`. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::mcp {

// Before 2026-07-28 there is a handshake and a session; since then each request stands for itself.
enum class Era { Legacy, Modern };

namespace versions {
inline constexpr std::string_view with_batches = "2025-03-26";  // the only one that has them
inline constexpr std::string_view modern = "2026-07-28";
// Newest first: the first is offered.
inline constexpr std::array<std::string_view, 3> legacy{"2025-11-25", "2025-06-18", with_batches};
// What a request over HTTP is taken for that does not say.
inline constexpr std::string_view unsaid = with_batches;
}  // namespace versions

bool is_legacy_version(std::string_view version);
// Nothing for a version that we do not speak.
std::optional<Era> era_of(std::string_view version);

namespace codes {
inline constexpr std::int64_t parse_error = -32700;
inline constexpr std::int64_t invalid_request = -32600;
inline constexpr std::int64_t method_not_found = -32601;
inline constexpr std::int64_t invalid_params = -32602;
inline constexpr std::int64_t internal_error = -32603;
// Of the modern revision.
inline constexpr std::int64_t header_mismatch = -32020;
inline constexpr std::int64_t missing_capability = -32021;
inline constexpr std::int64_t unsupported_version = -32022;
}  // namespace codes

namespace headers {
inline constexpr std::string_view version = "MCP-Protocol-Version";
inline constexpr std::string_view session = "MCP-Session-Id";
inline constexpr std::string_view method = "Mcp-Method";
inline constexpr std::string_view name = "Mcp-Name";
inline constexpr std::string_view parameter_prefix = "Mcp-Param-";
inline constexpr std::string_view last_event = "Last-Event-ID";
}  // namespace headers

namespace meta {
inline constexpr std::string_view version = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view capabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view client = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view server = "io.modelcontextprotocol/serverInfo";
inline constexpr std::string_view progress_token = "progressToken";
}  // namespace meta

// A text as a header carries it: as it is where it can be, else `=?base64?...?=` around its bytes.
std::string to_header_value(std::string_view text);
// The text; nothing where the value says that it is base64 and is not, or what it holds is no UTF-8.
std::optional<std::string> from_header_value(std::string_view value);

// Visible ASCII, at least one character and not more than a header bears.
bool is_session_id(std::string_view text);

}  // namespace repartee::mcp
