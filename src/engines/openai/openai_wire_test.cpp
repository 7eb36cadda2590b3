#include "engines/openai/openai_wire.h"

#include "engines/calls_in_words.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <random>

namespace repartee::engines::openai {

namespace json = boost::json;

namespace {

OpenAiSettings at(std::string url, std::string model = "m") {
    return {.base_url = std::move(url), .model = std::move(model)};
}

const OpenAiSettings plain = at("http://localhost:8000/v1");

json::object body_of(const OpenAiSettings& settings, const Prompt& prompt, const Refusals& refusals = {}) {
    return json::parse(chat_body(settings, settings.model, prompt, refusals)).as_object();
}

// Outputs as text that is easy to compare.
std::string told(const Result<std::vector<ModelOutput>>& outputs) {
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
            all += call->id + "=" + call->name + json::serialize(call->arguments) +
                   (call->extras.empty() ? "" : json::serialize(call->extras));
        } else if (const auto* end = std::get_if<AnswerEnd>(&output)) {
            all += "end(" + end->reason + ")";
        }
    }
    return all;
}

// A whole stream's outputs.
std::string told(std::initializer_list<std::string_view> events, bool thinking_forbidden = false) {
    AnswerEvents answer("Peer", thinking_forbidden);
    std::string all;
    for (auto event : events) {
        all += told(answer.take(event));
    }
    return all;
}

std::string delta(std::string_view fields) {
    return R"({"choices":[{"index":0,"delta":{)" + std::string(fields) + R"(},"finish_reason":null}]})";
}

std::string finish(std::string_view reason) {
    return R"({"choices":[{"index":0,"delta":{},"finish_reason":")" + std::string(reason) + R"("}]})";
}

// --- requests ---

TEST(OpenAiWire, PutsAPromptIntoABody) {
    Prompt prompt{
        .messages = {
            {.role = Role::System, .content = "Be brief."},
            {.role = Role::User, .content = "पुणे में मौसम?"},
            {.role = Role::Assistant,
             .calls = {{.id = "call_1", .name = "weather", .arguments = {{"city", "Pune"}}}}},
            {.role = Role::Skill, .content = "22 degrees", .call_id = "call_1", .skill = "weather"}}};
    EXPECT_EQ(body_of(plain, prompt), json::parse(R"({"model":"m","stream":true,"messages":[
        {"role":"system","content":"Be brief."},
        {"role":"user","content":"पुणे में मौसम?"},
        {"role":"assistant","content":"","tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Pune\"}"}}]},
        {"role":"tool","tool_call_id":"call_1","content":"22 degrees"}]})"));
}

TEST(OpenAiWire, AnswersACallThatBargeInCutShort) {
    Prompt prompt{.messages = {{.role = Role::Assistant, .calls = {{.id = "a", .name = "clock"}}},
                               {.role = Role::User, .content = "stop"}}};
    const auto messages = body_of(plain, prompt).at("messages").as_array();
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[1].at("role"), "tool");
    EXPECT_EQ(messages[1].at("tool_call_id"), "a");
}

TEST(OpenAiWire, GivesAFacadesExtrasBackAsTheyCame) {
    Prompt prompt{.messages = {{.role = Role::Assistant,
                                .calls = {{.id = "a",
                                           .name = "clock",
                                           .extras = {{"extra_content", {{"google", 7}}}, {"other", 1}}}}}}};
    const auto body = body_of(plain, prompt);
    EXPECT_EQ(body.at("messages").at(0).at("tool_calls").at(0), json::parse(R"({"id":"a","type":"function",
        "function":{"name":"clock","arguments":"{}"},"extra_content":{"google":7}})"));
}

