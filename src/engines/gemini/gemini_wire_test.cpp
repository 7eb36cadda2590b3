#include "engines/gemini/gemini_wire.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <random>

namespace repartee::engines::gemini {

namespace json = boost::json;

namespace {

json::object body_of(const GeminiSettings& settings, const Prompt& prompt,
                     SayOfThinking thinking = SayOfThinking::AsSettingsSay) {
    return json::parse(generate_body(settings, prompt, thinking)).as_object();
}

GeminiSettings of_model(std::string model, std::string thinking = "off") {
    return {.model = std::move(model), .thinking = std::move(thinking)};
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

std::string told(std::initializer_list<std::string_view> events) {
    AnswerEvents answer;
    std::string all;
    for (auto event : events) {
        all += told(answer.take(event));
    }
    return all;
}

std::string parts(std::string_view list, std::string_view finish = "") {
    return R"({"candidates":[{"content":{"role":"model","parts":[)" + std::string(list) + "]}" +
           (finish.empty() ? "" : R"(,"finishReason":")" + std::string(finish) + "\"") + "}]}";
}

// --- requests ---

TEST(GeminiWire, PutsAPromptIntoABody) {
    Prompt prompt{
        .messages = {{.role = Role::System, .content = "Be brief."},
                     {.role = Role::User, .content = "पुणे में मौसम?"},
                     {.role = Role::Assistant,
                      .content = "Let me see.",
                      .calls = {{.id = "call_1",
                                 .name = "weather",
                                 .arguments = {{"city", "Pune"}},
                                 .extras = {{"thoughtSignature", "c2ln"}, {"id", "fc1"}}},
                                {.id = "call_2", .name = "clock"}}},
                     {.role = Role::Skill, .content = "22", .call_id = "call_1", .skill = "weather"},
                     {.role = Role::Skill, .content = "noon", .call_id = "call_2", .skill = "clock"}}};
    auto settings = of_model("gemini-2.0-flash");
    EXPECT_EQ(body_of(settings, prompt), json::parse(R"({
        "systemInstruction":{"parts":[{"text":"Be brief."}]},
        "contents":[
            {"role":"user","parts":[{"text":"पुणे में मौसम?"}]},
            {"role":"model","parts":[{"text":"Let me see."},
                {"functionCall":{"id":"fc1","name":"weather","args":{"city":"Pune"}},"thoughtSignature":"c2ln"},
                {"functionCall":{"name":"clock","args":{}}}]},
            {"role":"user","parts":[
                {"functionResponse":{"id":"fc1","name":"weather","response":{"output":"22"}}},
                {"functionResponse":{"name":"clock","response":{"output":"noon"}}}]}]})"));
}

TEST(GeminiWire, MakesTurnsAlternateAndEndWithTheUsers) {
    struct Case {
        std::vector<Message> messages;
        std::string expected;
    };
    Message user{.role = Role::User, .content = "u"};
    Message model{.role = Role::Assistant, .content = "m"};
    Message nothing{.role = Role::Assistant, .content = ""};
    for (const auto& [messages, expected] :
         {Case{{user, user}, "user:u+u "}, Case{{model, user}, "user:. model:m user:u "},
          Case{{user, model, model}, "user:u model:m+m user:. "}, Case{{}, "user:. "},
          Case{{user, nothing, user}, "user:u+u "}}) {
        std::string shape;
        const auto body = body_of({}, {.messages = messages});
        for (const auto& content : body.at("contents").as_array()) {
            shape += std::string(content.at("role").as_string()) + ":";
            const char* between = "";
            for (const auto& part : content.at("parts").as_array()) {
                shape += between + std::string(part.at("text").as_string());
                between = "+";
            }
            shape += " ";
        }
        EXPECT_EQ(shape, expected);
    }
}

TEST(GeminiWire, ForwardsOnlyTheOptionsThatAreGiven) {
    Prompt prompt;
    prompt.sampling = {
        .temperature = 0.5, .top_p = 0.9, .top_k = 40, .max_tokens = 100, .seed = 7, .stop = {"\n"}};
    EXPECT_EQ(body_of(of_model("m"), prompt).at("generationConfig"),
              json::parse(R"({"temperature":0.5,"topP":0.9,"topK":40,"maxOutputTokens":100,"seed":7,
                              "stopSequences":["\n"]})"));
    EXPECT_FALSE(body_of(of_model("m"), {}).contains("generationConfig"));
}

TEST(GeminiWire, SpeaksToEachFamilyOfThinkingInItsOwnWords) {
    struct Case {
        std::string model;
        std::string thinking;
        std::string expected;
    };
    for (const auto& [model, thinking, expected] :
         {Case{"gemini-2.5-flash", "off", R"({"thinkingBudget":0})"},
          Case{"gemini-2.5-flash-lite", "low", R"({"thinkingBudget":1024})"},
          Case{"gemini-2.5-pro", "off", R"({"thinkingBudget":128})"},
          Case{"models/gemini-2.5-flash", "off", R"({"thinkingBudget":0})"},
          Case{"gemini-3-flash", "off", R"({"thinkingLevel":"MINIMAL"})"},
          Case{"gemini-3-pro-preview", "off", R"({"thinkingLevel":"LOW"})"},
          Case{"gemini-3-flash", "high", R"({"thinkingLevel":"HIGH"})"}}) {
        EXPECT_EQ(body_of(of_model(model, thinking), {}).at("generationConfig").at("thinkingConfig"),
                  json::parse(expected))
            << model;
    }
    EXPECT_FALSE(body_of(of_model("gemini-2.5-flash", "model"), {}).contains("generationConfig"));
    EXPECT_FALSE(
        body_of(of_model("gemini-2.5-flash"), {}, SayOfThinking::Nothing).contains("generationConfig"));
    EXPECT_FALSE(body_of(of_model("gemini-2.0-flash"), {}).contains("generationConfig"));
}

TEST(GeminiWire, OffersSkillsAndSetsThresholds) {
    Prompt prompt{
        .skills = {
            shared({.name = "clock", .description = "Tells the time.", .parameters = {{"type", "object"}}})}};
    EXPECT_EQ(body_of({}, prompt).at("tools"), json::parse(R"([{"functionDeclarations":[
        {"name":"clock","description":"Tells the time.","parametersJsonSchema":{"type":"object"}}]}])"));
    EXPECT_FALSE(body_of({}, {}).contains("tools"));
    EXPECT_FALSE(body_of({}, {}).contains("safetySettings"));
    const auto body = body_of({.safety = "low_and_above"}, {});
    ASSERT_EQ(body.at("safetySettings").as_array().size(), 4u);
    EXPECT_EQ(body.at("safetySettings").at(0),
              json::parse(R"({"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_LOW_AND_ABOVE"})"));
}

