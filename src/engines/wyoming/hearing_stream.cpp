#include "engines/wyoming/hearing_stream.h"

#include "base/error.h"
#include "engines/json_parts.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace repartee::engines::wyoming {

namespace {

using repartee::wyoming::Errand;
using repartee::wyoming::Event;
namespace json = boost::json;

json::object format_of_sound() {
    return {{"rate", audio::speech_rate}, {"width", sizeof(audio::Sample)}, {"channels", 1}};
}

std::chrono::milliseconds time_at(const json::object& word, std::string_view key) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(number_at(word, key).value_or(0)));
}

std::vector<Word> words_in(const json::object& data) {
    std::vector<Word> words;
    const auto* list = array_at(data, "words");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (const auto* word = (*list)[i].if_object()) {
            words.push_back({.text = std::string(text_at(*word, "text")),
                             .start = time_at(*word, "start"),
                             .end = time_at(*word, "end"),
                             .confidence = static_cast<float>(number_at(*word, "confidence").value_or(1))});
        }
    }
    return words;
}

std::string trimmed(std::string_view text) {
    auto begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos
               ? std::string()
               : std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

class WyomingHearing final : public RecogniserStream {
public:
    WyomingHearing(std::unique_ptr<Errand> errand, const RecognitionRequest& request, HearingOptions options)
        : errand_(std::move(errand)), on_rejected_(std::move(options.on_rejected)) {
        json::object wanted;
        auto add = [&](std::string_view key, std::string_view value) {
            if (!value.empty()) {
                wanted[key] = value;
            }
        };
        add("name", options.model);
        add("language", request.language);
        // These are ours: a standard service passes over them.
        add("hints", options.hints);
        add("task", options.translate ? "translate" : "");
        add("urgency", request.urgency == Urgency::Job ? "job" : "");
        wanted["partials"] = request.partials;
        errand_->send({.type = "transcribe", .data = std::move(wanted)});
        errand_->send({.type = "audio-start", .data = format_of_sound()});
    }

    void push(std::span<const audio::Sample> samples) override {
        if (finished_ || samples.empty()) {
            return;
        }
        std::string bytes(samples.size_bytes(), '\0');
        std::memcpy(bytes.data(), samples.data(), bytes.size());
        errand_->send({.type = "audio-chunk", .data = format_of_sound(), .payload = std::move(bytes)});
    }

    void finish() override {
        if (!std::exchange(finished_, true)) {
            errand_->send({.type = "audio-stop"});
            errand_->expect_answers(true);
        }
    }

    awaitable<std::optional<Transcript>> next() override {
        while (!ended_) {
            auto event = co_await errand_->owed("The recogniser broke off.");
            if (!event) {
                break;
            }
            if (auto transcript = take(*event)) {
                co_return transcript;
            }
        }
        co_return std::nullopt;
    }

private:
    std::optional<Transcript> take(const Event& event) {
        if (event.type == "transcript-chunk") {
            certain_ += event.text("text").value_or("");
            return partial(certain_ + std::string(event.text("uncertain").value_or("")));
        }
        if (event.type == "transcript") {
            ended_ = true;
            errand_->expect_answers(false);
            return final_in(event);
        }
        return std::nullopt;
    }

    std::optional<Transcript> partial(std::string_view text) {
        auto heard = trimmed(text);
        if (heard.empty() || heard == last_partial_) {
            return std::nullopt;
        }
        last_partial_ = heard;
        return Transcript{.text = std::move(heard)};
    }

    Transcript final_in(const Event& event) {
        Transcript transcript{.text = trimmed(event.text("text").value_or("")),
                              .is_final = true,
                              .language = std::string(event.text("language").value_or("")),
                              .words = words_in(event.data)};
        if (auto confidence = event.real("confidence")) {
            transcript.confidence = static_cast<float>(std::clamp(*confidence, 0.0, 1.0));
        }
        if (auto why = event.text("rejected")) {
            on_rejected_(*why);
        }
        return transcript;
    }

    std::unique_ptr<Errand> errand_;
    std::function<void(std::string_view)> on_rejected_;
    std::string certain_;
    std::string last_partial_;
    bool finished_ = false;
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<RecogniserStream> listen_through(std::unique_ptr<Errand> errand,
                                                 const RecognitionRequest& request, HearingOptions options) {
    return std::make_unique<WyomingHearing>(std::move(errand), request, std::move(options));
}

}  // namespace repartee::engines::wyoming
