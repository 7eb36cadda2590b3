#include "engines/ollama/ollama_wire.h"

#include "engines/calls_in_words.h"
#include "engines/peer_place.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <random>

namespace repartee::engines::ollama {

namespace json = boost::json;

namespace {

json::object body_of(const OllamaSettings& settings, const Prompt& prompt, const Refusals& refusals = {}) {
    return json::parse(chat_body(settings, prompt, refusals)).as_object();
}

// The outputs of one line, as text that is easy to compare.
std::string told(AnswerLines& lines, std::string_view line) {
    auto outputs = lines.take(line);
    if (!outputs) {
        return "error: " + outputs.error().message;
    }
    std::string all;
    for (const auto& output : *outputs) {
        if (const auto* text = std::get_if<TextDelta>(&output)) {
            all += "text(" + text->text + ")";
        } else if (const auto* thought = std::get_if<ReasoningDelta>(&output)) {
            all += "thought(" + thought->text + ")";
        } else if (const auto* call = std::get_if<SkillCall>(&output)) {
            all += call->id + "=" + call->name + json::serialize(call->arguments);
        } else if (const auto* end = std::get_if<AnswerEnd>(&output)) {
            all += "end(" + end->reason + ")";
        }
    }
    return all;
}

TEST(OllamaWire, AsksForAStreamWithTheWholeConversation) {
    Prompt prompt{
        .messages = {
            {.role = Role::System, .content = "Be brief."},
            {.role = Role::User, .content = "Weather in Pune?"},
            {.role = Role::Assistant,
             .calls = {{.id = "call_1", .name = "weather", .arguments = {{"city", "Pune"}}}}},
            {.role = Role::Skill, .content = "22 degrees", .call_id = "call_1", .skill = "weather"}}};
    auto body = body_of({}, prompt);
    EXPECT_EQ(body, json::parse(R"({"model":"llama3.1","stream":true,"messages":[
        {"role":"system","content":"Be brief."},
        {"role":"user","content":"Weather in Pune?"},
        {"role":"assistant","content":"","tool_calls":[
            {"id":"call_1","function":{"name":"weather","arguments":{"city":"Pune"}}}]},
        {"role":"tool","content":"22 degrees","tool_name":"weather","tool_call_id":"call_1"}]})"));
}

TEST(OllamaWire, ForwardsOnlyTheOptionsThatAreGiven) {
    Prompt prompt;
    prompt.sampling = {
        .temperature = 0.5, .top_p = 0.9, .top_k = 40, .max_tokens = 100, .seed = 7, .stop = {"\n"}};
    EXPECT_EQ(
        body_of({.context_size = 4096}, prompt).at("options"),
        json::parse(R"({"temperature":0.5,"top_p":0.9,"top_k":40,"num_predict":100,"seed":7,"stop":["\n"],
                              "num_ctx":4096})"));
    EXPECT_FALSE(body_of({}, {}).contains("options"));
}

TEST(OllamaWire, SaysHowLongTheModelStaysAndWhetherItThinks) {
    EXPECT_FALSE(body_of({}, {}).contains("keep_alive"));
    EXPECT_FALSE(body_of({}, {}).contains("think"));
    EXPECT_EQ(body_of({.keep_alive = "10m"}, {}).at("keep_alive"), "10m");
    EXPECT_EQ(body_of({.keep_alive = "-1"}, {}).at("keep_alive"), -1);
    EXPECT_EQ(body_of({.think = "off"}, {}).at("think"), false);
    EXPECT_EQ(body_of({.think = "on"}, {}).at("think"), true);
    EXPECT_EQ(body_of({.think = "low"}, {}).at("think"), "low");
    EXPECT_FALSE(body_of({.think = "on"}, {}, {.thinking = true}).contains("think"));
}

TEST(OllamaWire, OffersSkillsUnlessTheModelRefusesThem) {
    Prompt prompt{
        .skills = {
            shared({.name = "clock", .description = "Tells the time.", .parameters = {{"type", "object"}}})}};
    EXPECT_EQ(body_of({}, prompt).at("tools"), json::parse(R"([{"type":"function","function":
        {"name":"clock","description":"Tells the time.","parameters":{"type":"object"}}}])"));
    EXPECT_TRUE(body_of({}, prompt).at("messages").as_array().empty());
    auto without = body_of({}, prompt, {.skills = true});
    EXPECT_FALSE(without.contains("tools"));
    EXPECT_EQ(without.at("messages").at(0).at("content").as_string(),
              json::string(skills_in_words(prompt.skills)));
    EXPECT_FALSE(body_of({}, {}).contains("tools"));
}