TEST(OpenAiWire, ForwardsOnlyTheOptionsThatAreGiven) {
    Prompt prompt;
    prompt.sampling = {.temperature = 0.5,
                       .top_p = 0.9,
                       .top_k = 40,  // no member of this language
                       .max_tokens = 100,
                       .seed = 7,
                       .stop = {"a", "b", "c", "d", "e"}};
    EXPECT_EQ(body_of(plain, prompt),
              json::parse(R"({"model":"m","messages":[],"stream":true,"temperature":0.5,"top_p":0.9,
                              "max_tokens":100,"seed":7,"stop":["a","b","c","d"]})"));
    EXPECT_EQ(body_of(plain, prompt, {.sampling = true, .max_tokens = true}),
              json::parse(R"({"model":"m","messages":[],"stream":true,"max_completion_tokens":100,"seed":7,
                              "stop":["a","b","c","d"]})"));
}

TEST(OpenAiWire, OffersSkillsUnlessTheyAreRefused) {
    Prompt prompt{
        .skills = {
            shared({.name = "clock", .description = "Tells the time.", .parameters = {{"type", "object"}}})}};
    EXPECT_EQ(body_of(plain, prompt).at("tools"), json::parse(R"([{"type":"function","function":
        {"name":"clock","description":"Tells the time.","parameters":{"type":"object"}}}])"));
    EXPECT_TRUE(body_of(plain, prompt).at("messages").as_array().empty());
    auto without = body_of(plain, prompt, {.skills = true});
    EXPECT_FALSE(without.contains("tools"));
    EXPECT_EQ(without.at("messages").at(0).at("content").as_string(),
              json::string(skills_in_words(prompt.skills)));
    EXPECT_FALSE(body_of(plain, {}).contains("tools"));
}

TEST(OpenAiWire, TellsEveryServerNotToThinkInItsOwnWords) {
    struct Case {
        std::string url;
        std::string model;
        std::string expected;  // members besides model, messages and stream
    };
    for (const auto& [url, model, expected] : {
             Case{"https://api.deepinfra.com/v1/openai", "zai-org/GLM-4.5", R"({"reasoning_effort":"none"})"},
             Case{"https://api.deepinfra.com/v1/openai", "Qwen/Qwen3-32B", R"({"reasoning_effort":"none"})"},
             Case{"https://api.openai.com/v1", "gpt-5-mini", R"({"reasoning_effort":"none"})"},
             Case{"https://api.openai.com/v1", "o4-mini", R"({"reasoning_effort":"none"})"},
             Case{"https://api.openai.com/v1", "gpt-4o-mini", "{}"},
             Case{"https://api.z.ai/api/paas/v4", "glm-4.6", R"({"thinking":{"type":"disabled"}})"},
             Case{"https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen-plus",
                  R"({"enable_thinking":false})"},
             Case{"https://api.cerebras.ai/v1", "zai-glm-4.6", R"({"disable_reasoning":true})"},
             Case{"https://api.together.xyz/v1", "zai-org/GLM-4.6", R"({"reasoning":{"enabled":false}})"},
             Case{"http://localhost:11434/v1", "qwen3", R"({"reasoning_effort":"none"})"},
             Case{"http://localhost:8000/v1", "Qwen/Qwen3-8B",
                  R"({"chat_template_kwargs":{"enable_thinking":false}})"},
             Case{"http://localhost:1234/v1", "glm-4.5-air",
                  R"({"chat_template_kwargs":{"enable_thinking":false}})"},
             Case{"http://localhost:8000/v1", "llama-3.1-8b", "{}"},
             Case{"https://deepinfra.com.example/v1", "llama", "{}"},
         }) {
        auto body = body_of(at(url, model), {});
        for (auto always : {"model", "messages", "stream"}) {
            body.erase(always);
        }
        EXPECT_EQ(body, json::parse(expected)) << url << " " << model;
    }
}

