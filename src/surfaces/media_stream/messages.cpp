#include "surfaces/media_stream/messages.h"

#include "surfaces/moments.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace repartee::surfaces::media_stream {

namespace {

std::string event(std::string_view type, std::string_view text) {
    return boost::json::serialize(boost::json::object{{"event_type", type}, {"text", text}});
}

std::string_view what_continues(const conversation::Snapshot& talk) {
    using conversation::Due;
    if (talk.due.empty()) {
        return "nothing";
    }
    const auto& due = talk.due.front();
    switch (due.kind) {
        case Due::Kind::Answer: return "answer";
        case Due::Kind::Words: return "words";
        case Due::Kind::Rest: return "rest";
        case Due::Kind::Excuse: return "excuse";
    }
    return "nothing";
}

}  // namespace

std::string ready_to_listen() {
    return R"({"event_type":"start_media_streaming"})";
}

std::string user_text(std::string_view text) {
    return event("user_text", text);
}

std::string user_text_so_far(std::string_view text) {
    return event("user_partial", text);
}

std::string reply_so_far(std::string_view text) {
    return event("llm_text", text);
}

std::string timeline(conversation::Outcome outcome, const Timeline& timeline) {
    return fmt::format(R"({{"event_type":"timeline","outcome":"{}","moments":{}}})",
                       conversation::name_of(outcome), moments_json(timeline));
}

// --- calls that can be resumed ---

std::string session(std::string_view token, std::chrono::milliseconds expires, std::string_view reason) {
    boost::json::object message{
        {"event_type", "session"}, {"resumable", true}, {"token", token}, {"expires_ms", expires.count()}};
    if (!reason.empty()) {
        message["resumed"] = false;
        message["reason"] = reason;
    }
    return boost::json::serialize(message);
}

std::string session_without_token(std::string_view reason) {
    return boost::json::serialize(
        boost::json::object{{"event_type", "session"}, {"resumable", false}, {"reason", reason}});
}

std::string resumed(std::chrono::milliseconds expires, const conversation::Snapshot& talk) {
    return boost::json::serialize(boost::json::object{
        {"event_type", "resumed"}, {"expires_ms", expires.count()}, {"continues", what_continues(talk)}});
}

std::string as_bytes(std::span<const audio::Sample> samples) {
    return {reinterpret_cast<const char*>(samples.data()), samples.size_bytes()};
}

}  // namespace repartee::surfaces::media_stream
