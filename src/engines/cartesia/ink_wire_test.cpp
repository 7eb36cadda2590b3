#include "engines/cartesia/ink_wire.h"

#include <gmock/gmock.h>

namespace repartee::engines::cartesia {

namespace {

using Progress = HearingWire::Progress;
using testing::HasSubstr;

const Provider provider = provider_of({.api_key = Secret("sk-car-secret")});

net::WsMessage text(std::string data) {
    return {.data = std::move(data)};
}

std::string final_of(std::string_view words, std::string_view more = "") {
    return fmt::format(R"({{"type":"transcript","request_id":"r","is_final":true,"text":"{}"{}}})", words,
                       more);
}

std::string partial_of(std::string_view words) {
    return fmt::format(R"({{"type":"transcript","request_id":"r","is_final":false,"text":"{}"}})", words);
}

const std::string flush_done = R"({"type":"flush_done","request_id":"r"})";
const std::string done = R"({"type":"done","request_id":"r"})";
const std::string closing_words = "CLOSING";  // where we say them

// A story: what comes, what it means, and what is understood by then.
struct Step {
    std::string message;
    Progress progress = Progress::Nothing;
    std::string heard;
};

void tell(InkWire& wire, const std::vector<Step>& steps) {
    for (const auto& step : steps) {
        if (step.message == closing_words) {
            wire.closing();
            continue;
        }
        auto progress = wire.take(text(step.message));
        ASSERT_TRUE(progress) << step.message << " " << progress.error().message;
        EXPECT_EQ(*progress, step.progress) << step.message;
        EXPECT_EQ(wire.heard().text, step.heard) << step.message;
    }
}

TEST(InkWire, AFinalThenTheFlush) {
    InkWire wire(provider);
    tell(wire, {{partial_of("what"), Progress::News, "what"},
                {partial_of("what time"), Progress::News, "what time"},
                {closing_words},
                {final_of("What time is it?"), Progress::News, "What time is it?"},
                {flush_done, Progress::Complete, "What time is it?"}});
    EXPECT_TRUE(wire.complete_at_close());
}

TEST(InkWire, AFlushThenTheFinal) {
    InkWire wire(provider);
    tell(wire, {{closing_words},
                {flush_done, Progress::AllButCertain, ""},
                {final_of("मौसम कैसा है?"), Progress::Complete, "मौसम कैसा है?"}});
}

TEST(InkWire, NothingButDone) {
    InkWire wire(provider);
    tell(wire, {{closing_words}, {done, Progress::Complete, ""}});
}

TEST(InkWire, PiecesAreJoinedAsTheyAre) {
    InkWire wire(provider);
    tell(wire, {{final_of(" What ti"), Progress::News, "What ti"},
                {final_of("me "), Progress::News, "What time"},
                {partial_of("is"), Progress::News, "What time is"},
                {partial_of("is it"), Progress::News, "What time is it"},
                {closing_words},
                {final_of("is it? "), Progress::News, "What time is it?"},
                {flush_done, Progress::Complete, "What time is it?"}});
}

TEST(InkWire, AServersOwnFinalIsNotTheLast) {
    InkWire wire(provider);
    tell(wire, {{final_of("One."), Progress::News, "One."},
                {flush_done, Progress::Nothing, "One."},  // to nobody's word
                {closing_words},
                {flush_done, Progress::AllButCertain, "One."},
                {done, Progress::Complete, "One."}});
}

TEST(InkWire, PassesOverWhatItDoesNotKnow) {
    InkWire wire(provider);
    tell(wire, {{R"({"type":"weather","text":"rain"})", Progress::Nothing, ""},
                {R"({})", Progress::Nothing, ""},
                {R"({"type":7})", Progress::Nothing, ""},
                {partial_of(""), Progress::Nothing, ""},
                {R"({"type":"transcript","is_final":false,"text":5})", Progress::Nothing, ""},
                {R"({"type":"transcript"})", Progress::Nothing, ""}});
    EXPECT_FALSE(wire.complete_at_close());
}

TEST(InkWire, TellsWordsAndLanguage) {
    InkWire wire(provider);
    wire.closing();
    wire.take(text(final_of("What time?", R"(,"language":"en","duration":1.2,"words":[)"
                                          R"({"word":"What","start":0.1,"end":0.42},)"
                                          R"({"word":"time?","start":0.5,"end":0.9}])")))
        .value();
    auto heard = wire.heard();
    EXPECT_EQ(heard.language, "en");
    ASSERT_EQ(heard.words.size(), 2U);
    EXPECT_EQ(heard.words[1].text, "time?");
    EXPECT_EQ(heard.words[1].start.count(), 500);
    EXPECT_EQ(heard.words[1].end.count(), 900);
}

TEST(InkWire, WordsThatMakeNoSenseAreLeftOut) {
    for (const char* words :
         {R"([{"word":"What","start":0.4,"end":0.1}])", R"([{"word":"That","start":0,"end":1}])",
          R"([{"word":"What","start":-1,"end":1e300}])", R"([7,"x",{}])", R"({"word":["What"]})",
          R"([{"word":"What","start":"a","end":null}])"}) {
        InkWire wire(provider);
        wire.take(text(final_of("What", fmt::format(R"(,"words":{})", words)))).value();
        EXPECT_EQ(wire.heard().text, "What");
        EXPECT_TRUE(wire.heard().words.empty()) << words;
    }
}

TEST(InkWire, AnEndlessTranscriptIsNone) {
    InkWire wire({});
    auto piece = R"({"type":"transcript","is_final":true,"text":")" + std::string(100'000, 'a') + "\"}";
    net::WsMessage message{.binary = false, .data = piece};
    EXPECT_TRUE(wire.take(message));
    EXPECT_TRUE(wire.take(message));
    auto third = wire.take(message);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().kind, ErrorKind::ProviderBroke);
}

