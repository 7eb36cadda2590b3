#include "engines/wyoming/hearing_stream.h"

#include "base/bell.h"
#include "base/error.h"
#include "engines/json_parts.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace repartee::engines::wyoming {

namespace {

using repartee::wyoming::Errand;
using repartee::wyoming::Event;
using repartee::wyoming::NewErrand;
namespace json = boost::json;

json::object format_of_sound() {
    return {{"rate", audio::speech_rate}, {"width", sizeof(audio::Sample)}, {"channels", 1}};
}

// Whatever number a stranger writes there.
std::chrono::milliseconds time_at(const json::object& word, std::string_view key) {
    constexpr double a_day = 24 * 3600 * 1000;
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(std::clamp(number_at(word, key).value_or(0), 0.0, a_day)));
}

float confidence_at(const json::object& object) {
    return static_cast<float>(std::clamp(number_at(object, "confidence").value_or(1), 0.0, 1.0));
}

std::vector<Word> words_in(const json::object& data) {
    std::vector<Word> words;
    const auto* list = array_at(data, "words");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (const auto* word = (*list)[i].if_object()) {
            words.push_back({.text = std::string(text_at(*word, "text")),
                             .start = time_at(*word, "start"),
                             .end = time_at(*word, "end"),
                             .confidence = confidence_at(*word)});
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

// What is heard next stands behind what has been heard, with a space between where there is none.
std::string joined(std::string text, std::string_view more) {
    bool parted = text.empty() || more.empty() || text.ends_with(' ') || more.starts_with(' ');
    return text.append(parted ? "" : " ").append(more);
}

class WyomingHearing final : public RecogniserStream {
public:
    WyomingHearing(NewErrand new_errand, RecognitionRequest request, HearingOptions options)
        : new_errand_(std::move(new_errand)), request_(std::move(request)), options_(std::move(options)) {}

    void push(std::span<const audio::Sample> samples) override {
        // Half a minute that comes at once is no event that everybody takes.
        constexpr std::size_t longest = audio::speech_rate;
        while (!finished_ && !samples.empty()) {
            if (!errand_) {
                begin();
            }
            auto part = samples.first(std::min(samples.size(), longest));
            samples = samples.subspan(part.size());
            std::string bytes(part.size_bytes(), '\0');
            std::memcpy(bytes.data(), part.data(), bytes.size());
            errand_->send({.type = "audio-chunk", .data = format_of_sound(), .payload = std::move(bytes)});
        }
    }

    // Ours: a standard service passes over them.
    void pause() override { tell("speech-paused"); }
    void resume() override { tell("speech-resumed"); }

    void finish() override {
        if (std::exchange(finished_, true)) {
            return;
        }
        if (errand_) {
            errand_->send({.type = "audio-stop"});
            errand_->expect_answers(true);
        }
        bell_.ring();
    }

    awaitable<std::optional<Transcript>> next() override {
        while (!std::exchange(ended_, true)) {  // stays so when what follows throws
            if (!errand_ && finished_) {
                co_return Transcript{.text = before_, .is_final = true};  // nothing to ask about
            }
            if (!errand_) {
                co_await bell_.wait();
                ended_ = false;
                continue;
            }
            auto event = co_await errand_->owed("The recogniser broke off.");
            if (!event) {
                break;
            }
            ended_ = false;
            if (auto transcript = take(*event)) {
                co_return transcript;
            }
        }
        co_return std::nullopt;
    }

private:
    void tell(std::string type) {
        if (errand_ && !finished_) {
            errand_->send({.type = std::move(type)});
        }
    }

    void begin() {
        json::object wanted;
        auto add = [&](std::string_view key, std::string_view value) {
            if (!value.empty()) {
                wanted[key] = value;
            }
        };
        add("name", options_.model);
        add("language", request_.language);
        // These are ours: a standard service passes over them.
        add("hints", options_.hints);
        add("task", options_.translate || wants_translation(request_) ? "translate" : "");
        add("urgency", request_.urgency == Urgency::Job ? "job" : "");
        wanted["partials"] = request_.partials;
        errand_ = new_errand_();
        errand_->send({.type = "transcribe", .data = std::move(wanted)});
        errand_->send({.type = "audio-start", .data = format_of_sound()});
        bell_.ring();
    }

    std::optional<Transcript> take(const Event& event) {
        if (event.type == "transcript-chunk") {
            certain_ += event.text("text").value_or("");
            return partial(certain_ + std::string(event.text("uncertain").value_or("")));
        }
        if (event.type == "transcript") {
            return finished_ ? final_in(event) : early_end_in(event);
        }
        return std::nullopt;
    }

    std::optional<Transcript> partial(std::string_view text) {
        auto heard = joined(before_, trimmed(text));
        if (!request_.partials || heard.empty() || heard == last_partial_) {
            return std::nullopt;
        }
        last_partial_ = heard;
        return Transcript{.text = std::move(heard)};
    }

    Transcript final_in(const Event& event) {
        ended_ = true;
        errand_->expect_answers(false);
        Transcript transcript{.text = joined(before_, trimmed(event.text("text").value_or(""))),
                              .is_final = true,
                              .language = std::string(event.text("language").value_or("")),
                              .translated_to = std::string(event.text("translated_to").value_or(""))};
        if (before_.empty()) {
            transcript.words = words_in(event.data);
            if (event.real("confidence")) {
                transcript.confidence = confidence_at(event.data);
            }
        }
        if (auto why = event.text("rejected")) {
            options_.on_rejected(*why);
        }
        return transcript;
    }

    // It has decided by itself that somebody has finished. We have not heard so: what is said further is
    // another utterance to it.
    std::optional<Transcript> early_end_in(const Event& event) {
        // A service that knows silence from speech does not end more of them in one of ours.
        constexpr int most_early_ends = 100;
        if (++early_ends_ > most_early_ends) {
            ended_ = true;
            throw Failure(ErrorKind::ProviderBroke, "The recogniser does not listen.",
                          "it ends every utterance at once");
        }
        before_ = joined(std::move(before_), trimmed(event.text("text").value_or("")));
        certain_.clear();
        errand_.reset();
        return partial("");
    }

    const NewErrand new_errand_;
    const RecognitionRequest request_;
    const HearingOptions options_;
    std::unique_ptr<Errand> errand_;  // from the first sound on
    Bell bell_;                       // there is one, or there is no need of one any more
    std::string before_;              // heard by errands before this one
    std::string certain_;             // of this one
    std::string last_partial_;
    int early_ends_ = 0;
    bool finished_ = false;
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<RecogniserStream> listen_through(NewErrand new_errand, const RecognitionRequest& request,
                                                 HearingOptions options) {
    return std::make_unique<WyomingHearing>(std::move(new_errand), request, std::move(options));
}

}  // namespace repartee::engines::wyoming
