#include "engines/openai_tts/openai_tts_wire.h"

#include "audio/test_sounds.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <limits>
#include <numeric>

namespace repartee::engines::openai_tts {

namespace {

namespace json = boost::json;

json::object body_of(const OpenAiTtsSettings& settings, const Voice& voice,
                     std::string_view sentence = "Hello.") {
    return json::parse(speech_body(settings, voice, sentence)).as_object();
}

TEST(SpeechRequest, SaysWhatIsWanted) {
    EXPECT_EQ(json::value(body_of({}, {})),
              json::parse(R"({"model":"tts-1","input":"Hello.","voice":"alloy","response_format":"wav"})"));
    auto rich = body_of({.model = "gpt-4o-mini-tts", .instructions = "Whisper."},
                        {.name = "nova", .speed = 1.2, .emotion = "cheerful"}, "नमस्ते \xFF");
    EXPECT_EQ(rich.at("voice"), "nova");
    EXPECT_EQ(rich.at("input"), "नमस्ते  ");
    EXPECT_EQ(rich.at("instructions"), "Whisper. Sound cheerful.");
    EXPECT_NEAR(rich.at("speed").as_double(), 1.2, 1e-9);
    EXPECT_FALSE(body_of({}, {.emotion = "cheerful"}).contains("instructions")) << "tts-1 does not take any";
}

TEST(SpeechRequest, KeepsSpeedInItsRange) {
    for (auto [voice, speed] :
         {std::pair(0.0, 0.25), {100.0, 4.0}, {0.85, 0.85}, {std::numeric_limits<double>::infinity(), 1.0}}) {
        EXPECT_NEAR(speed_of({}, {.speed = voice}), speed, 1e-9);
    }
}

struct Sound {
    std::vector<audio::Sample> samples;
    int rate = 0;
    std::optional<Error> failure;
};

Sound read(std::string_view bytes, std::size_t piece) {
    SpeechBody body(24000);
    Sound sound;
    for (std::size_t at = 0; at < bytes.size() && !sound.failure; at += piece) {
        if (auto read = body.push(bytes.substr(at, piece), sound.samples); !read) {
            sound.failure = read.error();
        }
    }
    sound.rate = body.rate();
    return sound;
}

TEST(SpeechSound, IsTheSameHoweverItIsCut) {
    audio::Pcm pcm{.rate = 22050, .samples = audio::sine(200, 22050, 5000)};
    auto wav = audio::write_wav(pcm);
    // As those write it who do not know yet how much will come.
    auto endless = wav;
    for (std::size_t place : {std::size_t{4}, std::size_t{40}}) {
        endless.replace(place, 4, "\xFF\xFF\xFF\xFF");
    }
    std::string raw(reinterpret_cast<const char*>(pcm.samples.data()), pcm.samples.size() * 2);
    for (std::size_t piece : {1, 3, 4095, 1'000'000}) {
        for (const auto& [bytes, rate] :
             {std::pair(wav, 22050), {endless, 22050}, {raw, 24000}, {raw + "x", 24000}}) {
            auto sound = read(bytes, piece);
            EXPECT_FALSE(sound.failure);
            EXPECT_EQ(sound.rate, rate);
            EXPECT_EQ(sound.samples, pcm.samples) << "in pieces of " << piece;
        }
    }
}

TEST(SpeechSound, OfAnotherKindIsRefused) {
    for (const char* bytes :
         {"ID3\4abcdef", "OggS....", "fLaC....", "{\"error\":\"x\"}", "<html>", "RIFFxxxxAVI "}) {
        auto sound = read(bytes, 1);
        ASSERT_TRUE(sound.failure) << bytes;
        EXPECT_EQ(sound.failure->kind, ErrorKind::ProviderBroke);
    }
}

}  // namespace

}  // namespace repartee::engines::openai_tts
