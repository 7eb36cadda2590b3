#include "workers/whisper/service.h"

#include "audio/resampler.h"
#include "workers/whisper/utterance.h"
#include "workers/whisper/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace repartee::workers::whisper {

namespace {

namespace json = boost::json;

json::object attribution(std::string_view name, std::string_view url) {
    return {{"name", name}, {"url", url}};
}

// --- sound in ---

// Whatever rate and number of channels a client sends, as the model wants it.
class Ear {
public:
    // Throws Failure where it is no 16-bit sound.
    std::vector<float> take(const wyoming::Event& chunk) {
        auto rate = chunk.number("rate").value_or(audio::speech_rate);
        auto channels = chunk.number("channels").value_or(1);
        if (chunk.number("width").value_or(2) != 2 || rate < 4000 || rate > 192'000 || channels < 1 ||
            channels > 8) {
            throw Failure(ErrorKind::Unsupported, "Sound has to come as 16-bit PCM.",
                          fmt::format("{} Hz, {} channels", rate, channels));
        }
        auto samples = mixed(chunk.payload, static_cast<std::size_t>(channels));
        if (rate != audio::speech_rate) {
            if (!resampler_ || rate != rate_) {
                rate_ = rate;
                resampler_.emplace(static_cast<int>(rate), audio::speech_rate);
            }
            std::vector<audio::Sample> ours;
            resampler_->push(samples, ours);
            samples = std::move(ours);
        }
        std::vector<float> sound(samples.size());
        std::ranges::transform(samples, sound.begin(),
                               [](audio::Sample sample) { return sample / 32768.0F; });
        return sound;
    }

private:
    static std::vector<audio::Sample> mixed(std::string_view bytes, std::size_t channels) {
        std::vector<audio::Sample> samples(bytes.size() / sizeof(audio::Sample) / channels);
        for (std::size_t i = 0; i < samples.size(); ++i) {
            int sum = 0;
            for (std::size_t channel = 0; channel < channels; ++channel) {
                audio::Sample sample = 0;
                std::memcpy(&sample, bytes.data() + (i * channels + channel) * sizeof sample, sizeof sample);
                sum += sample;
            }
            samples[i] = static_cast<audio::Sample>(sum / static_cast<int>(channels));
        }
        return samples;
    }

    std::int64_t rate_ = 0;
    std::optional<audio::Resampler> resampler_;
};

// --- words out ---

json::array in_json(const std::vector<Word>& words) {
    json::array array;
    for (const auto& word : words) {
        array.push_back({{"text", word.text},
                         {"start", word.start.count()},
                         {"end", word.end.count()},
                         {"confidence", word.confidence}});
    }
    return array;
}

float confidence_of(const std::vector<Word>& words) {
    float sum = 0;
    for (const auto& word : words) {
        sum += word.confidence;
    }
    return words.empty() ? 0 : sum / static_cast<float>(words.size());
}

wyoming::Event partial_event(const Understood& understood) {
    // Joined to what has been sent, as clients do it.
    auto text = joined(understood.certain, understood.language);
    return {.type = "transcript-chunk",
            .data = {{"text", text.empty() || !parts_words(understood.language) ? text : text + " "},
                     {"heard", understood.heard.count()},
                     {"uncertain", joined(understood.uncertain, understood.language)}}};
}

wyoming::Event final_event(const Understood& understood) {
    wyoming::Event event{.type = "transcript",
                         .data = {{"text", joined(understood.certain, understood.language)},
                                  {"language", understood.language},
                                  {"words", in_json(understood.certain)},
                                  {"computing", static_cast<double>(understood.computing.count()) / 1000}}};
    if (!understood.certain.empty()) {
        event.data["confidence"] = confidence_of(understood.certain);
    }
    if (understood.doubt) {
        event.data["rejected"] = name_of(*understood.doubt);
    }
    return event;
}

wyoming::Event failure_event(const Error& error) {
    return {.type = "error",
            .data = {{"text", error.message}, {"code", name_of(error.kind)}, {"detail", error.detail}}};
}

UtteranceOptions options_in(const wyoming::Event& transcribe) {
    UtteranceOptions options;
    options.wishes.language = transcribe.text("language").value_or("");
    options.wishes.translate = transcribe.text("task").value_or("") == "translate";
    options.wishes.hints = transcribe.text("hints").value_or("");
    options.partials = transcribe.flag("partials");
    options.final_rank = transcribe.text("urgency").value_or("") == "job" ? Rank::Recording : Rank::Final;
    return options;
}

// How much of an utterance is a voice, as a detector has it. Counts nothing where there is none.
class VoiceMeter {
public:
    explicit VoiceMeter(DetectorShelf* detectors) {
        if (detectors != nullptr) {
            detector_ = detectors->borrow();
        }
    }

