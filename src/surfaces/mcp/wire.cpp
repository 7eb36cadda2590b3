#include "surfaces/mcp/wire.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace repartee::surfaces::mcp {

namespace json = boost::json;

namespace {

// How long a list of tools is good for. Agents come and go, and with them what `ask` may be told.
constexpr std::int64_t list_is_good_for_ms = 300'000;

constexpr std::string_view about_us =
    "A voice assistant of this house. `ask` has it answer, with what it remembers of the person and what it "
    "can do; "
    "`say` has something said aloud; the others look into and change what is remembered of the person.";

constexpr char lower_case(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, lower_case, lower_case);
}

std::string_view stripped(std::string_view text) {
    auto begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// "text/event-stream;q=0.9" without what stands behind it.
std::string_view media_type(std::string_view value) {
    return stripped(value.substr(0, value.find(';')));
}

Refusal bad_request(std::int64_t code, std::string message) {
    return {400, {code, std::move(message)}};
}

Refusal unsupported(std::string_view requested) {
    json::array supported{json::string(rpc::versions::modern)};
    for (auto version : rpc::versions::legacy) {
        supported.emplace_back(json::string(version));
    }
    rpc::RpcError error{rpc::codes::unsupported_version, "This version of the protocol is not spoken here.",
                        json::object{{"supported", std::move(supported)}, {"requested", requested}}};
    return {400, std::move(error)};
}

const json::object* parameters_of(const rpc::Frame& frame) {
    if (const auto* request = std::get_if<rpc::Request>(&frame)) {
        return &request->params;
    }
    if (const auto* notification = std::get_if<rpc::Notification>(&frame)) {
        return &notification->params;
    }
    return nullptr;
}

const json::object* meta_of(const rpc::Frame& frame) {
    const auto* parameters = parameters_of(frame);
    const auto* meta = parameters != nullptr ? parameters->if_contains("_meta") : nullptr;
    return meta != nullptr ? meta->if_object() : nullptr;
}

// What the request is about, as far as a header has to say it: the name of a tool, the address of a
// resource.
std::optional<std::string_view> subject_key(std::string_view method) {
    if (method == "tools/call" || method == "prompts/get") {
        return "name";
    }
    return method == "resources/read" ? std::optional<std::string_view>("uri") : std::nullopt;
}

// Whether the headers of a modern message say what it says.
std::optional<Refusal> disagreement(const net::Headers& headers, std::string_view method,
                                    const json::object& parameters) {
    auto says_method = headers.get(rpc::headers::method);
    if (!says_method || *says_method != method) {
        return bad_request(
            rpc::codes::header_mismatch,
            fmt::format("The header {} does not say what the message says.", rpc::headers::method));
    }
    auto key = subject_key(method);
    const auto* subject = key ? parameters.if_contains(*key) : nullptr;
    if (subject == nullptr || !subject->is_string()) {
        return std::nullopt;
    }
    auto says_name = headers.get(rpc::headers::name);
    auto name = says_name ? rpc::from_header_value(*says_name) : std::nullopt;
    if (!name || *name != std::string_view(subject->get_string())) {
        return bad_request(
            rpc::codes::header_mismatch,
            fmt::format("The header {} does not say what the message says.", rpc::headers::name));
    }
    return std::nullopt;
}

// Who asks in the modern way has to say so in the message as well.
std::variant<Manner, Refusal> modern_manner(const net::Headers& headers, const rpc::Frame& frame) {
    Manner manner{.era = rpc::Era::Modern, .version = std::string(rpc::versions::modern)};
    const auto* request = std::get_if<rpc::Request>(&frame);
    if (request == nullptr) {
        return manner;  // nobody waits for an answer to it
    }
    const auto* meta = meta_of(frame);
    const auto* version = meta != nullptr ? meta->if_contains(rpc::meta::version) : nullptr;
    if (version == nullptr || !version->is_string()) {
        return bad_request(rpc::codes::invalid_params,
                           fmt::format("params._meta lacks {}.", rpc::meta::version));
    }
    const auto* abilities = meta->if_contains(rpc::meta::capabilities);
    if (abilities == nullptr || !abilities->is_object()) {
        return bad_request(rpc::codes::invalid_params,
                           fmt::format("params._meta lacks {}.", rpc::meta::capabilities));
    }
    if (auto wrong = disagreement(headers, request->method, request->params)) {
        return std::move(*wrong);
    }
    return manner;
}

}  // namespace