TEST(GeminiWire, AddressesTheModel) {
    EXPECT_EQ(model_url({}, ":streamGenerateContent?alt=sse"),
              "https://generativelanguage.googleapis.com/v1beta/models/"
              "gemini-2.5-flash:streamGenerateContent?alt=sse");
    EXPECT_EQ(model_url({.base_url = "http://localhost:9/v1beta/", .model = "models/x"}, ""),
              "http://localhost:9/v1beta/models/x");
    EXPECT_EQ(model_url({.base_url = "proxy.example", .model = "tunedModels/a b?"}, ""),
              "https://proxy.example/tunedModels/a%20b%3F");
}

// --- answers ---

TEST(GeminiAnswer, ReadsTextThoughtsAndTheEnd) {
    AnswerEvents answer;
    EXPECT_EQ(told(answer.take(R"({"modelVersion":"x","usageMetadata":{"promptTokenCount":9}})")), "");
    EXPECT_EQ(told(answer.take(parts(R"({"text":"Hm.","thought":true},{"text":"नमस्ते"})"))),
              "thought(Hm.)text(नमस्ते)");
    auto last = answer.take(
        R"({"candidates":[{"content":{"parts":[{"text":"!"}]},"finishReason":"STOP"}],
            "usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":4}})");
    EXPECT_EQ(told(last), "text(!)end(stop)");
    EXPECT_EQ(std::get<AnswerEnd>(last.value().back()).prompt_tokens, 9);
    EXPECT_EQ(std::get<AnswerEnd>(last.value().back()).answer_tokens, 4);
    EXPECT_TRUE(answer.ended());
    EXPECT_EQ(told(answer.take(parts(R"({"text":"more"})"))), "");
    EXPECT_EQ(told(answer.take_end()), "");
}

TEST(GeminiAnswer, ToleratesWhatIsMissing) {
    EXPECT_EQ(told({R"({"candidates":[]})", R"({"candidates":[{}]})", R"({"candidates":[{"content":{}}]})",
                    R"({"candidates":[7]})", R"({"promptFeedback":{}})", "", parts(R"(7,{},{"text":""})"),
                    R"({"candidates":[{"finishReason":"MAX_TOKENS"}]})"}),
              "end(length)");
}

TEST(GeminiAnswer, ReadsSkillCallsWithWhatBelongsToThem) {
    EXPECT_EQ(told({parts(R"({"functionCall":{"name":"clock"},"thoughtSignature":"c2ln"},
                             {"functionCall":{"id":"fc2","name":"timer","args":{"seconds":5}}},
                             {"functionCall":{"args":{}}})",
                          "STOP")}),
              R"(call_1=clock{}{"thoughtSignature":"c2ln"}call_2=timer{"seconds":5}{"id":"fc2"}end(skill))");
}

