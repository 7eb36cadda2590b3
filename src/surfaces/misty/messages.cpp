#include "surfaces/misty/messages.h"

#include "base/utf8.h"
#include "net/percent.h"

#include <boost/json.hpp>

#include <array>

namespace repartee::surfaces::misty {

namespace json = boost::json;

namespace {

// Of what a client sent, in a message to it.
constexpr std::size_t longest_echo = 60;

Error malformed(std::string message) {
    return {ErrorKind::Malformed, std::move(message), {}};
}

Result<json::object> parse_object(std::string_view body) {
    json::error_code fault;
    auto value = json::parse(body, fault);
    if (fault || !value.is_object()) {
        return malformed("The body must be a JSON object.");
    }
    return std::move(value.get_object());
}

// The original put it into a string; Python writes these words.
std::string as_python_prints(const json::value* value) {
    if (value == nullptr || value->is_null()) {
        return "None";
    }
    if (value->is_string()) {
        return std::string(value->get_string());
    }
    if (value->is_bool()) {
        return value->get_bool() ? "True" : "False";
    }
    return json::serialize(*value);
}

// --- colours ---

constexpr std::pair<std::string_view, devices::Colour> colours[] = {
    {"red", {255, 0, 0}},      {"green", {0, 255, 0}},        {"blue", {0, 0, 255}},
    {"yellow", {255, 255, 0}}, {"orange", {255, 100, 0}},     {"purple", {128, 0, 128}},
    {"violet", {143, 0, 255}}, {"pink", {255, 60, 150}},      {"magenta", {255, 0, 255}},
    {"cyan", {0, 255, 255}},   {"turquoise", {64, 224, 208}}, {"white", {255, 255, 255}},
    {"gray", {128, 128, 128}}, {"grey", {128, 128, 128}},     {"brown", {120, 60, 10}},
    {"gold", {255, 180, 0}},   {"lime", {150, 255, 0}},       {"black", {0, 0, 0}},
    {"off", {0, 0, 0}},
};

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (auto& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

std::optional<devices::Colour> colour_from_digits(std::string_view digits) {
    bool is_short = digits.size() == 3;
    if (!is_short && digits.size() != 6) {
        return std::nullopt;
    }
    std::array<std::uint8_t, 3> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        int high = net::hex_digit(digits[is_short ? i : 2 * i]);
        int low = net::hex_digit(digits[is_short ? i : 2 * i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        parts[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return devices::Colour{parts[0], parts[1], parts[2]};
}

// red, green and blue where any of them is given, else color, else nothing.
Result<std::optional<devices::Colour>> parse_colour(const json::object& message) {
    devices::Colour colour;
    bool given = false;
    for (auto [name, part] :
         {std::pair{"red", &colour.red}, {"green", &colour.green}, {"blue", &colour.blue}}) {
        const auto* value = message.if_contains(name);
        if (value == nullptr || value->is_null()) {
            continue;
        }
        json::error_code fault;
        auto number = value->to_number<std::int64_t>(fault);
        if (fault || number < 0 || number > 255) {
            return malformed(std::string(name) + " must be a whole number from 0 to 255.");
        }
        *part = static_cast<std::uint8_t>(number);
        given = true;
    }
    if (given) {
        return std::optional(colour);
    }
    const auto* value = message.if_contains("color");
    if (value == nullptr || value->is_null()) {
        return std::optional<devices::Colour>();
    }
    auto named = value->is_string() ? colour_named(value->get_string()) : std::nullopt;
    if (!named) {
        return malformed("color must be a name such as \"red\", or \"#rrggbb\".");
    }
    return named;
}

// The keys that pollers and the original's pages know, added to the house's own.
net::Response with_known_keys(net::Response response, std::string_view message) {
    auto body = json::parse(response.body).get_object();
    body["error"] = true;
    body["status"] = "error";
    body["text"] = "";
    body["response"] = message;
    response.body = json::serialize(body);
    return response;
}

}  // namespace

Result<std::string> parse_test(std::string_view body) {
    auto message = parse_object(body);
    if (!message) {
        return message.error();
    }
    return as_python_prints(message->if_contains("message"));
}

Result<ActionRequest> parse_action(std::string_view body) {
    auto message = parse_object(body);
    if (!message) {
        return message.error();
    }
    const auto* name = message->if_contains("action");
    if (name == nullptr || !name->is_string() || name->get_string().empty()) {
        return malformed("No action provided");
    }
    std::string_view wanted = name->get_string();
    auto action = devices::action_named(wanted);
    if (!action) {
        return malformed("Unknown action: " + std::string(truncate_utf8(wanted, longest_echo)));
    }
    ActionRequest request{.action = *action, .colour = {}};
    if (request.action == devices::Action::LedColor) {
        auto colour = parse_colour(*message);
        if (!colour) {
            return colour.error();
        }
        request.colour = *colour;
    }
    return request;
}

std::optional<devices::Colour> colour_named(std::string_view name) {
    if (name.starts_with('#')) {
        return colour_from_digits(name.substr(1));
    }
    auto wanted = lower_ascii(name);
    for (const auto& [known, colour] : colours) {
        if (known == wanted) {
            return colour;
        }
    }
    return std::nullopt;
}

std::string test_reply(std::string_view message) {
    return json::serialize(json::object{{"reply", "Server received: " + std::string(message)}});
}

std::string job_received(std::string_view id) {
    return json::serialize(json::object{{"job_id", id}, {"status", "received"}});
}

std::string job_status(const jobs::JobRecord& record) {
    json::object body{
        {"status", jobs::name_of(record.state)}, {"text", record.text}, {"response", record.response}};
    if (record.state == jobs::JobState::Error) {
        body["error"] = true;
        body["message"] = record.response;
        body["code"] = name_of(record.fault);
    }
    return json::serialize(body);
}

std::string action_taken() {
    return json::serialize(json::object{{"status", "ok"}});
}

net::Response refusal(const net::Request& request, const Error& error) {
    auto response = net::error_response(request, error);
    return with_known_keys(std::move(response), error.message);
}

net::Response file_missing(const net::Request& request) {
    constexpr std::string_view message = "The form has no part named file.";
    auto response = refusal(request, {ErrorKind::Unprocessable, std::string(message), {}});
    auto body = json::parse(response.body).get_object();
    // As the original's framework said it.
    body["detail"] = json::array{json::object{{"type", "missing"},
                                              {"loc", json::array{"body", "file"}},
                                              {"msg", "Field required"},
                                              {"input", nullptr}}};
    response.body = json::serialize(body);
    return response;
}

net::Response unknown_job(const net::Request& request) {
    return refusal(request, {ErrorKind::NotFound, "Job not found", {}});
}

net::Response nobody_knows(const net::Request& request, const Error& error) {
    auto response = net::error_response(request, error);
    auto body = json::parse(response.body).get_object();
    // A word of the original's that no poller takes for an end.
    body["status"] = "processing";
    body["text"] = "";
    body["response"] = "";
    response.body = json::serialize(body);
    return response;
}

}  // namespace repartee::surfaces::misty