std::variant<Manner, Refusal> manner_of(const net::Headers& headers, const rpc::Frame& frame) {
    auto says = headers.get(rpc::headers::version);
    const auto* meta = meta_of(frame);
    if (const auto* claim = meta != nullptr ? meta->if_contains(rpc::meta::version) : nullptr) {
        if (!claim->is_string()) {
            return bad_request(rpc::codes::invalid_params, fmt::format("{} is no text.", rpc::meta::version));
        }
        std::string_view version = claim->get_string();
        if (!says || *says != version) {
            return bad_request(
                rpc::codes::header_mismatch,
                fmt::format("The header {} does not say what the message says.", rpc::headers::version));
        }
        if (version != rpc::versions::modern) {
            return unsupported(version);
        }
    }
    if (!says) {
        return Manner{.era = rpc::Era::Legacy, .version = std::string(rpc::versions::unsaid)};
    }
    auto era = rpc::era_of(*says);
    if (!era) {
        return unsupported(*says);
    }
    if (*era == rpc::Era::Modern) {
        return modern_manner(headers, frame);
    }
    return Manner{.era = rpc::Era::Legacy, .version = std::string(*says)};
}

Accepted accepted(const net::Headers& headers) {
    Accepted all{.json = false, .events = false};
    bool said = false;
    for (const auto& [name, value] : headers) {
        if (!same_word(name, "Accept")) {
            continue;
        }
        said = true;
        std::string_view rest = value;
        while (!rest.empty()) {
            auto comma = rest.find(',');
            auto type = media_type(rest.substr(0, comma));
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
            bool any = type == "*/*";
            all.json |= any || same_word(type, "application/json") || same_word(type, "application/*");
            all.events |= any || same_word(type, "text/event-stream") || same_word(type, "text/*");
        }
    }
    return said ? all : Accepted{};
}

bool is_json(const net::Headers& headers) {
    return same_word(media_type(headers.get("Content-Type").value_or("")), "application/json");
}

net::Response response_of(int status, const rpc::Frame& frame) {
    auto response = net::json_response(status, rpc::write(frame));
    response.headers.add("Cache-Control", "no-store");
    return response;
}

net::Response refused(const Refusal& refusal, std::optional<rpc::RequestId> id) {
    return response_of(refusal.status, rpc::ErrorReply{std::move(id), refusal.error});
}

std::string event_of(std::string_view id, std::string_view data) {
    return id.empty() ? fmt::format("data: {}\n\n", data) : fmt::format("id: {}\ndata: {}\n\n", id, data);
}

std::string negotiated(std::string_view offered) {
    return std::string(rpc::is_legacy_version(offered) ? offered : rpc::versions::legacy.front());
}

json::object server_info() {
    return {{"name", "repartee"}, {"title", "repartee"}, {"version", REPARTEE_VERSION}};
}

json::object capabilities() {
    return {{"tools", json::object{}}};
}

std::string_view instructions() {
    return about_us;
}

json::object dressed(json::object result, rpc::Era era) {
    if (era == rpc::Era::Modern) {
        result["resultType"] = "complete";
        result["_meta"] = json::object{{rpc::meta::server, server_info()}};
    }
    return result;
}

json::object keepable(json::object result, rpc::Era era) {
    if (era == rpc::Era::Modern) {
        result["ttlMs"] = list_is_good_for_ms;
        result["cacheScope"] = "private";  // another key may do other things
    }
    return dressed(std::move(result), era);
}

}  // namespace repartee::surfaces::mcp