TEST(OpenAiWire, LetsTheSettingsSayHowMuchIsThought) {
    auto settings = at("https://api.deepinfra.com/v1/openai", "zai-org/GLM-4.5");
    settings.thinking = "high";
    EXPECT_EQ(body_of(settings, {}).at("reasoning_effort"), "high");
    EXPECT_FALSE(forbids_thinking(settings, settings.model, {}));
    settings.thinking = "model";
    EXPECT_FALSE(body_of(settings, {}).contains("reasoning_effort"));
    settings.thinking = "off";
    EXPECT_TRUE(forbids_thinking(settings, settings.model, {}));
    EXPECT_EQ(body_of(settings, {}, {.no_thinking_at_all = true}).at("reasoning_effort"), "low");
    EXPECT_FALSE(forbids_thinking(settings, settings.model, {.no_thinking_at_all = true}));
    EXPECT_FALSE(body_of(settings, {}, {.thinking = true}).contains("reasoning_effort"));
    settings.thinking_switch = "none";
    EXPECT_FALSE(body_of(settings, {}).contains("reasoning_effort"));
    settings.thinking_switch = "enable_thinking";
    EXPECT_EQ(body_of(settings, {}).at("enable_thinking"), false);
}

TEST(OpenAiWire, AcceptsTheBaseUrlAsPeopleWriteIt) {
    struct Case {
        std::string written;
        std::string meant;
    };
    for (const auto& [written, meant] : {
             Case{"https://api.openai.com/v1", "https://api.openai.com/v1/x"},
             Case{"https://api.openai.com/v1/", "https://api.openai.com/v1/x"},
             Case{"https://api.openai.com", "https://api.openai.com/v1/x"},
             Case{"http://localhost:1234/", "http://localhost:1234/v1/x"},
             Case{"localhost:1234", "http://localhost:1234/v1/x"},
             Case{"api.openai.com/v1", "https://api.openai.com/v1/x"},
             Case{"https://api.deepinfra.com/v1/openai/chat/completions",
                  "https://api.deepinfra.com/v1/openai/x"},
         }) {
        EXPECT_EQ(url_of(at(written), "/x"), meant) << written;
    }
}

TEST(OpenAiWire, TakesWhatOnlyOneServerUnderstands) {
    auto body = json::parse(chat_body(plain, "m", {.sampling = {.max_tokens = 9}}, {},
                                      {{"id_slot", 2}, {"max_tokens", 0}}))
                    .as_object();
    EXPECT_EQ(body.at("id_slot"), 2);
    EXPECT_EQ(body.at("max_tokens"), 0);
}

TEST(OpenAiWire, KnowsServersByNameAndTrimsKeys) {
    EXPECT_EQ(peer_of({}), "OpenAI");
    EXPECT_EQ(peer_of(at("https://api.deepinfra.com/v1/openai")), "api.deepinfra.com");
    EXPECT_EQ(peer_of(plain), "localhost:8000");
    EXPECT_EQ(peer_of({.base_url = "http://localhost:8000", .peer = "The oracle"}), "The oracle");
    EXPECT_EQ(peer_of(at("not a url at all")), "The model's server");
    EXPECT_EQ(model_of({}), "gpt-4o-mini");
    EXPECT_EQ(model_of(at("http://localhost:8000", "")), "");
    EXPECT_EQ(key_of({.api_key = Secret(" sk-1\r\n")}), "sk-1");
    EXPECT_EQ(key_of({.api_key = Secret(" \n")}), "");
}

// --- answers ---

TEST(OpenAiAnswer, ReadsTextAndTheEnd) {
    EXPECT_EQ(
        told({delta(R"("role":"assistant","content":"")"), delta(R"("role":"assistant","content":"Sun")"),
              delta(R"("content":"ny.")"), finish("stop"), "[DONE]"}),
        "text(Sun)text(ny.)end(stop)");
    EXPECT_EQ(told({delta(R"("content":"long")"), finish("length"), delta(R"("content":"more")")}),
              "text(long)end(length)");
}

