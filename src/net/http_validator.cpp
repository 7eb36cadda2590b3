#include "net/http_validator.h"

#include "net/header_values.h"
#include "net/percent.h"

#include <algorithm>
#include <array>

namespace repartee::net {

namespace {

constexpr std::size_t target_limit = 8 << 10;  // bytes; what most servers and proxies take
constexpr std::size_t method_limit = 32;
constexpr std::size_t field_limit = 100;

using Fault = std::optional<HeadFault>;

constexpr std::string_view line_end = "\r\n";

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

// What the rules about framing want to know, gathered while the fields go by.
struct Seen {
    bool http_1_0 = false;
    std::string_view method;
    std::string_view target;

    int hosts = 0;
    int content_lengths = 0;
    int transfer_encodings = 0;
    int expects = 0;
    int upgrades = 0;
    int keys = 0;
    int versions = 0;
    bool connection_upgrade = false;
    std::string_view host;
    std::string_view content_length;
    std::string_view transfer_encoding;
    std::string_view expect;
    std::string_view upgrade;
    std::string_view key;
    std::string_view version;
};

Fault check_path(std::string_view path) {
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%') {
            continue;
        }
        if (i + 2 >= path.size() || hex_digit(path[i + 1]) < 0 || hex_digit(path[i + 2]) < 0) {
            return HeadFault{400, "a '%' in the path is not followed by two hexadecimal digits"};
        }
        if (path[i + 1] == '0' && path[i + 2] == '0') {
            return HeadFault{400, "the path contains a zero byte"};
        }
    }
    return std::nullopt;
}

// Which host an absolute target names is compared with Host once that is known.
Fault check_target(std::string_view method, std::string_view target) {
    if (target.size() > target_limit) {
        return HeadFault{414, "the request target is too long"};
    }
    if (target.empty()) {
        return HeadFault{400, "the request target is missing"};
    }
    for (char c : target) {
        if (c <= ' ' || c == '\x7f' || static_cast<unsigned char>(c) > 0x7f || c == '#') {
            return HeadFault{400, "the request target contains a character that has to be encoded"};
        }
    }
    if (target == "*") {
        return method == "OPTIONS" ? std::nullopt : Fault(HeadFault{400, "'*' is a target for OPTIONS only"});
    }
    auto path = origin_form(target);
    if (path.empty()) {
        return HeadFault{400, "the request target is neither a path nor an http URL"};
    }
    return check_path(path.substr(0, path.find('?')));
}

Fault check_version(std::string_view version, Seen& seen) {
    if (version == "HTTP/1.1" || version == "HTTP/1.0") {
        seen.http_1_0 = version.back() == '0';
        return std::nullopt;
    }
    bool well_formed = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                       version[6] == '.' && is_digit(version[7]);
    return well_formed ? HeadFault{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"}
                       : HeadFault{400, "the request line does not end with an HTTP version"};
}

Fault check_request_line(std::string_view line, Seen& seen) {
    auto first = line.find(' ');
    auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return HeadFault{line.size() > target_limit ? 414 : 400,
                         "the request line is not 'METHOD target HTTP/1.1'"};
    }
    seen.method = line.substr(0, first);
    seen.target = line.substr(first + 1, last - first - 1);
    if (!is_token(seen.method) || seen.method.size() > method_limit) {
        return HeadFault{400, "the method is not a token"};
    }
    if (seen.method == "CONNECT") {
        return HeadFault{501, "CONNECT is not served here"};
    }
    if (auto fault = check_version(line.substr(last + 1), seen)) {
        return fault;
    }
    return check_target(seen.method, seen.target);
}

void note(std::string_view name, std::string_view value, Seen& seen) {
    struct Kept {
        std::string_view name;
        int Seen::* count;
        std::string_view Seen::* value;
    };
    static constexpr std::array kept{
        Kept{"host", &Seen::hosts, &Seen::host},
        Kept{"content-length", &Seen::content_lengths, &Seen::content_length},
        Kept{"transfer-encoding", &Seen::transfer_encodings, &Seen::transfer_encoding},
        Kept{"expect", &Seen::expects, &Seen::expect},
        Kept{"upgrade", &Seen::upgrades, &Seen::upgrade},
        Kept{"sec-websocket-key", &Seen::keys, &Seen::key},
        Kept{"sec-websocket-version", &Seen::versions, &Seen::version},
    };
    for (const auto& [known, count, where] : kept) {
        if (equal_without_case(name, known)) {
            ++(seen.*count);
            seen.*where = value;
            return;
        }
    }
    if (equal_without_case(name, "connection") && names_token(value, "upgrade")) {
        seen.connection_upgrade = true;
    }
}

