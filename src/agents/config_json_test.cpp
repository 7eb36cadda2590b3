#include "agents/config_json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::agents {

namespace {

using namespace std::chrono_literals;

ConfigJson config_of(std::string_view text) {
    FileMistakes mistakes;
    auto config = read_config_json(text, "config.json", mistakes);
    EXPECT_TRUE(mistakes.empty()) << (mistakes.empty() ? "" : mistakes[0].key + ": " + mistakes[0].message);
    return config;
}

// Kind, model and address of the model that a block chooses.
std::string model_in(std::string_view block) {
    auto model = config_of(fmt::format(R"({{"models":{{"llm_model":{{{}}}}}}})", block)).model;
    return model ? fmt::format("{} {} {} {}", model->kind, model->model, model->base_url, model->thinking)
                 : "none";
}

std::string recogniser_in(std::string_view models) {
    auto recogniser = config_of(fmt::format(R"({{"models":{{{}}}}})", models)).recogniser;
    return recogniser ? recogniser->kind + " " + recogniser->model : "none";
}

TEST(ConfigJson, MayBeEmpty) {
    for (auto text : {"{}", R"({"models":{}})", R"({"models":null,"more":7})"}) {
        auto config = config_of(text);
        EXPECT_FALSE(config.recogniser || config.model || config.synthesiser || config.speed || config.port);
    }
}

TEST(ConfigJson, KnowsTheOriginalsModelProviders) {
    constexpr std::string_view deepinfra = "https://api.deepinfra.com/v1/openai";
    EXPECT_EQ(
        model_in(R"("model_provider":"qwen","model_name":"zai-org/GLM-4.5","reasoning_efforts":"high")"),
        fmt::format("openai zai-org/GLM-4.5 {} off", deepinfra));
    EXPECT_EQ(model_in(R"("platform":"DeepInfra","model_name":"a","model_id":"b")"),
              fmt::format("openai b {} off", deepinfra));
    EXPECT_EQ(model_in(R"("model_provider":"qwen","api_base":"http://localhost:8000/v1","model_name":"q")"),
              "openai q http://localhost:8000/v1 off");
    EXPECT_EQ(model_in(R"("model_provider":"gemini","model_name":"gemini-2.5-flash","thinking":false)"),
              "gemini gemini-2.5-flash  off");
    EXPECT_EQ(model_in(R"("model_provider":"openai","model_name":"gpt-4o-mini")"), "openai gpt-4o-mini  ");
    EXPECT_EQ(
        model_in(R"("model_provider":"groq","api_base":"https://x.example/v1","reasoning_efforts":"low")"),
        "openai  https://x.example/v1 low");
    EXPECT_EQ(
        model_in(R"("model_provider":"ollama","api_base":"http://localhost:11434/v1","model_name":"l")"),
        "openai l http://localhost:11434/v1 ");
    EXPECT_EQ(model_in(R"("model_provider":"scripted")"), "scripted   ");
    EXPECT_EQ(model_in(R"("temperature":0.5)"), "   ");
    EXPECT_EQ(
        model_in(R"("model_provider":"x","model_id":"","model_name":"n","thinking":{"type":"disabled"})"),
        "openai n  off");
}

TEST(ConfigJson, ChoosesTheRecogniserAsTheOriginalDoes) {
    auto blocks = [](std::string_view cartesia, std::string_view other) {
        return fmt::format(
            R"("cartesia_stt":{{"model_name":"ink-whisper"{}}},"stt_model":{{"model_name":"m"{}}})", cartesia,
            other);
    };
    EXPECT_EQ(recogniser_in(blocks("", "")), "cartesia ink-whisper");
    EXPECT_EQ(recogniser_in(blocks("", R"(,"active":false)")), "cartesia ink-whisper");
    EXPECT_EQ(recogniser_in(blocks("", R"(,"active":true)")), "soniox m");
    EXPECT_EQ(recogniser_in(blocks(R"(,"active":false)", R"(,"active":true)")), "soniox m");
    EXPECT_EQ(recogniser_in(blocks(R"(,"active":false)", R"(,"active":false)")), "cartesia ink-whisper");
    EXPECT_EQ(recogniser_in(R"("cartesia_stt":{"active":true})"), "cartesia ");
    EXPECT_EQ(recogniser_in(R"("stt_model":{"model_provider":"OpenAI","model_name":"whisper-1"})"),
              "openai whisper-1");
    EXPECT_EQ(recogniser_in(R"("stt_model":{"active":false})"), "none");
    EXPECT_EQ(recogniser_in(R"("deepgram":{"api_key":"x"})"), "none");
}

TEST(ConfigJson, ReadsWhatARecogniserIsTold) {
    auto config = config_of(R"({"models":{"stt_model":{"language":"hi","language_hints":["hi","en"],
        "enable_language_identification":true,"enable_speaker_diarization":true,"enable_endpoint_detection":false,
        "api_base":"wss://s.example","api_key":"k1"}}})");
    ASSERT_TRUE(config.recogniser);
    EXPECT_EQ(config.recogniser->language, "hi");
    EXPECT_EQ(config.recogniser->language_hints, (std::vector<std::string>{"hi", "en"}));
    EXPECT_TRUE(config.recogniser->identifies_language);
    EXPECT_TRUE(config.recogniser->separates_speakers);
    EXPECT_FALSE(config.recogniser->finds_endpoints);
    EXPECT_EQ(config.recogniser->base_url, "wss://s.example");
    EXPECT_EQ(config.recogniser->api_key.reveal(), "k1");
    EXPECT_EQ(config.recogniser->told_by, "config.json: models.stt_model");
}

TEST(ConfigJson, ReadsTheVoiceAndBringsItIntoBounds) {
    auto config = config_of(R"({"models":{"tts_model":{"model_provider":"cartesia","model_name":"sonic-3",
        "default_voice":"v1","language":"hi","speed":9,"volume":0.1,"emotion":"calm","api_version":"2025-04-16"}}})");
    ASSERT_TRUE(config.synthesiser);
    EXPECT_EQ(config.synthesiser->kind, "cartesia");
    EXPECT_EQ(config.synthesiser->model, "sonic-3");
    EXPECT_EQ(config.synthesiser->api_version, "2025-04-16");
    Definition definition = blank("a");
    apply(config, definition);
    EXPECT_EQ(definition.agent.voice.name, "v1");
    EXPECT_EQ(definition.agent.voice.language, "hi");
    EXPECT_EQ(definition.agent.voice.speed, 1.5);
    EXPECT_EQ(definition.agent.voice.volume, 0.5);
    EXPECT_EQ(definition.agent.voice.emotion, "calm");
    EXPECT_EQ(config_of(R"({"models":{"tts_model":{"model_name":"sonic-3"}}})").synthesiser->kind,
              "cartesia");
}

