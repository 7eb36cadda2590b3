// For tests: Cartesia as a synthesiser sees it. A voice that hums for 60 ms a character.
#pragma once

#include "engines/talking_peer.h"

#include <boost/json.hpp>

#include <cmath>
#include <string>

namespace repartee::engines::cartesia {

inline std::string base64_of(std::string_view bytes) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    std::uint32_t pending = 0;
    int bits = 0;
    for (char byte : bytes) {
        pending = (pending << 8) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 6; bits -= 6) {
            text += digits[(pending >> (bits - 6)) & 63];
        }
    }
    if (bits > 0) {
        text += digits[(pending << (6 - bits)) & 63];
    }
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

inline std::string event_of(std::string_view type, std::string_view context, boost::json::object more = {}) {
    more["type"] = type;
    more["context_id"] = context;
    more["done"] = type == "done" || type == "error";
    more.emplace("status_code", 206);
    return boost::json::serialize(more);
}

// So many milliseconds of a context's sound, at 16 kHz.
inline std::string chunk_of(std::string_view context, double milliseconds) {
    std::string bytes(static_cast<std::size_t>(milliseconds * 16) * 2, '\1');
    return event_of("chunk", context, {{"data", base64_of(bytes)}, {"step_time", 12}});
}

// What one transcript sounds like: the times of its words, its sound in pieces of 100 ms, the end of it.
// `said_before`: milliseconds of the context's sound so far; grows.
inline std::vector<std::string> hum(const boost::json::object& request, double& said_before) {
    std::string context(request.at("context_id").as_string());
    std::string text(request.at("transcript").as_string());
    auto per_byte = 60.0 / request.at("generation_config").at("speed").to_number<double>();
    boost::json::array words;
    boost::json::array starts;
    boost::json::array ends;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(" \t\n", at)) != std::string::npos) {
        auto end = std::min(text.find_first_of(" \t\n", at), text.size());
        words.emplace_back(text.substr(at, end - at));
        starts.emplace_back((said_before + static_cast<double>(at) * per_byte) / 1000);
        ends.emplace_back((said_before + static_cast<double>(end) * per_byte) / 1000);
        at = end;
    }
    std::vector<std::string> events;
    events.push_back(event_of(
        "timestamps", context,
        {{"word_timestamps", boost::json::object{{"words", words}, {"start", starts}, {"end", ends}}}}));
    auto left = static_cast<double>(text.size()) * per_byte;
    said_before += left;
    for (; left > 0; left -= 100) {
        events.push_back(chunk_of(context, std::min(left, 100.0)));
    }
    events.push_back(event_of("flush_done", context, {{"flush_done", true}, {"flush_id", 1}}));
    return events;
}

inline boost::json::object request_in(const net::WsMessage& message) {
    return boost::json::parse(message.data).as_object();
}

// A faithful one.
inline awaitable<void> sonic(std::shared_ptr<PeerTalk> talk) {
    std::map<std::string, double> contexts;
    while (auto message = co_await talk->hear()) {
        auto request = request_in(*message);
        std::string context(request.at("context_id").as_string());
        if (request.contains("cancel")) {
            contexts.erase(context);
            continue;
        }
        if (!request.at("transcript").as_string().empty()) {
            for (auto& event : hum(request, contexts[context])) {
                co_await talk->say(std::move(event));
            }
        }
        if (!request.at("continue").as_bool()) {
            co_await talk->say(event_of("done", context));
        }
    }
}

}  // namespace repartee::engines::cartesia