TEST(OpenAiAnswer, ToleratesWhatServersLeaveOutOrPutIn) {
    EXPECT_EQ(
        told({R"({"choices":[],"usage":{"prompt_tokens":1}})", R"({"choices":[{"delta":null}]})",
              R"({"choices":[{"delta":{}}]})", R"({"choices":[{"index":1,"delta":{"content":"no"}}]})",
              R"({"object":"ping"})", R"({"choices":[7]})", R"({"error":null,"choices":null})", "", " ",
              delta(R"("content":null,"tool_calls":null)"), delta(R"("content":"a","obfuscation":"xyz")"),
              delta(R"("content":[{"type":"text","text":"b"},7])"), delta(R"("refusal":"c")"), "[DONE]"}),
        "text(a)text(b)text(c)end(stop)");
    // A server that does not stream sends all at once.
    EXPECT_EQ(
        told({R"({"choices":[{"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]})"}),
        "text(whole)end(stop)");
}

TEST(OpenAiAnswer, CountsTokensThatComeBeforeTheEnd) {
    AnswerEvents answer("Peer", false);
    auto outputs = answer.take(R"({"choices":[{"delta":{},"finish_reason":"stop"}],
                                   "usage":{"prompt_tokens":20,"completion_tokens":5}})");
    const auto& end = std::get<AnswerEnd>(outputs.value().at(0));
    EXPECT_EQ(end.prompt_tokens, 20);
    EXPECT_EQ(end.answer_tokens, 5);
    EXPECT_EQ(told(answer.take(R"({"choices":[],"usage":{"prompt_tokens":20}})")), "");
    AnswerEvents strange("Peer", false);
    outputs = strange.take(R"({"choices":[{"delta":{},"finish_reason":"stop"}],
                               "usage":{"prompt_tokens":-20,"completion_tokens":"many"}})");
    EXPECT_EQ(std::get<AnswerEnd>(outputs.value().at(0)).prompt_tokens, 0);
}

TEST(OpenAiAnswer, TellsHowMuchOfThePromptWasReadBefore) {
    AnswerEvents answer("Peer", false);
    auto outputs = answer.take(R"({"choices":[{"delta":{},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":20,"prompt_tokens_details":{"cached_tokens":16}}})");
    EXPECT_EQ(std::get<AnswerEnd>(outputs.value().at(0)).cached_tokens, 16);
    AnswerEvents llama("Peer", false);
    outputs = llama.take(R"({"choices":[{"delta":{},"finish_reason":"stop"}],
                             "timings":{"cache_n":7,"prompt_n":3,"predicted_n":2}})");
    const auto& end = std::get<AnswerEnd>(outputs.value().at(0));
    EXPECT_EQ(end.cached_tokens, 7);
    EXPECT_EQ(end.prompt_tokens, 10);
    EXPECT_EQ(end.answer_tokens, 2);
}

TEST(OpenAiAnswer, KeepsThoughtsApart) {
    EXPECT_EQ(told({delta(R"("reasoning_content":"Hm.","content":"")"), delta(R"("reasoning":" So.")"),
                    delta(R"("content":"Yes.")"), finish("stop")}),
              "thought(Hm.)thought( So.)text(Yes.)end(stop)");
}

TEST(OpenAiAnswer, TakesThoughtsForTheAnswerWhereThereShouldBeNone) {
    EXPECT_EQ(told({delta(R"("reasoning_content":"It is ")"), delta(R"("reasoning_content":"nine.")"),
                    finish("stop")},
                   true),
              "thought(It is )thought(nine.)text(It is nine.)end(stop)");
    // Not where thinking was allowed, nor where it used up the answer's room, nor beside a real answer.
    EXPECT_EQ(told({delta(R"("reasoning_content":"Hm.")"), finish("stop")}), "thought(Hm.)end(stop)");
    EXPECT_EQ(told({delta(R"("reasoning_content":"Hm.")"), finish("length")}, true),
              "thought(Hm.)end(length)");
    EXPECT_EQ(
        told({delta(R"("reasoning_content":"Hm.")"), delta(R"("content":"Yes.")"), finish("stop")}, true),
        "thought(Hm.)text(Yes.)end(stop)");
}

