#include "engines/openai_tts/openai_tts_wire.h"

#include "engines/narration.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace repartee::engines::openai_tts {

namespace json = boost::json;

namespace {

constexpr double slowest = 0.25;
constexpr double fastest = 4.0;

// Enough to tell a header.
constexpr std::size_t signature = 4;  // bytes

Error other_sound(std::string_view name) {
    return {ErrorKind::ProviderBroke, "The speech server sends sound of a kind that was not asked for.",
            fmt::format("it looks like {}", name)};
}

}  // namespace

double speed_of(const OpenAiTtsSettings& settings, const Voice& voice) {
    auto speed = settings.speed * voice.speed;
    return std::isfinite(speed) ? std::clamp(speed, slowest, fastest) : 1.0;
}

std::string speech_body(const OpenAiTtsSettings& settings, const Voice& voice, std::string_view sentence) {
    json::object body{{"model", settings.model},
                      {"input", blanked_where_malformed(sentence)},
                      {"voice", voice.name.empty() ? settings.voice : voice.name},
                      {"response_format", settings.format}};
    if (auto speed = speed_of(settings, voice); speed != 1.0) {
        body["speed"] = speed;
    }
    auto instructions = settings.instructions;
    if (!voice.emotion.empty() && !settings.model.starts_with("tts-1")) {
        instructions += fmt::format("{}Sound {}.", instructions.empty() ? "" : " ", voice.emotion);
    }
    if (!instructions.empty()) {
        body["instructions"] = instructions;
    }
    return json::serialize(body);
}

Result<void> SpeechBody::push(std::string_view bytes, std::vector<audio::Sample>& samples) {
    if (kind_ == Kind::Unknown) {
        beginning_ += bytes;
        if (beginning_.size() < signature) {
            return {};
        }
        std::string_view head = beginning_;
        for (auto [mark, name] : {std::pair("ID3", "MP3"),
                                  {"OggS", "Ogg"},
                                  {"fLaC", "FLAC"},
                                  {"<htm", "HTML"},
                                  {"<!DO", "HTML"},
                                  {"{\"er", "JSON"},
                                  {"{\"de", "JSON"}}) {
            if (head.starts_with(mark)) {
                return other_sound(name);
            }
        }
        kind_ = head.starts_with("RIFF") || head.starts_with("RF64") ? Kind::Wav : Kind::Pcm;
        auto all = std::exchange(beginning_, {});
        return push(all, samples);
    }
    if (kind_ == Kind::Wav) {
        return push_wav(bytes, samples);
    }
    push_pcm(bytes, samples);
    return {};
}

Result<void> SpeechBody::push_wav(std::string_view bytes, std::vector<audio::Sample>& samples) {
    if (auto read = wav_.push(std::as_bytes(std::span(bytes)), samples); !read) {
        return Error{ErrorKind::ProviderBroke, "The speech server sends a WAV that cannot be read.",
                     read.error().message};
    }
    if (wav_.format()) {
        rate_ = wav_.format()->rate;
    }
    return {};
}

void SpeechBody::push_pcm(std::string_view bytes, std::vector<audio::Sample>& samples) {
    half_sample_ += bytes;
    auto count = half_sample_.size() / sizeof(audio::Sample);
    auto before = samples.size();
    samples.resize(before + count);
    std::memcpy(samples.data() + before, half_sample_.data(), count * sizeof(audio::Sample));
    half_sample_.erase(0, count * sizeof(audio::Sample));
}

}  // namespace repartee::engines::openai_tts
