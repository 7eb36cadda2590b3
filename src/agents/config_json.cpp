#include "agents/config_json.h"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace repartee::agents {

namespace json = boost::json;

namespace {

constexpr std::string_view deepinfra = "https://api.deepinfra.com/v1/openai";

// Models of ours that the original does not know: named without an address, they are meant.
constexpr std::array<std::string_view, 7> our_models{"auto",  "ollama", "llama",   "lmstudio",
                                                     "alena", "rules",  "scripted"};

std::string lower(std::string text) {
    for (auto& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

void read_address(const FilePart& block, EngineChoice& choice, const std::string& file) {
    choice.base_url = block.text("api_base").value_or("");
    choice.api_key = Secret(block.secret("api_key").value_or(""));
    choice.told_by = fmt::format("{}: {}", file, block.path());
}

// Providers write it as false, as "disabled" and as {"type": "disabled"}.
bool forbids_thinking(const FilePart& block) {
    const auto* thinking = block.value("thinking");
    if (!thinking) {
        return false;
    }
    if (thinking->is_object()) {
        return block.part("thinking").text("type").value_or("") == "disabled";
    }
    if (const auto* word = thinking->if_string()) {
        return *word == "disabled" || *word == "off" || *word == "none";
    }
    auto allowed = block.flag("thinking");
    return allowed && !*allowed;
}

std::string thinking_of(const FilePart& block, bool thinks_unless_told) {
    auto effort = lower(block.text("reasoning_efforts").value_or(""));
    const bool forbidden = forbids_thinking(block);
    if (thinks_unless_told || forbidden || effort == "none") {
        return "off";
    }
    return effort == "low" || effort == "medium" || effort == "high" ? effort : std::string();
}

EngineChoice model_of(const FilePart& block, const std::string& file) {
    EngineChoice choice;
    read_address(block, choice, file);
    auto name = block.text("model_name");
    auto id = block.text("model_id");
    choice.model = id && !id->empty() ? *id : name.value_or("");

    auto provider = lower(block.text("model_provider").value_or(""));
    auto platform = lower(block.text("platform").value_or(""));
    const bool is_qwen = provider == "qwen" || platform == "deepinfra";
    choice.thinking = thinking_of(block, is_qwen);
    if (is_qwen) {
        choice.kind = "openai";
        choice.base_url = choice.base_url.empty() ? std::string(deepinfra) : choice.base_url;
    } else if (provider == "gemini" || provider == "google") {
        choice.kind = "gemini";
    } else if (choice.base_url.empty() && std::ranges::find(our_models, provider) != our_models.end()) {
        choice.kind = provider;
    } else if (!provider.empty() || !choice.base_url.empty()) {
        choice.kind = "openai";
    }
    return choice;
}

EngineChoice synthesiser_of(const FilePart& block, const std::string& file) {
    EngineChoice choice;
    read_address(block, choice, file);
    choice.model = block.text("model_name").value_or("");
    choice.kind = lower(block.text("model_provider").value_or(""));
    if (choice.kind.empty() && choice.model.starts_with("sonic")) {
        choice.kind = "cartesia";
    }
    choice.api_version = block.text("api_version").value_or("");
    return choice;
}

RecogniserChoice recogniser_of(const FilePart& block, std::string_view usual_kind, const std::string& file) {
    RecogniserChoice choice;
    read_address(block, choice, file);
    choice.kind = lower(block.text("model_provider").value_or(""));
    choice.kind = choice.kind.empty() ? std::string(usual_kind) : choice.kind;
    choice.model = block.text("model_name").value_or("");
    choice.language = block.text("language").value_or("");
    choice.language_hints = block.texts("language_hints").value_or(std::vector<std::string>());
    choice.identifies_language = block.flag("enable_language_identification").value_or(false);
    choice.separates_speakers = block.flag("enable_speaker_diarization").value_or(false);
    choice.finds_endpoints = block.flag("enable_endpoint_detection").value_or(true);
    // Calls bring 16 kHz mono whatever stands here; a wrong value is told all the same.
    (void)block.whole_number("sample_rate", 8000, 96'000);
    (void)block.whole_number("num_channels", 1, 8);
    (void)block.text("audio_format");
    return choice;
}

// The original's rule: the first block, unless the other is active.
void choose_recogniser(const FilePart& models, const std::string& file, ConfigJson& config) {
    auto cartesia = models.part("cartesia_stt");
    auto other = models.part("stt_model");
    auto first = cartesia.present() ? std::optional(recogniser_of(cartesia, "cartesia", file)) : std::nullopt;
    auto second = other.present() ? std::optional(recogniser_of(other, "soniox", file)) : std::nullopt;
    (void)cartesia.flag("active");
    const bool other_is_active = other.flag("active").value_or(!cartesia.present());
    config.recogniser = second && other_is_active ? second : first;
}

void read_voice(const FilePart& block, ConfigJson& config) {
    config.voice = block.text("default_voice");
    config.language = block.text("language");
    config.speed = block.clamped("speed", slowest, fastest);
    config.volume = block.clamped("volume", quietest, loudest);
    config.emotion = block.text("emotion");
    // What a call sends is always the first of these, and no telephone calls here.
    for (auto key : {"web_encoding", "twilio_encoding"}) {
        (void)block.text(key);
    }
    for (auto key : {"web_sample_rate", "twilio_sample_rate"}) {
        (void)block.whole_number(key, 8000, 96'000);
    }
}

std::optional<std::chrono::milliseconds> milliseconds_at(const FilePart& block, std::string_view key,
                                                         int least) {
    auto count = block.whole_number(key, least, 10'000);
    return count ? std::optional(std::chrono::milliseconds(*count)) : std::nullopt;
}

}  // namespace

ConfigJson read_config_json(std::string_view text, const std::string& file, FileMistakes& mistakes) {
    ConfigJson config{.file = file};
    auto top = parse_original(text, file, mistakes);
    if (!top) {
        return config;
    }
    FilePart whole(&*top, "", file, mistakes);
    auto models = whole.part("models");

    if (auto block = models.part("llm_model"); block.present()) {
        config.model = model_of(block, file);
        config.temperature = block.number("temperature", 0, 2);
        if (auto length = block.whole_number("max_tokens", 1, 1'000'000)) {
            config.max_tokens = static_cast<int>(*length);
        }
    }
    if (auto block = models.part("tts_model"); block.present()) {
        config.synthesiser = synthesiser_of(block, file);
        read_voice(block, config);
    }
    choose_recogniser(models, file, config);

    auto detector = models.part("vad_model");
    config.threshold = detector.number("threshold", 0, 1);
    config.min_speech = milliseconds_at(detector, "min_speech_duration_ms", 20);
    config.min_silence = milliseconds_at(detector, "min_silence_duration_ms", 100);

    if (auto seconds = whole.part("general").number("call_session_timeout", 1, 86'400)) {
        config.session_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
    }
    if (auto port = whole.part("server").whole_number("port", 1, 65'535)) {
        config.port = static_cast<std::uint16_t>(*port);
    }
    // models.deepgram, noise_reduction, logging, the rest of general and vad_model: the original read them
    // and did nothing with them, or they are set elsewhere here ([log]).
    return config;
}

namespace {

// Puts what the file says into a definition, and notes that it did.
class Overriding {
public:
    Overriding(const ConfigJson& config, Definition& definition)
        : file_(config.file), origins_(definition.origins) {}

    template <class T, class U>
    void operator()(std::string key, const std::optional<T>& said, U& value, std::string_view where) {
        if (said) {
            value = *said;
            origins_[std::move(key)] = fmt::format("{}: {}", file_, where);
        }
    }

    void choice(const std::string& table, const EngineChoice& choice) {
        for (auto [key, value] : {std::pair("kind", &choice.kind),
                                  {"model", &choice.model},
                                  {"base_url", &choice.base_url},
                                  {"api_key", &choice.api_key.reveal()}}) {
            if (!value->empty()) {
                origins_[fmt::format("{}.{}", table, key)] = choice.told_by;
            }
        }
    }

private:
    const std::string& file_;
    std::map<std::string, std::string>& origins_;
};

}  // namespace

void apply(const ConfigJson& config, Definition& definition) {
    Overriding override(config, definition);
    if (config.recogniser) {
        definition.recogniser = *config.recogniser;
        override.choice("recogniser", *config.recogniser);
        if (!config.recogniser->language.empty()) {
            definition.origins["recogniser.language"] = config.recogniser->told_by;
        }
    }
    if (config.model) {
        definition.model = *config.model;
        override.choice("model", *config.model);
        if (!config.model->thinking.empty()) {
            definition.origins["model.thinking"] = config.model->told_by;
        }
    }
    if (config.synthesiser) {
        definition.synthesiser = *config.synthesiser;
        override.choice("synthesiser", *config.synthesiser);
    }

    auto& agent = definition.agent;
    override("temperature", config.temperature, agent.sampling.temperature, "models.llm_model.temperature");
    override("max_tokens", config.max_tokens, agent.sampling.max_tokens, "models.llm_model.max_tokens");
    override("voice", config.voice, agent.voice.name, "models.tts_model.default_voice");
    override("speed", config.speed, agent.voice.speed, "models.tts_model.speed");
    override("volume", config.volume, agent.voice.volume, "models.tts_model.volume");
    override("emotion", config.emotion, agent.voice.emotion, "models.tts_model.emotion");
    if (!config.language && config.recogniser && !config.recogniser->language.empty()) {
        // It answers as it is spoken to.
        override("language", std::optional(config.recogniser->language), agent.voice.language,
                 "the recogniser's language");
    }
    override("language", config.language, agent.voice.language, "models.tts_model.language");

    auto& turns = definition.turn_taking;
    override("turn_taking.threshold", config.threshold, turns.threshold, "models.vad_model.threshold");
    override("turn_taking.min_speech", config.min_speech, turns.min_speech,
             "models.vad_model.min_speech_duration_ms");
    override("turn_taking.min_silence", config.min_silence, turns.min_silence,
             "models.vad_model.min_silence_duration_ms");
    override("session_timeout", config.session_timeout, definition.session_timeout,
             "general.call_session_timeout");
}

}  // namespace repartee::agents