TEST(InkWire, ReadsErrorsOfAllAges) {
    struct Row {
        std::string message;
        ErrorKind kind;
        std::string says;
    };
    for (
        const auto& row :
        {Row{R"({"type":"error","status_code":400,"error_code":"model_not_found","title":"Bad","message":"no such model"})",
             ErrorKind::Unavailable, "no such model"},
         Row{R"({"type":"error","status_code":429,"error_code":"concurrency_limited","message":"too many"})",
             ErrorKind::Busy, "busy"},
         Row{R"({"type":"error","message":"it broke","request_id":"r-9"})", ErrorKind::ProviderBroke,
             "it broke"},
         Row{R"({"type":"error","error":"Title: it broke"})", ErrorKind::ProviderBroke, "it broke"},
         Row{R"({"type":"error","code":401,"message":"bad key sk-car-secret"})", ErrorKind::Unavailable,
             "CARTESIA_API_KEY"},
         Row{R"({"type":"error"})", ErrorKind::ProviderBroke, "failed"},
         Row{"not json", ErrorKind::ProviderBroke, "makes no sense"},
         Row{"[]", ErrorKind::ProviderBroke, "sense"}}) {
        InkWire wire(provider);
        auto result = wire.take(text(row.message));
        ASSERT_FALSE(result) << row.message;
        EXPECT_EQ(result.error().kind, row.kind) << row.message;
        EXPECT_THAT(result.error().message, HasSubstr(row.says));
        EXPECT_THAT(result.error().message + result.error().detail, testing::Not(HasSubstr("sk-car")));
    }
    InkWire wire(provider);
    EXPECT_FALSE(wire.take({.binary = true, .data = "{}"}));
}

TEST(InkWire, SaysTwoWordsAtTheEnd) {
    InkWire wire(provider);
    auto words = wire.closing();
    ASSERT_EQ(words.size(), 2U);
    EXPECT_EQ(words[0].data, "finalize");
    EXPECT_EQ(words[1].data, "close");
    EXPECT_FALSE(words[0].binary || words[1].binary);
    EXPECT_TRUE(wire.keepalive().binary);
    EXPECT_EQ(wire.keepalive().data, std::string(3200, '\0'));
}

TEST(InkUrl, NamesModelLanguageAndFormat) {
    EXPECT_EQ(ink_url({}, "hi-IN"),
              "wss://api.cartesia.ai/stt/"
              "websocket?model=ink-whisper&language=hi&encoding=pcm_s16le&sample_rate=16000");
    EXPECT_EQ(ink_url({.base_url = "http://127.0.0.1:9/", .recogniser_model = "a b"}, "en"),
              "ws://127.0.0.1:9/stt/websocket?model=a%20b&language=en&encoding=pcm_s16le&sample_rate=16000");
    EXPECT_TRUE(ink_url({.base_url = ""}, "en").starts_with("wss://api.cartesia.ai/"));
}

TEST(CartesiaHeaders, CarryVersionAndKey) {
    EXPECT_EQ(headers_of({.api_key = Secret("k")}).get("x-api-key"), "k");
    EXPECT_EQ(headers_of({}).get("Cartesia-Version"), "2026-03-01");
    EXPECT_FALSE(headers_of({}).has("X-API-Key"));
}

}  // namespace

}  // namespace repartee::engines::cartesia
