#include "workers/whisper/service.h"

#include "workers/whisper/utterance.h"
#include "workers/whisper/words.h"
#include "wyoming/sound.h"

#include <algorithm>

namespace repartee::workers::whisper {

namespace {

namespace json = boost::json;

json::object attribution(std::string_view name, std::string_view url) {
    return {{"name", name}, {"url", url}};
}

// --- sound in ---

// Whatever rate, width and number of channels a client sends, as the model wants it.
class Ear {
public:
    Ear() {
        // For those who do not say what they send.
        std::vector<audio::Sample> none;
        [[maybe_unused]] auto known = reader_.read(
            {.type = "audio-start", .data = {{"rate", audio::speech_rate}, {"width", 2}, {"channels", 1}}},
            none);
    }

    // Of `audio-start`, too. Throws Failure where it is no PCM.
    std::vector<float> take(const wyoming::Event& event) {
        std::vector<audio::Sample> samples;
        if (auto taken = reader_.read(event, samples); !taken) {
            throw Failure(ErrorKind::Unsupported, "Sound has to come as PCM.", taken.error().detail);
        }
        return in_floats(samples);
    }

    // The sound is over.
    std::vector<float> rest() {
        std::vector<audio::Sample> samples;
        reader_.flush(samples);
        return in_floats(samples);
    }

private:
    static std::vector<float> in_floats(const std::vector<audio::Sample>& samples) {
        std::vector<float> sound(samples.size());
        std::ranges::transform(samples, sound.begin(),
                               [](audio::Sample sample) { return static_cast<float>(sample) / 32768.0F; });
        return sound;
    }

