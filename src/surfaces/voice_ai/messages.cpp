#include "surfaces/voice_ai/messages.h"

#include "engines/base64.h"
#include "surfaces/moments.h"
#include "surfaces/to_base64.h"
#include "surfaces/voice_ai/operations.h"
#include "surfaces/voice_ai/wire.h"

#include <boost/json.hpp>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

// Characters are at most four bytes.
constexpr std::size_t most_bytes_of_words = std::size_t{4} * longest_message;

StreamMessage read_words(const json::value* content) {
    const auto* words = content != nullptr ? content->if_string() : nullptr;
    if (words == nullptr) {
        return Unusable{"The content of a text has to be a string."};
    }
    if (words->size() > most_bytes_of_words) {
        return Unusable{"That is too long: at most " + std::to_string(longest_message) + " characters."};
    }
    if (words->find('\0') != json::string::npos) {
        return Unusable{"A text cannot have a NUL in it."};
    }
    return Words{std::string(*words)};
}

StreamMessage read_sound(const json::object& message, const json::value* content) {
    const auto* text = content != nullptr ? content->if_string() : nullptr;
    auto bytes = text != nullptr ? engines::from_base64(*text) : std::nullopt;
    if (!bytes) {
        return Unusable{"The content of a piece of audio has to be base64."};
    }
    Sound sound{.bytes = std::move(*bytes)};
    if (const auto* last = message.if_contains("final"); last != nullptr && last->is_bool()) {
        sound.is_final = last->get_bool();
    }
    return sound;
}

}  // namespace

StreamMessage parse_stream_message(std::string_view text) {
    json::error_code fault;
    auto value = json::parse(text, fault);
    const auto* message = fault ? nullptr : value.if_object();
    if (message == nullptr) {
        return Unusable{"Invalid JSON"};
    }
    const auto* type = message->if_contains("type");
    const auto* content = message->if_contains("content");
    if (type != nullptr && *type == "text") {
        return read_words(content);
    }
    if (type != nullptr && *type == "audio") {
        return read_sound(*message, content);
    }
    return SomethingElse{};
}

std::string reply(std::string_view message, const std::optional<skills::ClientAction>& action,
                  const std::optional<std::string>& transcript) {
    json::object frame{{"message", message}, {"action", wire(action)}};
    if (transcript) {
        frame["transcript"] = *transcript;
    }
    return json::serialize(frame);
}

std::string error(std::string_view why) {
    return json::serialize(json::object{{"error", why}});
}

std::string nothing_heard() {
    return json::serialize(json::object{{"transcript", ""}, {"info", "Nothing was said."}});
}

std::string speech(std::string_view samples, int sample_rate, std::uint64_t number) {
    return json::serialize(json::object{{"type", "tts_audio"},
                                        {"format", "pcm_s16le"},
                                        {"sample_rate", sample_rate},
                                        {"seq", number},
                                        {"content", to_base64(samples)}});
}

std::string timeline(conversation::Outcome outcome, const Timeline& timeline) {
    return R"({"type":"timeline","outcome":")" + std::string(conversation::name_of(outcome)) +
           R"(","moments":)" + moments_json(timeline) + "}";
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string worth_saying(std::string text, const std::optional<skills::ClientAction>& action) {
    if (is_blank(text)) {
        return action ? "Right away." : "I am afraid I have no answer to that.";
    }
    return text;
}

}  // namespace repartee::surfaces::voice_ai
