#include "engines/wyoming/speech_stream.h"

#include "base/error.h"
#include "engines/narration.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace repartee::engines::wyoming {

namespace {

using repartee::wyoming::Errand;
using repartee::wyoming::Event;

class WyomingSpeech final : public SpeechStream {
public:
    WyomingSpeech(std::unique_ptr<Errand> errand, const Voice& voice, boost::json::object wire_voice)
        : errand_(std::move(errand)) {
        // The last three are ours: a standard service passes over them.
        errand_->send({.type = "synthesize-start",
                       .data = {{"voice", std::move(wire_voice)},
                                {"speed", voice.speed},
                                {"pitch", voice.pitch},
                                {"volume", voice.volume}}});
    }

    void say(std::string sentence) override {
        if (finished_ || sentence.empty()) {
            return;
        }
        said_ += sentence.size();
        errand_->send({.type = "synthesize-chunk",
                       .data = {{"text", blanked_where_malformed(sentence)}, {"sentence", true}}});
        errand_->expect_answers(true);
    }

    void finish() override {
        if (!std::exchange(finished_, true)) {
            errand_->send({.type = "synthesize-stop"});
            errand_->expect_answers(true);
        }
    }

    awaitable<std::optional<SpeechChunk>> next() override {
        while (!ended_) {
            auto event = co_await errand_->owed("The voice broke off.");
            if (!event) {
                break;
            }
            if (auto chunk = take(*event)) {
                co_return chunk;
            }
        }
        co_return std::nullopt;
    }

private:
    std::optional<SpeechChunk> take(const Event& event) {
        if (event.type == "synthesize-stopped") {
            ended_ = true;
        } else if (event.type == "audio-stop") {
            auto spoken = spoken_in(event);
            errand_->expect_answers(finished_ || spoken < said_);
        } else if (event.type == "audio-chunk") {
            return chunk_in(event);
        }
        return std::nullopt;
    }

    std::optional<SpeechChunk> chunk_in(const Event& event) {
        auto rate = event.number("rate").value_or(0);
        if (event.number("width").value_or(2) != 2 || event.number("channels").value_or(1) != 1 ||
            rate < 4000 || rate > 192'000) {
            ended_ = true;
            throw Failure(ErrorKind::ProviderBroke, "The voice sends sound of a kind we do not take.",
                          "16-bit mono is expected");
        }
        SpeechChunk chunk{.rate = static_cast<int>(rate), .spoken_bytes = spoken_in(event)};
        if (event.payload.size() < sizeof(audio::Sample)) {
            return std::nullopt;
        }
        chunk.samples.resize(event.payload.size() / sizeof(audio::Sample));
        std::memcpy(chunk.samples.data(), event.payload.data(), chunk.samples.size() * sizeof(audio::Sample));
        return chunk;
    }

    // Never goes back, never beyond what was said, whatever the other side claims.
    std::size_t spoken_in(const Event& event) {
        auto claimed = std::clamp<std::int64_t>(event.number("spoken_bytes").value_or(0), 0,
                                                static_cast<std::int64_t>(said_));
        spoken_ = std::max(spoken_, static_cast<std::size_t>(claimed));
        return spoken_;
    }

    std::unique_ptr<Errand> errand_;
    std::size_t said_ = 0;    // bytes
    std::size_t spoken_ = 0;  // bytes
    bool finished_ = false;
    bool ended_ = false;
};

}  // namespace

boost::json::object voice_on_the_wire(const Voice& voice) {
    if (!voice.name.empty()) {
        return {{"name", voice.name}};
    }
    return voice.language.empty() ? boost::json::object() : boost::json::object{{"language", voice.language}};
}

std::unique_ptr<SpeechStream> speak_through(std::unique_ptr<Errand> errand, const Voice& voice,
                                            boost::json::object wire_voice) {
    return std::make_unique<WyomingSpeech>(std::move(errand), voice, std::move(wire_voice));
}

}  // namespace repartee::engines::wyoming