Fault check_field(std::string_view line, Seen& seen) {
    if (line.front() == ' ' || line.front() == '\t') {
        return HeadFault{400, "a header is folded over two lines"};
    }
    auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return HeadFault{400, "a header line is not 'Name: value'"};
    }
    auto value = trimmed(line.substr(colon + 1));
    if (std::ranges::any_of(value, is_control_character)) {
        return HeadFault{400, "a header value contains a control character"};
    }
    note(line.substr(0, colon), value, seen);
    return std::nullopt;
}

bool is_host(std::string_view host) {
    auto name = host;
    std::size_t port_at = std::string_view::npos;
    if (host.starts_with('[')) {
        auto end = host.find(']');
        if (end == std::string_view::npos) {
            return false;
        }
        name = host.substr(1, end - 1);
        if (!std::ranges::all_of(name, [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.'; })) {
            return false;
        }
        if (end + 1 < host.size()) {
            port_at = end + 1;
        }
    } else {
        port_at = host.find(':');
        name = host.substr(0, port_at);
        if (!std::ranges::all_of(name, [](char c) {
                return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_' || c == '~';
            })) {
            return false;
        }
    }
    if (name.empty() || name.size() > 255) {
        return false;
    }
    if (port_at == std::string_view::npos) {
        return true;
    }
    auto port = host.substr(port_at + 1);
    return host[port_at] == ':' && all_digits(port) && port.size() <= 5;
}

// Two parties that disagree about whose request this is, or where it ends, can be played off
// against each other. So there is one Host and one way to know the length, or no service.
Fault check_host(const Seen& seen) {
    if (seen.hosts > 1) {
        return HeadFault{400, "there is more than one Host header"};
    }
    if (seen.hosts == 0) {
        return seen.http_1_0 ? std::nullopt : Fault(HeadFault{400, "the Host header is missing"});
    }
    if (!is_host(seen.host)) {
        return HeadFault{400, "the Host header is not a host name"};
    }
    auto authority = authority_form(seen.target);
    if (!authority.empty() && !equal_without_case(authority, seen.host)) {
        return HeadFault{400, "the request target and the Host header name different hosts"};
    }
    return std::nullopt;
}

Fault check_length(const Seen& seen) {
    if (seen.content_lengths > 1) {
        return HeadFault{400, "there is more than one Content-Length header"};
    }
    // 18 digits fit 64 bits whatever they are.
    if (seen.content_lengths == 1 && (!all_digits(seen.content_length) || seen.content_length.size() > 18)) {
        return HeadFault{400, "Content-Length is not a number"};
    }
    if (seen.transfer_encodings == 0) {
        return std::nullopt;
    }
    if (seen.content_lengths > 0) {
        return HeadFault{400, "there is both a Transfer-Encoding and a Content-Length header"};
    }
    if (seen.http_1_0) {
        return HeadFault{400, "HTTP/1.0 knows no Transfer-Encoding"};
    }
    if (seen.transfer_encodings > 1) {
        return HeadFault{400, "there is more than one Transfer-Encoding header"};
    }
    if (!equal_without_case(seen.transfer_encoding, "chunked")) {
        return HeadFault{501, "the only transfer encoding understood is 'chunked'"};
    }
    return std::nullopt;
}

Fault check_expect(const Seen& seen) {
    if (seen.expects > 1 || (seen.expects == 1 && !equal_without_case(seen.expect, "100-continue"))) {
        return HeadFault{417, "the only expectation understood is '100-continue'"};
    }
    return std::nullopt;
}

// Takes the next line, without its ending, off `rest`; nothing when there is none or when a
// CR or LF stands alone in it.
std::optional<std::string_view> next_line(std::string_view& rest) {
    auto end = rest.find_first_of(line_end);
    if (end == std::string_view::npos || !rest.substr(end).starts_with(line_end)) {
        return std::nullopt;
    }
    auto line = rest.substr(0, end);
    rest.remove_prefix(end + line_end.size());
    return line;
}

Fault read_head(std::string_view head, Seen& seen) {
    constexpr HeadFault broken_line{400, "a line of the request head does not end with CR LF"};
    auto rest = head;
    auto request_line = next_line(rest);
    if (!request_line) {
        return broken_line;
    }
    if (auto fault = check_request_line(*request_line, seen)) {
        return fault;
    }
    for (std::size_t fields = 0;; ++fields) {
        auto line = next_line(rest);
        if (!line) {
            return broken_line;
        }
        if (line->empty()) {
            break;
        }
        if (fields == field_limit) {
            return HeadFault{431, "there are too many headers"};
        }
        if (auto fault = check_field(*line, seen)) {
            return fault;
        }
    }
    return rest.empty() ? std::nullopt : Fault(HeadFault{400, "something follows the request head"});
}

// Sixteen bytes in base64 are 22 letters and two signs of equality.
bool is_websocket_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char c) {
               return is_digit(c) || is_letter(c) || c == '+' || c == '/';
           });
}

}  // namespace

