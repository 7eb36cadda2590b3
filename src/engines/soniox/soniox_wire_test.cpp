#include "engines/soniox/soniox_wire.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>

namespace repartee::engines::soniox {

namespace {

namespace json = boost::json;
using Progress = HearingWire::Progress;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const SonioxSettings keyed{.api_key = Secret("sx-secret")};

net::WsMessage text(std::string data) {
    return {.data = std::move(data)};
}

// "final one|guess": the tokens before the bar are final, those behind it are not; pieces begin at spaces.
std::string tokens(std::string_view pieces, std::string_view more = "") {
    json::array list;
    bool is_final = true;
    std::string piece;
    auto add = [&] {
        if (!piece.empty()) {
            list.push_back(json::object{{"text", piece}, {"is_final", is_final}});
        }
        piece.clear();
    };
    for (char c : pieces) {
        if (c == '|' || c == ' ' || c == '<') {
            add();
        }
        is_final = is_final && c != '|';
        piece += c == '|' ? "" : std::string(1, c);
    }
    add();
    return fmt::format(R"({{"tokens":{}{}}})", json::serialize(list), more);
}

struct Step {
    std::string message;
    Progress progress = Progress::Nothing;
    std::string heard;
};

void tell(SonioxWire& wire, const std::vector<Step>& steps) {
    for (const auto& step : steps) {
        if (step.message == "CLOSING") {
            wire.closing();
            continue;
        }
        auto progress = wire.take(text(step.message));
        ASSERT_TRUE(progress) << step.message;
        EXPECT_EQ(*progress, step.progress) << step.message;
        EXPECT_EQ(wire.heard().text, step.heard) << step.message;
    }
}

TEST(SonioxWire, FinalTokensStayAndGuessesAreReplaced) {
    SonioxWire wire(keyed, {.language = "en"});
    tell(wire, {{tokens("|what"), Progress::News, "what"},
                {tokens("what|s time"), Progress::News, "whats time"},
                {tokens("| time"), Progress::News, "what time"},
                {tokens("| time"), Progress::Nothing, "what time"},
                {tokens(""), Progress::News, "what"},
                {tokens(" time is| it"), Progress::News, "what time is it"},
                {"CLOSING"},
                {tokens(" it?"), Progress::News, "what time is it?"},
                {tokens("<fin>"), Progress::Complete, "what time is it?"}});
    EXPECT_TRUE(wire.complete_at_close());
}

TEST(SonioxWire, TheEndMayComeWithTheLastTokens) {
    SonioxWire wire(keyed, {.language = "hi"});
    tell(wire, {{tokens("नम|स्ते"), Progress::News, "नमस्ते"},
                {"CLOSING"},
                {tokens("स्ते<fin>"), Progress::Complete, "नमस्ते"}});
}

TEST(SonioxWire, FinishedIsTheEndToo) {
    SonioxWire wire(keyed, {.language = "en"});
    tell(wire, {{"CLOSING"},
                {R"({"tokens":[],"final_audio_proc_ms":10,"total_audio_proc_ms":10,"finished":true})",
                 Progress::Complete, ""}});
}

TEST(SonioxWire, ItsOwnEndsAreNotOurs) {
    SonioxWire wire(keyed, {.language = "en"});
    tell(wire, {{tokens("one<end>| two"), Progress::News, "one two"},
                {tokens("<fin>"), Progress::News, "one"},  // to nobody's word
                {tokens("| two"), Progress::News, "one two"}});
    EXPECT_FALSE(wire.complete_at_close());
}

TEST(SonioxWire, PassesOverWhatItDoesNotKnow) {
    SonioxWire wire(keyed, {.language = "en"});
    tell(wire, {{R"({})", Progress::Nothing, ""},
                {R"({"final_audio_proc_ms":100})", Progress::Nothing, ""},
                {R"({"tokens":7})", Progress::Nothing, ""},
                {R"({"tokens":[7,"x",{},{"text":9,"is_final":true}]})", Progress::Nothing, ""},
                {R"({"tokens":[{"text":"hello","is_final":true,"translation_status":"translation"}]})",
                 Progress::Nothing, ""}});
}

// What is said in a bar is what the token is: "o" of the original, "t" of its translation, "n" neither.
std::string translated(std::vector<std::array<std::string_view, 3>> tokens, bool is_final = true) {
    json::array list;
    for (const auto& [kind, piece, language] : tokens) {
        list.push_back({{"text", piece},
                        {"is_final", is_final},
                        {"language", language},
                        {"confidence", 0.9},
                        {"start_ms", 0},
                        {"end_ms", 100},
                        {"translation_status", kind == "o"   ? "original"
                                               : kind == "t" ? "translation"
                                                             : "none"}});
    }
    return json::serialize(json::object{{"tokens", list}});
}

TEST(SonioxWire, TellsTheTranslationWhereOneIsWanted) {
    RecognitionRequest request{.language = "hi", .translate_to = "en-GB"};
    EXPECT_THAT(opening_message(keyed, request),
                HasSubstr(R"("translation":{"type":"one_way","target_language":"en"})"));
    SonioxWire wire(keyed, request);
    tell(wire, {{translated({{"o", "नमस्ते", "hi"}}, false), Progress::Nothing, ""},
                {translated({{"o", "नमस्ते", "hi"}}), Progress::Nothing, ""},
                {translated({{"t", "Hel", "en"}}, false), Progress::News, "Hel"},
                {translated({{"t", "Hello", "en"}}), Progress::News, "Hello"},
                {"CLOSING"},
                {tokens("<fin>"), Progress::Nothing, "Hello"},
                {translated({{"t", " there", "en"}}), Progress::News, "Hello there"},
                {R"({"tokens":[],"finished":true})", Progress::Complete, "Hello there"}});
    auto heard = wire.heard();
    EXPECT_EQ(heard.language, "hi");
    EXPECT_EQ(heard.translated_to, "en");
    EXPECT_TRUE(heard.words.empty()) << "nobody spoke them";
    EXPECT_NEAR(heard.confidence.value_or(0), 0.9, 1e-6);
}

TEST(SonioxWire, WhatIsInTheWantedLanguageIsNoTranslation) {
    SonioxWire wire(keyed, {.translate_to = "en"});
    tell(wire,
         {{translated({{"n", "Good", "en"}, {"n", " morning", "en"}}), Progress::News, "Good morning"}});
    EXPECT_EQ(wire.heard().language, "en");
    EXPECT_EQ(wire.heard().translated_to, "");
    EXPECT_EQ(opening_message(keyed, {.language = "en", .translate_to = "en"}),
              opening_message(keyed, {.language = "en"}));
}

TEST(SonioxWire, TellsWordsLanguageAndConfidence) {
    SonioxWire wire(keyed, {.language = ""});
    wire.take(text(R"({"tokens":[
        {"text":"नम","start_ms":60,"end_ms":180,"confidence":0.9,"is_final":true,"language":"hi"},
        {"text":"स्ते","start_ms":180,"end_ms":360,"confidence":0.7,"is_final":true,"language":"hi"},
        {"text":" Bob","start_ms":400,"end_ms":600,"confidence":0.8,"is_final":true,"language":"en"}]})"))
        .value();
    auto heard = wire.heard();
    EXPECT_EQ(heard.text, "नमस्ते Bob");
    EXPECT_EQ(heard.language, "hi");
    ASSERT_TRUE(heard.confidence);
    EXPECT_NEAR(*heard.confidence, 0.8, 1e-6);
    ASSERT_EQ(heard.words.size(), 2U);
    EXPECT_EQ(heard.words[0].text, "नमस्ते");
    EXPECT_EQ(heard.words[0].end.count(), 360);
    EXPECT_FLOAT_EQ(heard.words[0].confidence, 0.7F);
    EXPECT_EQ(heard.words[1].text, "Bob");
}

TEST(SonioxWire, TimesThatMakeNoSenseAreLeftOut) {
    for (const char* times : {R"("start_ms":5,"end_ms":1)", R"("start_ms":-5,"end_ms":1)",
                              R"("start_ms":"a")", R"("start_ms":1e300,"end_ms":2e300)"}) {
        SonioxWire wire(keyed, {.language = "en"});
        wire.take(text(fmt::format(R"({{"tokens":[{{"text":"hi","is_final":true,{}}}]}})", times))).value();
        EXPECT_EQ(wire.heard().text, "hi");
        EXPECT_TRUE(wire.heard().words.empty()) << times;
    }
}

TEST(SonioxWire, ReadsErrors) {
    struct Row {
        std::string message;
        ErrorKind kind;
        std::string says;
    };
    for (const auto& row :
         {Row{R"({"error_code":400,"error_type":"model_not_available","error_message":"no such model"})",
              ErrorKind::Unavailable, "no such model"},
          Row{R"({"error_code":401,"error_message":"bad key sx-secret"})", ErrorKind::Unavailable,
              "SONIOX_API_KEY"},
          Row{R"({"error_code":402,"error_message":"empty"})", ErrorKind::Unavailable, "balance"},
          Row{R"({"error_code":408,"error_message":"timeout"})", ErrorKind::ProviderBroke, "gave up"},
          Row{R"({"error_code":429,"error_message":"many"})", ErrorKind::Busy, "busy"},
          Row{R"({"tokens":[],"error_code":503,"error_message":"Cannot continue request"})",
              ErrorKind::ProviderBroke, "busy"},
          Row{R"({"error_message":"it broke"})", ErrorKind::ProviderBroke, "it broke"},
          Row{"nonsense", ErrorKind::ProviderBroke, "no sense"}}) {
        SonioxWire wire(keyed, {.language = "en"});
        auto result = wire.take(text(row.message));
        ASSERT_FALSE(result) << row.message;
        EXPECT_EQ(result.error().kind, row.kind) << row.message;
        EXPECT_THAT(result.error().message, HasSubstr(row.says));
        EXPECT_THAT(result.error().message + result.error().detail, Not(HasSubstr("sx-secret")));
    }
    SonioxWire wire(keyed, {.language = "en"});
    EXPECT_FALSE(wire.take({.binary = true, .data = "{}"}));
    EXPECT_FALSE(wire.take(text(tokens(std::string(2 << 20, 'a')))));
}

TEST(SonioxOpening, TellsWhatWillCome) {
    EXPECT_EQ(
        json::parse(opening_message(keyed, {.language = "hi-IN"})),
        json::parse(R"({"model":"stt-rt-v5","audio_format":"pcm_s16le","sample_rate":16000,"num_channels":1,
                              "enable_language_identification":true,"language_hints":["hi"]})"));
    auto rich = json::parse(opening_message(
        {.api_key = Secret("k"), .language_hints = {"en", "hi"}, .terms = {"Misty"}, .key_in_message = true},
        {.language = "hi"}));
    EXPECT_EQ(rich.at("language_hints"), json::parse(R"(["hi","en"])"));
    EXPECT_EQ(rich.at("context"), json::parse(R"({"terms":["Misty"]})"));
    EXPECT_EQ(rich.at("api_key"), "k");
    EXPECT_FALSE(json::parse(opening_message({}, {.language = ""})).as_object().contains("language_hints"));
}

TEST(SonioxClosing, EndsWithAnEmptyMessage) {
    SonioxWire wire(keyed, {.language = "en"});
    auto words = wire.closing();
    ASSERT_EQ(words.size(), 2U);
    EXPECT_EQ(words[0].data, R"({"type":"finalize"})");
    EXPECT_EQ(words[1].data, "");
    EXPECT_FALSE(words[1].binary);
    EXPECT_EQ(wire.keepalive().data, R"({"type":"keepalive"})");
}

TEST(SonioxUrl, HasItsPath) {
    EXPECT_EQ(soniox_url({}), "wss://stt-rt.soniox.com/transcribe-websocket");
    EXPECT_EQ(soniox_url({.base_url = ""}), "wss://stt-rt.soniox.com/transcribe-websocket");
    EXPECT_EQ(soniox_url({.base_url = "http://127.0.0.1:9/"}), "ws://127.0.0.1:9/transcribe-websocket");
    EXPECT_EQ(soniox_url({.base_url = "wss://gateway.example/stt"}), "wss://gateway.example/stt");
}

}  // namespace

}  // namespace repartee::engines::soniox