TEST(OllamaWire, AcceptsTheBaseUrlAsPeopleWriteIt) {
    EXPECT_EQ(url_of({.base_url = "http://localhost:11434/"}, "/api/chat"),
              "http://localhost:11434/api/chat");
    EXPECT_EQ(url_of({.base_url = "box.lan:11434"}, "/api/chat"), "http://box.lan:11434/api/chat");
    EXPECT_EQ(url_of({.base_url = "https://models.example/ollama"}, ""), "https://models.example/ollama");
}

TEST(OllamaAnswer, ReadsTextThoughtsAndTheEnd) {
    AnswerLines lines;
    EXPECT_EQ(told(lines, R"({"message":{"role":"assistant","content":"","thinking":"Hm."},"done":false})"),
              "thought(Hm.)");
    EXPECT_EQ(told(lines, R"({"message":{"content":"नमस्ते"},"done":false})"), "text(नमस्ते)");
    EXPECT_EQ(told(lines, ""), "");
    EXPECT_EQ(told(lines, R"({"message":{"content":"!"},"done":true,"done_reason":"length"})"),
              "text(!)end(length)");
    EXPECT_TRUE(lines.ended());
    EXPECT_EQ(told(lines, R"({"message":{"content":"more"}})"), "");
}

TEST(OllamaAnswer, CountsTokensAndShrugsAtStrangeCounts) {
    AnswerLines lines;
    auto outputs =
        lines.take(R"({"done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":282})").value();
    EXPECT_EQ(std::get<AnswerEnd>(outputs.at(0)).prompt_tokens, 26);
    EXPECT_EQ(std::get<AnswerEnd>(outputs.at(0)).answer_tokens, 282);
    AnswerLines strange;
    outputs = strange.take(R"({"done":true,"prompt_eval_count":-3,"eval_count":99999999999999})").value();
    EXPECT_EQ(std::get<AnswerEnd>(outputs.at(0)).prompt_tokens, 0);
    EXPECT_EQ(std::get<AnswerEnd>(outputs.at(0)).answer_tokens, 0);
}

TEST(OllamaAnswer, JoinsACharacterThatWasSplitBetweenLines) {
    AnswerLines lines;
    EXPECT_EQ(told(lines, "{\"message\":{\"content\":\"a\xE0\xA4\"}}"), "text(a)");
    EXPECT_EQ(told(lines, "{\"message\":{\"content\":\"\xB9\"}}"), "text(ह)");
    EXPECT_EQ(told(lines, "{\"message\":{\"content\":\"\xF0\"},\"done\":true}"),
              "text(\xEF\xBF\xBD)end(stop)");
}

TEST(OllamaAnswer, ReadsSkillCallsAndNamesThoseWithoutId) {
    AnswerLines lines;
    EXPECT_EQ(told(lines, R"({"message":{"content":"","tool_calls":[
                   {"id":"abc","function":{"name":"clock","arguments":{"zone":"UTC"}}},
                   {"function":{"name":"timer","arguments":"{\"seconds\":5}"}},
                   {"function":{"name":"notes"}},
                   {"function":{"arguments":{}}}, 7, null]}})"),
              R"(abc=clock{"zone":"UTC"}call_2=timer{"seconds":5}call_3=notes{})");
    EXPECT_EQ(told(lines, R"({"message":{"content":""},"done":true,"done_reason":"stop"})"), "end(skill)");
}

TEST(OllamaAnswer, TurnsErrorsAndNonsenseIntoFailures) {
    EXPECT_EQ(told(*std::make_unique<AnswerLines>(), R"({"error":"out of memory"})"),
              "error: Ollama gave up: out of memory");
    for (auto nonsense : {"{", "[]", "hello", "{\"message\":\"\\ud83d\"}", "\xFF"}) {
        AnswerLines lines;
        auto outputs = lines.take(nonsense);
        ASSERT_FALSE(outputs) << nonsense;
        EXPECT_EQ(outputs.error().kind, ErrorKind::ProviderBroke);
    }
}

