#include "surfaces/assistant/ollama_api.h"

#include "conversation/speech_text.h"

#include <boost/json.hpp>
#include <fmt/chrono.h>

#include <optional>

namespace repartee::surfaces::assistant {

namespace json = boost::json;

namespace {

// A page's chat box sends its whole history each time; past this it is no longer a chat.
constexpr std::size_t most_messages = 200;

Error unprocessable(std::string message) {
    return {ErrorKind::Unprocessable, std::move(message), {}};
}

std::optional<Role> role_of(std::string_view name) {
    if (name == "system") {
        return Role::System;
    }
    if (name == "user") {
        return Role::User;
    }
    if (name == "assistant") {
        return Role::Assistant;
    }
    return std::nullopt;
}

// Reads one number of `options` if it is there and in range; a wrong one is a mistake of the caller.
template <class T>
Result<void> take_number(const json::object& options, std::string_view name, double least, double most,
                         std::optional<T>& target) {
    auto* value = options.if_contains(name);
    if (value == nullptr || value->is_null()) {
        return {};
    }
    json::error_code fault;
    auto number = value->to_number<double>(fault);
    if (fault || number < least || number > most) {
        return unprocessable(fmt::format("options.{} must be a number from {} to {}", name, least, most));
    }
    target = static_cast<T>(number);
    return {};
}

Result<engines::SamplingOptions> parse_options(const json::object& request) {
    engines::SamplingOptions sampling;
    auto* value = request.if_contains("options");
    if (value == nullptr || !value->is_object()) {
        return sampling;
    }
    const auto& options = value->get_object();
    std::optional<int> predict;
    for (const auto& result : {take_number(options, "temperature", 0, 2, sampling.temperature),
                               take_number(options, "top_p", 0, 1, sampling.top_p),
                               take_number(options, "top_k", 0, 10'000, sampling.top_k),
                               take_number(options, "num_predict", -2, 1'000'000, predict),
                               take_number(options, "seed", -9e15, 9e15, sampling.seed)}) {
        if (!result) {
            return result.error();
        }
    }
    // Negative means without limit.
    if (predict && *predict > 0) {
        sampling.max_tokens = predict;
    }
    if (auto* stop = options.if_contains("stop"); stop != nullptr && stop->is_array()) {
        for (const auto& word : stop->get_array()) {
            if (word.is_string() && sampling.stop.size() < 4) {
                sampling.stop.emplace_back(word.get_string());
            }
        }
    }
    return sampling;
}

Result<std::vector<Message>> parse_messages(const json::object& request) {
    auto* value = request.if_contains("messages");
    if (value == nullptr || !value->is_array()) {
        return unprocessable("messages must be a list");
    }
    if (value->get_array().size() > most_messages) {
        return unprocessable(fmt::format("messages may hold {} at most", most_messages));
    }
    std::vector<Message> messages;
    for (const auto& item : value->get_array()) {
        auto* fields = item.if_object();
        auto* role = fields != nullptr ? fields->if_contains("role") : nullptr;
        auto* content = fields != nullptr ? fields->if_contains("content") : nullptr;
        auto known = role != nullptr && role->is_string() ? role_of(role->get_string()) : std::nullopt;
        if (!known || content == nullptr || !content->is_string()) {
            return unprocessable(
                "each message needs a role (system, user or assistant) and a content that is text");
        }
        messages.push_back({.role = *known, .content = std::string(content->get_string())});
    }
    // The published page ends its list with the empty message that it is about to fill.
    while (!messages.empty() && messages.back().role == Role::Assistant && messages.back().content.empty()) {
        messages.pop_back();
    }
    if (messages.empty()) {
        return unprocessable("messages holds nothing to answer");
    }
    return messages;
}

Result<std::vector<Message>> parse_prompt(const json::object& request) {
    std::vector<Message> messages;
    if (auto* system = request.if_contains("system"); system != nullptr && system->is_string()) {
        messages.push_back({.role = Role::System, .content = std::string(system->get_string())});
    }
    auto* prompt = request.if_contains("prompt");
    if (prompt == nullptr || !prompt->is_string() || prompt->get_string().empty()) {
        return unprocessable("prompt must be a text that is not empty");
    }
    messages.push_back({.role = Role::User, .content = std::string(prompt->get_string())});
    return messages;
}

std::string iso_time(WallTime time) {
    auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(time);
    auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), micros);
}

// The answer as a client may see it: text without reasoning, then the end.
class VisibleAnswer {
public:
    VisibleAnswer(engines::Model& model, engines::Prompt prompt) : stream_(model.start(std::move(prompt))) {}