TEST(ConfigJson, LeavesTheUsualSpeedWhereItSaysNone) {
    Definition definition = blank("a");
    apply(config_of(R"({"models":{"tts_model":{"language":"hi"}}})"), definition);
    EXPECT_EQ(definition.agent.voice.speed, 0.85);
    EXPECT_EQ(definition.session_timeout, 300s);
    EXPECT_EQ(definition.turn_taking.threshold, 0.7);
    EXPECT_EQ(definition.turn_taking.min_speech, 250ms);
    EXPECT_EQ(definition.turn_taking.min_silence, 500ms);
    EXPECT_EQ(definition.turn_taking.max_interruptions, 25);
}

TEST(ConfigJson, ReadsTheNumbersOfACall) {
    auto config = config_of(R"({"models":{"vad_model":{"threshold":0.5,"min_speech_duration_ms":100,
        "min_silence_duration_ms":800,"sampling_rate":"ignored"},"llm_model":{"temperature":0.7,"max_tokens":1000}},
        "general":{"call_session_timeout":60.5,"tts_filler_enabled":"ignored"},"server":{"port":6060},
        "noise_reduction":7,"logging":[]})");
    Definition definition = blank("a");
    apply(config, definition);
    EXPECT_EQ(definition.turn_taking.threshold, 0.5);
    EXPECT_EQ(definition.turn_taking.min_speech, 100ms);
    EXPECT_EQ(definition.turn_taking.min_silence, 800ms);
    EXPECT_EQ(definition.session_timeout, 60'500ms);
    EXPECT_EQ(definition.agent.sampling.temperature, 0.7);
    EXPECT_EQ(definition.agent.sampling.max_tokens, 1000);
    EXPECT_EQ(config.port, 6060);
}

TEST(ConfigJson, AnswersInTheLanguageItHearsWhereNoVoiceHasOne) {
    Definition definition = blank("a");
    apply(config_of(R"({"models":{"cartesia_stt":{"language":"hi"}}})"), definition);
    EXPECT_EQ(definition.agent.voice.language, "hi");
}

TEST(ConfigJson, TellsEveryMistakeWithItsKey) {
    FileMistakes mistakes;
    (void)read_config_json(R"({"models":{
        "llm_model":{"temperature":3,"max_tokens":0,"api_key":7,"thinking":7},
        "tts_model":{"speed":"fast","language":1,"web_sample_rate":"16k"},
        "cartesia_stt":{"active":"yes","sample_rate":1},
        "stt_model":[],
        "vad_model":{"threshold":1.5,"min_silence_duration_ms":2.5}},
        "general":{"call_session_timeout":0},"server":{"port":70000}})",
                           "config.json", mistakes);
    std::vector<std::string> keys;
    for (const auto& mistake : mistakes) {
        keys.push_back(mistake.key);
        EXPECT_EQ(mistake.file, "config.json");
        EXPECT_EQ(mistake.message.find("found 7;") != std::string::npos && mistake.key.ends_with("api_key"),
                  false);
    }
    EXPECT_THAT(
        keys, testing::UnorderedElementsAre(
                  "models.llm_model.temperature", "models.llm_model.max_tokens", "models.llm_model.api_key",
                  "models.llm_model.thinking", "models.tts_model.speed", "models.tts_model.language",
                  "models.tts_model.web_sample_rate", "models.cartesia_stt.active",
                  "models.cartesia_stt.sample_rate", "models.stt_model", "models.vad_model.threshold",
                  "models.vad_model.min_silence_duration_ms", "general.call_session_timeout", "server.port"));
}

}  // namespace

}  // namespace repartee::agents
