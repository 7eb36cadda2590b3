#include "engines/cartesia/sonic_wire.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <limits>

namespace repartee::engines::cartesia {

namespace {

namespace json = boost::json;
using testing::HasSubstr;
using Type = SonicEvent::Type;

const Provider sonic = provider_of({.api_key = Secret("sk-car-secret")});

json::object request_of(const CartesiaSettings& settings, const Voice& voice,
                        std::string_view text = "Hello.", Manner::More more = Manner::More::Follows) {
    return json::parse(Manner(settings, voice).request("c-1", text, more)).as_object();
}

TEST(SonicRequest, HasEveryFieldThatCartesiaWants) {
    EXPECT_EQ(json::value(request_of({.voice = "v"}, {.language = "hi-IN", .emotion = "calm"}, "नमस्ते, ")),
              json::parse(R"({"model_id":"sonic-3","voice":{"mode":"id","id":"v"},"language":"hi",
                  "output_format":{"container":"raw","encoding":"pcm_s16le","sample_rate":16000},
                  "add_timestamps":true,"max_buffer_delay_ms":0,
                  "generation_config":{"speed":1.0,"volume":1.0,"emotion":"calm"},
                  "context_id":"c-1","transcript":"नमस्ते, ","continue":true})"));
    auto last = request_of({}, {}, "", Manner::More::No);
    EXPECT_EQ(last.at("transcript"), "");
    EXPECT_EQ(last.at("continue"), false);
}

TEST(SonicRequest, TheAgentsVoiceComesFirst) {
    EXPECT_EQ(request_of({.voice = "v"}, {.name = "w"}).at("voice").at("id"), "w");
    EXPECT_EQ(request_of({.emotion = "sad"}, {}).at("generation_config").at("emotion"), "sad");
    EXPECT_EQ(request_of({.emotion = "sad"}, {.emotion = "Happy!"}).at("generation_config").at("emotion"),
              "happy");
    EXPECT_FALSE(request_of({}, {}).at("generation_config").as_object().contains("emotion"));
    EXPECT_FALSE(request_of({}, {.language = ""}).contains("language"));
}

TEST(SonicRequest, SpeedAndVolumeStayInTheirRanges) {
    struct Row {
        double settings;
        double voice;
        double speed;
        double volume;
    };
    for (const auto& row : {Row{1, 1, 1, 1}, Row{1, 0.85, 0.85, 0.85}, Row{1, 0.1, 0.6, 0.5},
                            Row{1, 9, 1.5, 2}, Row{1.2, 1.1, 1.32, 1.32}, Row{1, 0, 0.6, 0.5},
                            Row{1, -3, 0.6, 0.5}, Row{1, std::numeric_limits<double>::quiet_NaN(), 1, 1}}) {
        auto manner = request_of({.speed = row.settings, .volume = row.settings},
                                 {.speed = row.voice, .volume = row.voice})
                          .at("generation_config");
        EXPECT_NEAR(manner.at("speed").as_double(), row.speed, 1e-9);
        EXPECT_NEAR(manner.at("volume").as_double(), row.volume, 1e-9);
    }
}

TEST(SonicRequest, OlderModelsAreNotToldOfAManner) {
    EXPECT_FALSE(request_of({.synthesiser_model = "sonic-2"}, {}).contains("generation_config"));
    EXPECT_TRUE(request_of({.synthesiser_model = "sonic-3-2026-01-12"}, {}).contains("generation_config"));
}

TEST(SonicRequest, WhatAModelSaysIsNoTag) {
    EXPECT_EQ(request_of({}, {}, "a <break time=\"9s\"/> b").at("transcript"), "a  break time=\"9s\"/  b");
}

TEST(SonicRequest, OnlyRatesThatThereAreAreAskedFor) {
    for (auto [asked, given] :
         {std::pair(8000, 8000), {8001, 16000}, {22050, 22050}, {30000, 44100}, {48000, 48000}}) {
        EXPECT_EQ(rate_of({.sample_rate = asked}), given);
    }
}

TEST(SonicRequest, Cancels) {
    EXPECT_EQ(json::parse(cancel_request("c-1")), json::parse(R"({"context_id":"c-1","cancel":true})"));
    EXPECT_EQ(sonic_url({}), "wss://api.cartesia.ai/tts/websocket");
    EXPECT_EQ(sonic_url({.base_url = "http://127.0.0.1:9"}), "ws://127.0.0.1:9/tts/websocket");
}

TEST(SonicEvent, IsRead) {
    auto chunk =
        read_event(R"({"type":"chunk","context_id":"c","data":"AAABAAI","done":false,"status_code":206})",
                   sonic)
            .value();
    EXPECT_EQ(chunk.type, Type::Chunk);
    EXPECT_EQ(chunk.context, "c");
    EXPECT_EQ(chunk.sound, std::string("\0\0\1\0\2", 5)) << "half a sample more than two";

    auto times = read_event(R"({"type":"timestamps","context_id":"c","word_timestamps":
        {"words":["Hello,","world."],"start":[0.02,0.5],"end":[0.4,0.9]}})",
                            sonic)
                     .value();
    EXPECT_EQ(times.type, Type::Timestamps);
    ASSERT_EQ(times.words.size(), 2U);
    EXPECT_EQ(times.words[1].text, "world.");
    EXPECT_DOUBLE_EQ(times.words[1].ends_at, 0.9);