TEST(GeminiAnswer, SaysWhenGeminiWouldNotAnswer) {
    EXPECT_EQ(told({R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}})"}),
              "error: Gemini would not answer that (PROHIBITED_CONTENT).");
    EXPECT_EQ(told({parts(R"({"text":"So "})"), R"({"candidates":[{"finishReason":"SAFETY"}]})"}),
              "text(So )error: Gemini would not answer that (SAFETY).");
    AnswerEvents answer;
    EXPECT_FALSE(answer.take(R"({"candidates":[{"finishReason":"RECITATION"}]})"));
    EXPECT_FALSE(answer.worth_another_try());
}

TEST(GeminiAnswer, IsWorthAnotherTryWhenACallWasFumbled) {
    for (auto reason : {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"}) {
        AnswerEvents answer;
        EXPECT_FALSE(answer.take(parts("", reason)));
        EXPECT_TRUE(answer.worth_another_try()) << reason;
    }
}

TEST(GeminiAnswer, TurnsErrorsAndNonsenseIntoFailures) {
    EXPECT_EQ(told({R"({"error":{"code":500,"message":"internal"}})"}), "error: Gemini gave up: internal");
    AnswerEvents busy;
    EXPECT_EQ(busy.take(R"({"error":{"code":429,"message":"quota"}})").error().kind, ErrorKind::Busy);
    for (auto nonsense : {"{", "[]", "[DONE]", "\xFF"}) {
        EXPECT_EQ(told({nonsense}), "error: Gemini answered something that makes no sense.") << nonsense;
    }
    AnswerEvents cut;
    EXPECT_EQ(told(cut.take(parts(R"({"text":"a"})"))), "text(a)");
    EXPECT_EQ(told(cut.take_end()), "error: Gemini broke off in the middle of its answer.");
}

TEST(GeminiAnswer, SurvivesAnyBytes) {
    const std::string sample =
        R"({"candidates":[{"content":{"parts":[{"text":"हाँ","thought":false},{"functionCall":{"id":"1","name":"a","args":{}},"thoughtSignature":"s"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1},"promptFeedback":{"blockReason":""}})";
    std::minstd_rand random(20240501);
    for (int round = 0; round < 3000; ++round) {
        auto event = sample;
        for (int i = 0; i < 3; ++i) {
            event[random() % event.size()] = static_cast<char>(random());
        }
        event.resize(random() % 8 == 0 ? random() % event.size() : event.size());
        AnswerEvents answer;
        (void)answer.take(event);
        (void)answer.take_end();
        (void)refuses_thinking(400, event);
        (void)error_from_reply(500, event, {});
        (void)health_from_model(200, event, {});
    }
}

// --- replies that are no answer ---

TEST(GeminiReplies, MeanAnErrorThatHelps) {
    GeminiSettings settings{.api_key = Secret("AIza-secret")};
    for (auto [status, body] : {std::pair(403, "{}"), std::pair(401, "AIza-secret"),
                                std::pair(400, R"({"error":{"code":400,"message":"API key not valid."}})")}) {
        auto key = error_from_reply(status, body, settings);
        EXPECT_EQ(key.kind, ErrorKind::Unavailable);
        EXPECT_EQ(key.message,
                  "Gemini refuses the key. Please set GEMINI_API_KEY to a key that is valid there.");
        EXPECT_EQ(key.detail.find("AIza"), std::string::npos);
    }
    EXPECT_NE(error_from_reply(404, "", settings).message.find("'gemini-2.5-flash' (GEMINI_MODEL)"),
              std::string::npos);
    EXPECT_EQ(error_from_reply(429, "", settings).kind, ErrorKind::Busy);
    EXPECT_EQ(error_from_reply(504, "", settings).kind, ErrorKind::ProviderLate);
    auto broke = error_from_reply(500, R"({"error":{"message":"AIza-secret and more"}})", settings);
    EXPECT_EQ(broke.kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(broke.message, "Gemini gave up: *** and more");
    EXPECT_TRUE(refuses_thinking(400, R"({"error":{"message":"Thinking is not enabled for this model"}})"));
    EXPECT_FALSE(refuses_thinking(400, R"({"error":{"message":"bad role"}})"));
    EXPECT_EQ(not_set_up({})->message,
              "Gemini wants a key. Please set GEMINI_API_KEY to a key that is valid there.");
    EXPECT_FALSE(not_set_up(settings));
}

TEST(GeminiHealth, LooksForTheModel) {
    EXPECT_TRUE(health_from_model(200, R"({"name":"models/gemini-2.5-flash"})", {}).usable);
    EXPECT_TRUE(health_from_model(429, "", {}).usable);
    EXPECT_EQ(health_from_model(404, "{}", {}).advice, "set GEMINI_MODEL to one it has");
    EXPECT_EQ(health_from_model(403, "{}", {}).advice, "set GEMINI_API_KEY to a key that is valid there");
    EXPECT_FALSE(health_from_model(200, "<html>", {}).usable);
    EXPECT_FALSE(health_from_model(500, "{}", {}).usable);
}

}  // namespace

}  // namespace repartee::engines::gemini