    // The next piece of text; nothing at the end, and `end` tells how it was.
    awaitable<std::optional<std::string>> next() {
        while (auto output = co_await stream_->next()) {
            if (auto* delta = std::get_if<engines::TextDelta>(&*output)) {
                auto text = reasoning_.push(delta->text);
                if (!text.empty()) {
                    co_return text;
                }
            } else if (auto* ended = std::get_if<engines::AnswerEnd>(&*output)) {
                end = *ended;
            }
        }
        auto rest = reasoning_.finish();
        if (!rest.empty()) {
            co_return rest;
        }
        co_return std::nullopt;
    }

    engines::AnswerEnd end;

private:
    std::unique_ptr<engines::ModelStream> stream_;
    conversation::ReasoningFilter reasoning_;
};

}  // namespace

Result<OllamaRequest> parse_ollama_request(OllamaCall call, std::string_view body) {
    json::error_code fault;
    auto value = json::parse(body, fault);
    if (fault || !value.is_object()) {
        return Error{ErrorKind::Malformed, "Invalid JSON payload", {}};
    }
    const auto& request = value.get_object();
    auto messages = call == OllamaCall::Chat ? parse_messages(request) : parse_prompt(request);
    if (!messages) {
        return messages.error();
    }
    auto sampling = parse_options(request);
    if (!sampling) {
        return sampling.error();
    }
    auto* stream = request.if_contains("stream");
    return OllamaRequest{
        .prompt = {.messages = std::move(*messages), .skills = {}, .sampling = std::move(*sampling)},
        .stream = stream != nullptr && stream->is_bool() && stream->get_bool()};
}

json::object ollama_piece(OllamaCall call, std::string_view model, std::string_view created_at,
                          std::string_view text) {
    json::object piece{{"model", model}, {"created_at", created_at}};
    if (call == OllamaCall::Chat) {
        piece["message"] = json::object{{"role", "assistant"}, {"content", text}};
    } else {
        piece["response"] = text;
    }
    piece["done"] = false;
    return piece;
}

void add_ollama_end(json::object& piece, const engines::AnswerEnd& end, Duration total) {
    piece["done"] = true;
    piece["done_reason"] = end.reason;
    piece["total_duration"] = total.count();
    piece["prompt_eval_count"] = end.prompt_tokens;
    piece["eval_count"] = end.answer_tokens;
}

awaitable<void> answer_ollama_request(net::Exchange& exchange, OllamaCall call, engines::Model& model,
                                      Clock& clock) {
    auto request = parse_ollama_request(call, exchange.request().body);
    if (!request) {
        throw Failure(request.error());
    }
    auto began = clock.now();
    auto name = model.info().model;
    VisibleAnswer answer(model, std::move(request->prompt));
    // A model that fails at once gets a proper status; after the first words it is too late for one.
    auto text = co_await answer.next();

    if (!request->stream) {
        std::string whole;
        while (text) {
            whole += *text;
            text = co_await answer.next();
        }
        auto piece = ollama_piece(call, name, iso_time(clock.wall()), whole);
        add_ollama_end(piece, answer.end, clock.now() - began);
        auto response = net::json_response(200, json::serialize(piece));
        co_await exchange.respond(std::move(response));
        co_return;
    }

    net::Response head{.status = 200, .headers = {{"Content-Type", "application/x-ndjson"}}};
    auto* body = co_await exchange.stream(std::move(head));
    std::optional<Error> failure;
    try {
        while (text) {
            auto line = json::serialize(ollama_piece(call, name, iso_time(clock.wall()), *text)) + "\n";
            co_await body->write(std::move(line));
            text = co_await answer.next();
        }
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    auto last = failure ? json::object{{"error", failure->message}}
                        : ollama_piece(call, name, iso_time(clock.wall()), "");
    if (!failure) {
        add_ollama_end(last, answer.end, clock.now() - began);
    }
    auto line = json::serialize(last) + "\n";
    co_await body->write(std::move(line));
}

}  // namespace repartee::surfaces::assistant