    struct Row {
        std::string message;
        Type type;
    };
    for (const auto& row :
         {Row{R"({"type":"flush_done","context_id":"c","flush_done":true,"flush_id":1})", Type::FlushDone},
          Row{R"({"type":"done","context_id":"c","done":true,"status_code":206})", Type::Done},
          Row{R"({"type":"phoneme_timestamps","context_id":"c"})", Type::Other},
          Row{R"({"type":"new"})", Type::Other}, Row{R"({})", Type::Other}}) {
        EXPECT_EQ(read_event(row.message, sonic).value().type, row.type) << row.message;
    }
}

TEST(SonicEvent, ErrorsOfBothAges) {
    auto event = read_event(R"({"type":"error","done":true,"status_code":404,"error_code":"voice_not_found",
        "title":"Not found","message":"no such voice","request_id":"r-1","context_id":"c"})",
                            sonic)
                     .value();
    EXPECT_EQ(event.type, Type::Error);
    EXPECT_EQ(event.context, "c");
    EXPECT_EQ(event.error.kind, ErrorKind::Unavailable);
    EXPECT_THAT(event.error.message, HasSubstr("no such voice"));
    EXPECT_THAT(event.error.detail, HasSubstr("r-1"));
    auto old =
        read_event(R"({"type":"error","done":true,"status_code":500,"error":"Title: it broke"})", sonic)
            .value();
    EXPECT_EQ(old.context, "");
    EXPECT_EQ(old.error.kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(old.error.message, HasSubstr("it broke"));
}

TEST(SonicEvent, GarbageIsNoEvent) {
    for (const char* message : {"", "x", "[]", "7", "{", R"({"type":"chunk","data":"?!"})"}) {
        auto event = read_event(message, sonic);
        ASSERT_FALSE(event) << message;
        EXPECT_EQ(event.error().kind, ErrorKind::ProviderBroke);
    }
    for (const char* times :
         {R"(7)", R"({"words":7})", R"({"words":["a"],"end":["b"]})", R"({"words":[1],"end":[1]})",
          R"({"words":["a"],"end":[-1]})", R"({"words":["a"],"end":[]})"}) {
        auto message = std::string(R"({"type":"timestamps","word_timestamps":)") + times + "}";
        EXPECT_TRUE(read_event(message, sonic).value().words.empty()) << times;
    }
}

}  // namespace

}  // namespace repartee::engines::cartesia