    void push(std::span<const float> sound, Utterance& utterance) {
        if (!detector_) {
            return;
        }
        heard_samples_ += sound.size();
        for (float probability : detector_->push(sound)) {
            voiced_samples_ += probability >= voice_from ? SpeechDetector::window : 0;
        }
        utterance.set_voice({.voiced = length_of(voiced_samples_), .length = length_of(heard_samples_)});
    }

private:
    // What the network is trained for.
    static constexpr float voice_from = 0.5F;

    static std::chrono::milliseconds length_of(std::size_t samples) {
        return std::chrono::milliseconds(samples * 1000 / audio::speech_rate);
    }

    DetectorShelf::Loan detector_;
    std::size_t heard_samples_ = 0;
    std::size_t voiced_samples_ = 0;
};

// From `transcribe` to the next request, or to the end of the connection. The transcript comes from the desk
// while the next event is waited for already: a client that hangs up meanwhile stops the work.
std::optional<wyoming::Event> transcribe(const Service& service, Wire& wire, const wyoming::Event& request) {
    if (service.desk == nullptr) {
        throw Failure(ErrorKind::Unavailable, "There is no model for speech here.");
    }
    auto options = options_in(request);
    bool streams = options.partials;
    auto tell = [&wire, streams](const Understood& understood) {
        if (!understood.is_final) {
            wire.write(partial_event(understood));
        } else if (understood.failure) {
            wire.write(failure_event(*understood.failure));
        } else {
            wire.write(final_event(understood));
            if (streams) {
                wire.write({.type = "transcript-stop"});
            }
        }
    };
    if (streams) {
        wire.write({.type = "transcript-start"});
    }
    Ear ear;
    VoiceMeter meter(service.detectors);
    Utterance utterance(*service.desk, std::move(options), tell);
    bool finished = false;
    while (auto event = wire.read()) {
        if (event->type == "audio-chunk" && !finished) {
            auto sound = ear.take(*event);
            meter.push(sound, utterance);
            utterance.push(sound);
        } else if (event->type == "audio-stop" && !std::exchange(finished, true)) {
            utterance.finish();
        } else if (event->type == "transcribe") {
            utterance.wait();
            return event;
        } else if (event->type == "describe") {
            wire.write(info(service));
        }
    }
    return std::nullopt;
}

// Sound in, the probability of a voice out, window after window.
void detect(const Service& service, Wire& wire) {
    if (service.detectors == nullptr) {
        throw Failure(ErrorKind::Unavailable, "There is no detector here.");
    }
    auto detector = service.detectors->borrow();
    Ear ear;
    while (auto event = wire.read()) {
        if (event->type == "audio-chunk") {
            for (float probability : detector->push(ear.take(*event))) {
                wire.write({.type = "speech-probability", .data = {{"probability", probability}}});
            }
        } else if (event->type == "audio-stop") {
            detector->forget();
        }
    }
}

}  // namespace

wyoming::Event info(const Service& service) {
    json::array programs;
    if (service.model != nullptr) {
        json::array languages;
        for (const auto& language : service.model->languages()) {
            languages.emplace_back(language);
        }
        auto origin = attribution("whisper.cpp", "https://github.com/ggml-org/whisper.cpp");
        json::object model{{"name", service.model->name()},
                           {"attribution", origin},
                           {"installed", true},
                           {"description", service.model->name()},
                           {"version", nullptr},
                           {"languages", std::move(languages)},
                           {"translates", service.model->translates()}};
        programs.push_back({{"name", "repartee-whisper"},
                            {"attribution", origin},
                            {"installed", true},
                            {"description", "Speech to text on this machine"},
                            {"version", nullptr},
                            {"models", json::array{std::move(model)}},
                            {"supports_transcript_streaming", true}});
    }
    return {.type = "info",
            .data = {{"asr", std::move(programs)}, {"speech_detection", service.detectors != nullptr}}};
}

void serve(const Service& service, Wire& wire, wyoming::Event first) {
    // What is none of ours is passed over: so the protocol has it.
    if (first.type == "detect-speech") {
        detect(service, wire);
    }
    auto request = std::optional(std::move(first));
    while (request && request->type == "transcribe") {
        request = transcribe(service, wire, *request);
    }
}

}  // namespace repartee::workers::whisper