std::optional<std::size_t> end_of_head(std::string_view bytes, std::size_t& looked_at) {
    if (!bytes.empty() && !is_token_character(bytes.front())) {
        return 1;  // no method begins so: a TLS hello on a plain port, for one
    }
    for (;;) {
        auto feed = bytes.find('\n', looked_at);
        if (feed == std::string_view::npos) {
            looked_at = bytes.size();
            return std::nullopt;
        }
        looked_at = feed + 1;
        auto line = bytes.substr(0, feed + 1);
        if (!line.ends_with(line_end) || line.ends_with("\r\n\r\n")) {
            return looked_at;
        }
    }
}

std::string_view authority_form(std::string_view target) {
    for (std::string_view scheme : {"http://", "https://"}) {
        if (equal_without_case(target.substr(0, scheme.size()), scheme)) {
            auto rest = target.substr(scheme.size());
            return rest.substr(0, rest.find_first_of("/?"));
        }
    }
    return {};
}

std::string_view origin_form(std::string_view target) {
    if (target.starts_with('/')) {
        return target;
    }
    auto authority = authority_form(target);
    if (authority.empty()) {
        return {};
    }
    auto rest = target.substr(static_cast<std::size_t>(authority.data() + authority.size() - target.data()));
    return rest.starts_with('/') ? rest : std::string_view();
}

std::optional<HeadFault> check_request_head(std::string_view head) {
    Seen seen;
    if (auto fault = read_head(head, seen)) {
        return fault;
    }
    for (auto check : {check_host, check_length, check_expect}) {
        if (auto fault = check(seen)) {
            return fault;
        }
    }
    return std::nullopt;
}

std::optional<HeadFault> check_websocket_handshake(std::string_view head) {
    Seen seen;
    if (auto fault = read_head(head, seen)) {
        return fault;
    }
    if (seen.method != "GET") {
        return HeadFault{405, "a WebSocket begins with GET"};
    }
    if (seen.http_1_0) {
        return HeadFault{400, "a WebSocket needs HTTP/1.1"};
    }
    if (seen.transfer_encodings > 0 || (seen.content_lengths > 0 && seen.content_length != "0")) {
        return HeadFault{400, "a WebSocket handshake has no body"};
    }
    if (seen.upgrades != 1 || !equal_without_case(seen.upgrade, "websocket")) {
        return HeadFault{400, "a WebSocket handshake says 'Upgrade: websocket', once"};
    }
    if (!seen.connection_upgrade) {
        return HeadFault{400, "a WebSocket handshake says 'Connection: Upgrade'"};
    }
    if (seen.versions != 1 || seen.version != "13") {
        return HeadFault{426, "the only WebSocket version spoken here is 13"};
    }
    if (seen.keys != 1 || !is_websocket_key(seen.key)) {
        return HeadFault{400, "Sec-WebSocket-Key is not 16 bytes in base64"};
    }
    return std::nullopt;
}

}  // namespace repartee::net
