#include "workers/decode/service.h"

#include "workers/decode/recording.h"

#include <algorithm>

namespace repartee::workers::decode {

namespace {

boost::json::object sound_format() {
    return {{"rate", audio::speech_rate}, {"width", 2}, {"channels", 1}};
}

Limits limits_of(const wyoming::Event& request) {
    Limits limits;
    limits.longest = std::chrono::milliseconds(std::clamp<std::int64_t>(
        request.number("longest_ms").value_or(limits.longest.count()), 0, 86'400'000));
    return limits;
}

}  // namespace

wyoming::Event info() {
    // No service of the protocol's own: a standard client finds nothing here to use.
    boost::json::array none;
    return {.type = "info",
            .data = {{"asr", none},
                     {"tts", none},
                     {"handle", none},
                     {"intent", none},
                     {"wake", none},
                     {"mic", none},
                     {"snd", none}}};
}

void serve(Wire& wire, const wyoming::Event& request) {
    if (request.type != "decode") {
        return;  // unknown events are passed over
    }
    bool file_ended = false;
    auto source = [&]() -> std::string {
        while (!file_ended) {
            auto event = wire.read();
            if (!event || event->type == "file-stop") {
                file_ended = true;
            } else if (event->type == "file-chunk" && !event->payload.empty()) {
                return std::move(event->payload);
            }
        }
        return {};
    };
    auto sink = [&](std::span<const audio::Sample> samples) {
        return wire.write({.type = "audio-chunk",
                           .data = sound_format(),
                           .payload = {reinterpret_cast<const char*>(samples.data()), samples.size_bytes()}});
    };
    wire.write({.type = "audio-start", .data = sound_format()});
    decode(source, sink, limits_of(request));
    wire.write({.type = "audio-stop"});
}

}  // namespace repartee::workers::decode