    wyoming::SoundReader reader_{audio::speech_rate};
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

const Language& written_in(const Understood& understood) {
    return understood.translated_to.empty() ? understood.language : understood.translated_to;
}

// What a client that joins the texts of all chunks still lacks.
wyoming::Event rest_event(const Understood& understood, std::size_t words_told) {
    std::vector<Word> rest(understood.certain.begin() + static_cast<std::ptrdiff_t>(words_told),
                           understood.certain.end());
    return {.type = "transcript-chunk", .data = {{"text", joined(rest, written_in(understood))}}};
}

wyoming::Event partial_event(const Understood& understood) {
    // Joined to what has been sent, as clients do it.
    auto text = joined(understood.certain, written_in(understood));
    return {.type = "transcript-chunk",
            .data = {{"text", text.empty() || !parts_words(written_in(understood)) ? text : text + " "},
                     {"heard", understood.heard.count()},
                     {"uncertain", joined(understood.uncertain, written_in(understood))}}};
}

wyoming::Event final_event(const Understood& understood) {
    wyoming::Event event{.type = "transcript",
                         .data = {{"text", joined(understood.certain, written_in(understood))},
                                  {"language", understood.language},
                                  {"words", in_json(understood.certain)},
                                  {"computing", static_cast<double>(understood.computing.count()) / 1000}}};
    if (!understood.certain.empty()) {
        event.data["confidence"] = confidence_of(understood.certain);
    }
    if (!understood.translated_to.empty()) {
        event.data["translated_to"] = understood.translated_to;
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
    // As it is offered, unless somebody declines.
    options.partials = !transcribe.data.contains("partials") || transcribe.flag("partials");
    options.final_rank = transcribe.text("urgency").value_or("") == "job" ? Rank::Recording : Rank::Final;
    return options;
}

// How much of an utterance is a voice, as a detector has it. Counts nothing where there is none.
class VoiceMeter {
public:
    explicit VoiceMeter(DetectorShelf* detectors) {
        if (detectors != nullptr) {
            try {
                detector_ = detectors->borrow();
            } catch (const Failure&) {
                // Its file is gone: nobody is kept from being understood for that.
            }
        }
    }

    void push(std::span<const float> sound, Utterance& utterance) {
        if (!detector_) {
            return;
        }
        heard_samples_ += sound.size();
        try {
            count(detector_->push(sound));
        } catch (const Failure&) {
            detector_.reset();
            return;
        }
        utterance.set_voice({.voiced = length_of(voiced_samples_),
                             .length = length_of(heard_samples_),
                             .last = length_of(last_voiced_)});
    }

private:
    void count(const std::vector<float>& probabilities) {
        for (float probability : probabilities) {
            judged_samples_ += SpeechDetector::window;
            if (probability >= voice_from) {
                voiced_samples_ += SpeechDetector::window;
                last_voiced_ = judged_samples_;
            }
        }
    }

    // What the network is trained for.
    static constexpr float voice_from = 0.5F;

    static std::chrono::milliseconds length_of(std::size_t samples) {
        return std::chrono::milliseconds(samples * 1000 / audio::speech_rate);
    }

    DetectorShelf::Loan detector_;
    std::size_t heard_samples_ = 0;
    std::size_t judged_samples_ = 0;
    std::size_t voiced_samples_ = 0;
    std::size_t last_voiced_ = 0;
};

// `transcribe` does; and behind the end of one utterance any sound, from those who leave it out.
bool begins_an_utterance(const wyoming::Event& event, bool finished) {
    return event.type == "transcribe" || (finished && event.type == "audio-start");
}

// From `transcribe` to the next request, or to the end of the connection. The transcript comes from the desk
// while the next event is waited for already: a client that hangs up meanwhile stops the work.
std::optional<wyoming::Event> transcribe(const Service& service, Wire& wire, const wyoming::Event& request) {
    if (service.desk == nullptr) {
        throw Failure(ErrorKind::Unavailable, "There is no model for speech here.");
    }
    auto options = options_in(request);
    bool streams = options.partials;
    std::size_t words_told = 0;  // of the desk's thread
    auto tell = [&wire, streams, &words_told](const Understood& understood) {
        if (!understood.is_final) {
            words_told += understood.certain.size();
            wire.write(partial_event(understood));
        } else if (understood.failure) {
            wire.write_last(failure_event(*understood.failure));
        } else {
            if (streams && words_told < understood.certain.size()) {
                wire.write(rest_event(understood, words_told));
            }
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
    if (request.type == "audio-start") {
        ear.take(request);
    }
    VoiceMeter meter(service.detectors);
    Utterance utterance(*service.desk, std::move(options), tell);
    bool finished = false;
    auto push = [&](const std::vector<float>& sound) {
        if (!sound.empty()) {
            meter.push(sound, utterance);
            utterance.push(sound);
        }
    };
    while (auto event = wire.read()) {
        if (begins_an_utterance(*event, finished)) {
            utterance.wait();
            return event;
        }
        if ((event->type == "audio-start" || event->type == "audio-chunk") && !finished) {
            push(ear.take(*event));
        } else if (event->type == "audio-stop" && !finished) {
            push(ear.rest());
            finished = true;
            utterance.finish();
        } else if (event->type == "speech-paused" && !finished) {
            utterance.pause();
        } else if (event->type == "speech-resumed" && !finished) {
            utterance.resume();
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
                            {"supports_transcript_streaming", true},
                            {"requires_external_vad", true}});
    }
    json::array none;
    return {.type = "info",
            .data = {{"asr", std::move(programs)},
                     {"tts", none},
                     {"handle", none},
                     {"intent", none},
                     {"wake", none},
                     {"mic", none},
                     {"snd", none},
                     {"speech_detection", service.detectors != nullptr},
                     {"device", service.device.name},
                     {"on_card", service.device.card >= 0},
                     {"device_as_wished", service.device.as_wished}}};
}

void serve(const Service& service, Wire& wire, wyoming::Event first) {
    // What is none of ours is passed over: so the protocol has it.
    if (first.type == "detect-speech") {
        detect(service, wire);
    }
    auto request = std::optional(std::move(first));
    while (request && begins_an_utterance(*request, true)) {
        request = transcribe(service, wire, *request);
    }
}

}  // namespace repartee::workers::whisper