TEST(OpenAiAnswer, JoinsACharacterThatWasSplitBetweenEvents) {
    EXPECT_EQ(told({delta("\"content\":\"a\xE0\xA4\""), delta("\"content\":\"\xB9\""), finish("stop")}),
              "text(a)text(ह)end(stop)");
    EXPECT_EQ(told({delta("\"content\":\"\xF0\""), finish("stop")}), "text(\xEF\xBF\xBD)end(stop)");
}

TEST(OpenAiAnswer, PutsSkillCallsTogether) {
    auto call = [](std::string_view fields) {
        return delta(R"("tool_calls":[{)" + std::string(fields) + "}]");
    };
    // In pieces, as OpenAI sends them.
    EXPECT_EQ(
        told(
            {call(
                 R"("index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""})"),
             call(R"("index":0,"function":{"arguments":"{\"ci"})"),
             call(R"("index":0,"function":{"arguments":"ty\":\"Pune\"}"})"), finish("tool_calls")}),
        R"(call_a=weather{"city":"Pune"}end(skill))");
    // Two at once, their pieces mixed.
    EXPECT_EQ(told({call(R"("index":0,"id":"a","function":{"name":"one","arguments":"{\"x\""})"),
                    call(R"("index":1,"id":"b","function":{"name":"two","arguments":"{"})"),
                    call(R"("index":0,"function":{"arguments":":1}"})"),
                    call(R"("index":1,"function":{"arguments":"}"})"), finish("tool_calls")}),
              R"(a=one{"x":1}b=two{}end(skill))");
    // The same index for all, or none.
    EXPECT_EQ(
        told({call(R"("index":0,"id":"a","function":{"name":"one","arguments":"{}"})"),
              call(R"("index":0,"id":"b","function":{"name":"two","arguments":"{}"})"), finish("stop")}),
        "a=one{}b=two{}end(skill)");
    EXPECT_EQ(told({call(R"("id":"a","function":{"name":"one","arguments":"{"})"),
                    call(R"("id":"a","function":{"name":"one","arguments":"}"})"),
                    call(R"("id":"b","function":{"name":"two"})"), finish("stop")}),
              "a=one{}b=two{}end(skill)");
    // Neither index nor id.
    EXPECT_EQ(told({call(R"("function":{"name":"one","arguments":"{}"})"),
                    call(R"("function":{"name":"two","arguments":{"x":1}})"), "[DONE]"}),
              R"(call_1=one{}call_2=two{"x":1}end(skill))");
    // Text first, extras kept.
    EXPECT_EQ(told({delta(R"("content":"Let me see.")"),
                    call(R"("index":0,"id":"a","extra_content":{"google":1},"function":{"name":"one"})"),
                    finish("tool_calls")}),
              R"(text(Let me see.)a=one{}{"extra_content":{"google":1}}end(skill))");
}

