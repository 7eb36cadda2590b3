#include "surfaces/assistant/messages.h"

#include "surfaces/moments.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::surfaces::assistant {

namespace json = boost::json;

namespace {

// Control messages are a few words; this only has to be more than any of them.
constexpr std::size_t longest_message = 64 << 10;

bool flag(const json::object& message, std::string_view name) {
    auto* value = message.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

ClientMessage parse_client_message(std::string_view text) {
    if (text.size() > longest_message) {
        return NotAMessage{};
    }
    json::error_code fault;
    auto value = json::parse(text, fault);
    if (fault || !value.is_object() || value.get_object().empty()) {
        return NotAMessage{};
    }
    const auto& message = value.get_object();
    auto* action = message.if_contains("action");
    if (action == nullptr || action->is_null()) {
        return UnknownAction{"None"};
    }
    if (!action->is_string()) {
        return UnknownAction{json::serialize(*action)};
    }
    std::string_view name = action->get_string();
    if (name == "start") {
        return Start{};
    }
    if (name == "end") {
        return End{};
    }
    if (name == "ping") {
        return Ping{};
    }
    if (name == "options") {
        return Options{.speech = flag(message, "speech"), .timeline = flag(message, "timeline")};
    }
    return UnknownAction{std::string(name)};
}

std::string ready() {
    return json::serialize(json::object{{"type", "ready"}});
}

std::string pong() {
    return json::serialize(json::object{{"type", "pong"}});
}

std::string acknowledge_start() {
    return json::serialize(json::object{{"type", "ack"}, {"event", "start"}});
}

std::string acknowledge_end(std::size_t bytes) {
    return json::serialize(json::object{{"type", "ack"}, {"event", "end"}, {"bytes", bytes}});
}

std::string acknowledge_options(const Options& options) {
    return json::serialize(json::object{
        {"type", "ack"}, {"event", "options"}, {"speech", options.speech}, {"timeline", options.timeline}});
}

std::string chunk_received(std::size_t bytes, std::size_t total) {
    return json::serialize(
        json::object{{"type", "audio"}, {"event", "chunk"}, {"bytes", bytes}, {"total", total}});
}

std::string error(std::string_view message) {
    return json::serialize(json::object{{"type", "error"}, {"message", message}});
}

std::string too_short(std::size_t bytes) {
    return error("Audio too short: " + std::to_string(bytes) + " bytes. Please speak longer.");
}

std::string transcript(std::string_view text) {
    return json::serialize(json::object{{"type", "stt"}, {"text", text}});
}

std::string transcript_failed(std::string_view why) {
    return json::serialize(json::object{{"type", "stt"}, {"text", ""}, {"error", why}});
}

std::string reply_began(std::string_view model, std::string_view prompt) {
    return json::serialize(
        json::object{{"type", "llm"}, {"event", "start"}, {"model", model}, {"prompt", prompt}});
}

std::string reply_delta(std::string_view delta) {
    return json::serialize(json::object{{"type", "llm"}, {"delta", delta}});
}

std::string reply_ended(std::string_view text) {
    return json::serialize(json::object{{"type", "llm"}, {"event", "end"}, {"text", text}});
}

std::string reply_failed(std::string_view why) {
    return json::serialize(json::object{{"type", "llm"}, {"event", "error"}, {"message", why}});
}

std::string reply_skipped() {
    return json::serialize(json::object{{"type", "llm"}, {"event", "skipped"}});
}

std::string speech_began(int sample_rate) {
    return json::serialize(json::object{
        {"type", "speech"}, {"event", "start"}, {"format", "pcm_s16le"}, {"sample_rate", sample_rate}});
}

std::string speech_ended() {
    return json::serialize(json::object{{"type", "speech"}, {"event", "end"}});
}

std::string speech_failed(std::string_view why) {
    return json::serialize(json::object{{"type", "speech"}, {"event", "error"}, {"message", why}});
}

std::string timeline(conversation::Outcome outcome, const Timeline& timeline) {
    return fmt::format(R"({{"type":"timeline","outcome":"{}","moments":{}}})", conversation::name_of(outcome),
                       moments_json(timeline));
}

}  // namespace repartee::surfaces::assistant
