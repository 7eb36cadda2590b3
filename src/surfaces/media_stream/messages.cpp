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

std::string as_bytes(std::span<const audio::Sample> samples) {
    return {reinterpret_cast<const char*>(samples.data()), samples.size_bytes()};
}

}  // namespace repartee::surfaces::media_stream