TEST(OpenAiAnswer, MakesTheBestOfBrokenSkillCalls) {
    auto call = [](std::string_view fields) {
        return delta(R"("tool_calls":[{)" + std::string(fields) + "}]");
    };
    EXPECT_EQ(
        told({call(R"("index":0,"id":"a","function":{"name":"one","arguments":"{broken"})"), finish("stop")}),
        "a=one{}end(skill)");
    EXPECT_EQ(told({call(R"("index":0,"id":"a","function":{"name":"one","arguments":"{\"cut"})"),
                    finish("length")}),
              "end(length)");
    EXPECT_EQ(told({call(R"("index":0,"id":"a","function":{"arguments":"{}"})"), call(R"("index":"x")"),
                    delta(R"("tool_calls":[7,null])"), finish("tool_calls")}),
              "end(stop)");
    AnswerEvents answer("Peer", false);
    std::string refused;
    for (int i = 0; i < 100 && refused.empty(); ++i) {
        refused = told(answer.take(call(R"("index":)" + std::to_string(i) + R"(,"function":{"name":"n"})")));
    }
    EXPECT_EQ(refused, "error: Peer asked for too much at once.");
}

TEST(OpenAiAnswer, TurnsErrorsAndNonsenseIntoFailures) {
    EXPECT_EQ(told({R"({"error":{"message":"out of memory","code":500}})"}),
              "error: Peer gave up: out of memory");
    EXPECT_EQ(told({R"({"error":"flat"})"}), "error: Peer gave up: flat");
    AnswerEvents busy("Peer", false);
    EXPECT_EQ(busy.take(R"({"error":{"message":"slow down","code":429}})").error().kind, ErrorKind::Busy);
    EXPECT_EQ(told({finish("content_filter")}), "error: Peer would not go on with this answer.");
    for (auto nonsense : {"{", "[]", "hello", "\xFF", "[DON"}) {
        EXPECT_EQ(told({nonsense}), "error: Peer answered something that makes no sense.") << nonsense;
    }
}

TEST(OpenAiAnswer, IsBrokenOffWithoutAnEnd) {
    AnswerEvents answer("Peer", false);
    EXPECT_EQ(told(answer.take(delta(R"("content":"a")"))), "text(a)");
    EXPECT_EQ(told(answer.take_end()), "error: Peer broke off in the middle of its answer.");
    EXPECT_EQ(told(answer.take(finish("stop"))), "end(stop)");
    EXPECT_EQ(told(answer.take_end()), "");
}

TEST(OpenAiAnswer, SurvivesAnyBytes) {
    const std::string sample =
        R"({"choices":[{"index":0,"delta":{"content":"हाँ","reasoning":"x","tool_calls":[{"index":0,"id":"1","function":{"name":"a","arguments":"{}"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1},"error":null})";
    std::minstd_rand random(20240501);
    for (int round = 0; round < 3000; ++round) {
        auto event = sample;
        for (int i = 0; i < 3; ++i) {
            event[random() % event.size()] = static_cast<char>(random());
        }
        event.resize(random() % 8 == 0 ? random() % event.size() : event.size());
        AnswerEvents answer("Peer", true);
        (void)answer.take(event);
        (void)answer.take_end();
        (void)refusals_in(400, event);
        (void)error_from_reply(500, event, {}, "m");
        (void)health_from_models(200, event, {}, "");
    }
}

// --- replies that are no answer ---

TEST(OpenAiReplies, MeanAnErrorThatHelps) {
    OpenAiSettings settings{.api_key = Secret("sk-secret")};
    auto key = error_from_reply(401, R"({"error":{"message":"Incorrect API key provided: sk-s***et"}})",
                                settings, "m");
    EXPECT_EQ(key.kind, ErrorKind::Unavailable);
    EXPECT_EQ(key.message, "OpenAI refuses the key. Please set OPENAI_API_KEY to a key of that server's.");
    EXPECT_EQ(key.detail, "status 401");
    auto model = error_from_reply(404, R"({"error":{"message":"no such model"}})", settings, "gpt-9");
    EXPECT_EQ(model.kind, ErrorKind::Unavailable);
    EXPECT_NE(model.message.find("'gpt-9' (OPENAI_MODEL)"), std::string::npos) << model.message;
    EXPECT_EQ(error_from_reply(429, "", settings, "m").kind, ErrorKind::Busy);
    EXPECT_EQ(error_from_reply(503, "", settings, "m").kind, ErrorKind::Busy);
    EXPECT_EQ(error_from_reply(504, "", settings, "m").kind, ErrorKind::ProviderLate);
    auto broke =
        error_from_reply(500, R"({"detail":"key sk-secret leaked, sk-secret twice"})", settings, "m");
    EXPECT_EQ(broke.kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(broke.message, "OpenAI gave up: key *** leaked, *** twice");
    EXPECT_EQ(broke.detail.find("sk-secret"), std::string::npos);
    EXPECT_EQ(error_from_reply(502, "<html>", settings, "m").message, "OpenAI answered with status 502.");
}

TEST(OpenAiReplies, TellWhatTheServerRefuses) {
    auto refused = [](std::string_view complaint) {
        auto refusals = refusals_in(400, R"({"error":{"message":")" + std::string(complaint) + R"("}})");
        return std::string(refusals.skills ? "skills " : "") + (refusals.no_thinking_at_all ? "none " : "") +
               (refusals.thinking ? "thinking " : "") + (refusals.sampling ? "sampling " : "") +
               (refusals.max_tokens ? "max_tokens " : "");
    };
    EXPECT_EQ(refused("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                      "'max_completion_tokens' instead."),
              "max_tokens ");
    EXPECT_EQ(refused("Unsupported value: 'temperature' does not support 0.5 with this model."), "sampling ");
    EXPECT_EQ(refused("Unsupported value: 'reasoning_effort' does not support 'none' with this model."),
              "none ");
    EXPECT_EQ(refused("Unrecognized request argument supplied: reasoning_effort"), "thinking ");
    EXPECT_EQ(refused("extra fields not permitted: chat_template_kwargs"), "thinking ");
    EXPECT_EQ(refused("\\\"auto\\\" tool choice requires --enable-auto-tool-choice"), "skills ");
    EXPECT_EQ(refused("this model does not support tools"), "skills ");
    EXPECT_EQ(refused("messages with role 'tool' must follow tool_calls"), "");
    EXPECT_EQ(refused("maximum context length is 8192 tokens"), "");
    EXPECT_FALSE(refusals_in(500, R"({"error":"this model does not support tools"})").any());
    EXPECT_FALSE(refusals_in(400, "<html>").any());
}

TEST(OpenAiReplies, SayWhatIsMissing) {
    EXPECT_EQ(not_set_up({})->message,
              "OpenAI wants a key. Please set OPENAI_API_KEY to a key of that server's.");
    auto no_model = at("https://api.deepinfra.com/v1/openai", "");
    no_model.api_key = Secret("k");
    EXPECT_EQ(not_set_up(no_model)->message,
              "Please set OPENAI_MODEL to one of the models of api.deepinfra.com.");
    EXPECT_FALSE(not_set_up({.api_key = Secret("k")}));
    EXPECT_FALSE(not_set_up(at("http://localhost:8000", "")));
    auto lmstudio = error_from_reply(401, "", lmstudio_settings(), "m");
    EXPECT_NE(lmstudio.message.find("engines.lmstudio.api_key"), std::string::npos) << lmstudio.message;
}

TEST(OpenAiHealth, LooksForTheModel) {
    constexpr std::string_view list =
        R"({"object":"list","data":[{"id":"text-embed-1"},{"id":"qwen3"},{"id":"llama"},{"no":1},7]})";
    auto usable = health_from_models(200, list, plain, "llama");
    EXPECT_TRUE(usable.usable);
    EXPECT_EQ(usable.reason, "answers at http://localhost:8000/v1 with llama");
    EXPECT_EQ(health_from_models(200, list, plain, "").reason,
              "answers at http://localhost:8000/v1 with qwen3");
    auto absent = health_from_models(200, list, plain, "mistral");
    EXPECT_FALSE(absent.usable);
    EXPECT_EQ(absent.advice, "set OPENAI_MODEL to one it has: text-embed-1, qwen3, llama");
    EXPECT_TRUE(health_from_models(200, list, {}, "ft:gpt-4o:mine").usable);  // providers do not list all
    EXPECT_FALSE(health_from_models(200, R"({"data":[]})", plain, "").usable);
    EXPECT_TRUE(health_from_models(404, R"({"detail":"Not Found"})", plain, "m").usable);
    EXPECT_FALSE(health_from_models(404, "<html>", plain, "m").usable);
    EXPECT_FALSE(health_from_models(200, "<html>", plain, "m").usable);
    EXPECT_EQ(health_from_models(401, "", {}, "m").advice, "set OPENAI_API_KEY to a key of that server's");
}

}  // namespace

}  // namespace repartee::engines::openai
