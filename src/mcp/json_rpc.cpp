#include "mcp/json_rpc.h"

#include "mcp/protocol.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <limits>
#include <utility>

namespace repartee::mcp {

namespace json = boost::json;

namespace {

std::optional<RequestId> id_in(const json::value& value) {
    if (const auto* number = value.if_int64()) {
        return *number;
    }
    if (const auto* text = value.if_string(); text && text->size() <= longest_id) {
        return std::string(*text);
    }
    return std::nullopt;
}

std::optional<RequestId> id_of(const json::object& object) {
    const auto* id = object.if_contains("id");
    return id ? id_in(*id) : std::nullopt;
}

Unreadable invalid(std::string message, std::optional<RequestId> id = std::nullopt) {
    return {std::move(id), {codes::invalid_request, std::move(message)}};
}

std::optional<RpcError> error_in(json::value& value) {
    auto* object = value.if_object();
    const auto* code = object ? object->if_contains("code") : nullptr;
    const auto* message = object ? object->if_contains("message") : nullptr;
    if (!code || !code->is_int64() || !message || !message->is_string()) {
        return std::nullopt;
    }
    RpcError error{code->get_int64(), std::string(message->get_string())};
    if (auto* data = object->if_contains("data")) {
        error.data = std::move(*data);
    }
    return error;
}

// Requests and notifications.
Frame parse_call(json::object object) {
    auto id = id_of(object);
    auto* method = object.if_contains("method");
    if (!method->is_string()) {
        return invalid("the method is no text", std::move(id));
    }
    json::object params;
    if (auto* given = object.if_contains("params")) {
        if (!given->is_object()) {
            return invalid("the parameters are no object", std::move(id));
        }
        params = std::move(given->get_object());
    }
    std::string name(method->get_string());
    if (!object.contains("id")) {
        return Notification{std::move(name), std::move(params)};
    }
    if (!id) {
        return invalid("the id is neither a text nor a whole number");
    }
    return Request{std::move(*id), std::move(name), std::move(params)};
}

Frame parse_answer(json::object object) {
    auto id = id_of(object);
    auto* result = object.if_contains("result");
    auto* failed = object.if_contains("error");
    if ((result != nullptr) == (failed != nullptr)) {
        return invalid(result ? "both a result and an error" : "neither a method, nor a result, nor an error",
                       std::move(id));
    }
    if (failed) {
        auto error = error_in(*failed);
        if (!error) {
            return invalid("an error without code and message", std::move(id));
        }
        return ErrorReply{std::move(id), std::move(*error)};
    }
    if (!id) {
        return invalid("a result without an id");
    }
    if (!result->is_object()) {
        return invalid("the result is no object", std::move(id));
    }
    return Reply{std::move(*id), std::move(result->get_object())};
}

json::value json_of(const RequestId& id) {
    return std::visit([](const auto& value) { return json::value(value); }, id);
}

json::object json_of(const std::optional<RequestId>& id, const RpcError& error) {
    json::object written{{"code", error.code}, {"message", error.message}};
    if (!error.data.is_null()) {
        written["data"] = error.data;
    }
    return {
        {"jsonrpc", "2.0"}, {"id", id ? json_of(*id) : json::value(nullptr)}, {"error", std::move(written)}};
}

struct Writer {
    json::object operator()(const Request& request) const {
        json::object object{{"jsonrpc", "2.0"}, {"id", json_of(request.id)}, {"method", request.method}};
        return with(std::move(object), request.params);
    }
    json::object operator()(const Notification& notification) const {
        return with({{"jsonrpc", "2.0"}, {"method", notification.method}}, notification.params);
    }
    json::object operator()(const Reply& reply) const {
        return {{"jsonrpc", "2.0"}, {"id", json_of(reply.id)}, {"result", reply.result}};
    }
    json::object operator()(const ErrorReply& reply) const { return json_of(reply.id, reply.error); }
    json::object operator()(const Unreadable& unreadable) const {
        return json_of(unreadable.id, unreadable.error);
    }

private:
    static json::object with(json::object object, const json::object& params) {
        if (!params.empty()) {
            object["params"] = params;
        }
        return object;
    }
};

}  // namespace

Frame parse_frame(json::value value) {
    auto* object = value.if_object();
    if (!object) {
        return invalid("a frame is a JSON object");
    }
    const auto* version = object->if_contains("jsonrpc");
    if (!version || !version->is_string() || version->get_string() != "2.0") {
        return invalid("jsonrpc is not \"2.0\"", id_of(*object));
    }
    return object->contains("method") ? parse_call(std::move(*object)) : parse_answer(std::move(*object));
}

Message parse_message(std::string_view text, Batches batches) {
    json::parse_options options;
    options.max_depth = deepest_json;
    boost::system::error_code failed;
    auto value = json::parse(text, failed, {}, options);
    Message message;
    if (failed) {
        message.frames.emplace_back(
            Unreadable{std::nullopt, {codes::parse_error, "this is no JSON: " + failed.message()}});
        return message;
    }
    auto* array = value.if_array();
    if (!array) {
        message.frames.push_back(parse_frame(std::move(value)));
        return message;
    }
    if (batches == Batches::Refused) {
        message.frames.emplace_back(invalid("several frames in one message are not taken here"));
        return message;
    }
    if (array->empty() || array->size() > most_frames) {
        message.frames.emplace_back(
            invalid(fmt::format("a message has 1 to {} frames, not {}", most_frames, array->size())));
        return message;
    }
    message.batch = true;
    for (auto& each : *array) {
        message.frames.push_back(parse_frame(std::move(each)));
    }
    return message;
}

json::object to_json(const Frame& frame) {
    return std::visit(Writer{}, frame);
}

std::string write(const Frame& frame) {
    return json::serialize(to_json(frame));
}

std::string write_batch(const std::vector<Frame>& frames) {
    json::array array;
    for (const auto& frame : frames) {
        array.push_back(to_json(frame));
    }
    return json::serialize(array);
}

std::string in_words(const RequestId& id) {
    if (const auto* number = std::get_if<std::int64_t>(&id)) {
        return fmt::format("{}", *number);
    }
    return json::serialize(std::get<std::string>(id));
}

}  // namespace repartee::mcp