TEST(OllamaAnswer, SurvivesAnyBytes) {
    const std::string sample =
        R"({"message":{"content":"हाँ","thinking":"x","tool_calls":[{"id":"1","function":{"name":"a","arguments":{}}}]},"done":true,"eval_count":1})";
    std::minstd_rand random(20240501);
    for (int round = 0; round < 2000; ++round) {
        auto line = sample;
        for (int i = 0; i < 3; ++i) {
            line[random() % line.size()] = static_cast<char>(random());
        }
        line.resize(random() % 8 == 0 ? random() % line.size() : line.size());
        AnswerLines lines;
        (void)lines.take(line);
        (void)refusals_in(400, line);
        (void)error_from_reply(500, line, {});
        (void)health_from_tags(200, line, {});
    }
}

TEST(OllamaReplies, MeanAnErrorThatHelps) {
    auto missing = error_from_reply(404, R"({"error":"model 'llama3.1' not found"})", {});
    EXPECT_EQ(missing.kind, ErrorKind::Unavailable);
    EXPECT_EQ(missing.message, "Ollama has no model 'llama3.1'. Type: ollama pull llama3.1");
    EXPECT_EQ(error_from_reply(429, "", {}).kind, ErrorKind::Busy);
    EXPECT_EQ(error_from_reply(503, R"({"error":"queue full"})", {}).kind, ErrorKind::Busy);
    auto broke = error_from_reply(500, R"({"error":{"message":"no memory"}})", {});
    EXPECT_EQ(broke.kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(broke.message, "Ollama gave up: no memory");
    EXPECT_EQ(error_from_reply(502, "<html>", {}).message, "Ollama answered with status 502.");
}

TEST(OllamaReplies, TellWhatTheModelRefuses) {
    EXPECT_TRUE(refusals_in(400, R"({"error":"llama does not support tools"})").skills);
    EXPECT_TRUE(refusals_in(400, R"({"error":"\"llama3.1\" does not support thinking"})").thinking);
    EXPECT_FALSE(refusals_in(400, R"({"error":"invalid options"})").skills);
    EXPECT_FALSE(refusals_in(500, R"({"error":"does not support tools"})").skills);
}

TEST(OllamaHealth, LooksForTheModelByNameAndTag) {
    constexpr std::string_view tags = R"({"models":[{"name":"qwen3:8b"},{"name":"llama3.1:latest"}]})";
    auto usable = health_from_tags(200, tags, {});
    EXPECT_TRUE(usable.usable);
    EXPECT_EQ(usable.reason, "answers at http://localhost:11434 with llama3.1");
    EXPECT_TRUE(health_from_tags(200, tags, {.model = "qwen3:8b"}).usable);
    auto absent = health_from_tags(200, tags, {.model = "qwen3"});
    EXPECT_FALSE(absent.usable);
    EXPECT_EQ(absent.advice, "ollama pull qwen3");
    EXPECT_FALSE(health_from_tags(200, "<html>", {}).usable);
    EXPECT_FALSE(health_from_tags(404, "", {}).usable);
}

TEST(PeerPlace, IsLocalForThisMachineAndItsNeighbours) {
    for (auto url :
         {"http://localhost:11434", "http://127.0.0.1:1", "http://[::1]:11434", "http://10.1.2.3",
          "http://192.168.1.20:11434", "http://172.31.0.1", "http://[fd00::1]", "http://ollama:11434",
          "http://host.docker.internal:11434", "http://BOX.LAN", "http://[::ffff:127.0.0.1]"}) {
        EXPECT_EQ(place_of(url), Place::Local) << url;
    }
    for (auto url : {"https://models.example", "http://8.8.8.8", "http://172.32.0.1", "http://[2001:db8::1]",
                     "http://localhost.example", "", "not a url", "http://"}) {
        EXPECT_EQ(place_of(url), Place::Cloud) << url;
    }
}

}  // namespace

}  // namespace repartee::engines::ollama
