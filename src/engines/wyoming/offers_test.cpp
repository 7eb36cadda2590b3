#include "engines/wyoming/offers.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace repartee::engines::wyoming {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

OfferedSpeech offered(std::string_view trade, std::string_view data) {
    return offered_in({.type = "info", .data = boost::json::parse(data).as_object()}, trade);
}

}  // namespace

TEST(Offers, AreThoseOfTheFirstProgramThatIsInstalled) {
    auto speech = offered("tts", R"({"asr":[],"tts":[
        {"name":"old","installed":false,"voices":[{"name":"x","installed":true,"languages":["fr"]}]},
        {"name":"piper","installed":true,"supports_synthesize_streaming":true,"voices":[
            {"name":"amy","installed":true,"languages":["en_GB","en_US"],"speakers":[{"name":"a"},{"name":"b"}]},
            {"name":"absent","installed":false,"languages":["hi"]},
            {"name":"kerstin","installed":true,"languages":["de_DE"],"speakers":null}]}]})");
    EXPECT_EQ(speech.name, "piper");
    EXPECT_TRUE(speech.streams);
    EXPECT_FALSE(speech.tells_spoken_bytes);
    EXPECT_THAT(speech.languages, ElementsAre("de_DE", "en_GB", "en_US"));
    ASSERT_NE(speech.model_named("amy"), nullptr);
    EXPECT_THAT(speech.model_named("amy")->speakers, ElementsAre("a", "b"));
    EXPECT_EQ(speech.model_named("absent"), nullptr);
}

TEST(Offers, WhatMakesNoSenseIsPassedOver) {
    EXPECT_EQ(offered("asr", R"({})").name, "");
    EXPECT_EQ(offered("asr", R"({"asr":null})").name, "");
    EXPECT_EQ(offered("asr", R"({"asr":{"name":"x"}})").name, "");
    auto odd = offered("asr", R"({"asr":[7,null,{"installed":"yes","name":"a"},
        {"installed":true,"name":"b","models":[null,5,{"installed":true},
            {"installed":true,"name":7,"languages":"en"},{"installed":true,"languages":[1,null,"en"]}]}]})");
    EXPECT_EQ(odd.name, "b");
    EXPECT_THAT(odd.languages, ElementsAre("en"));
    EXPECT_THAT(offered("asr", R"({"asr":[{"installed":true,"name":"b"}]})").models, IsEmpty());
}

TEST(LanguageAmong, IsSpelledAsItIsOffered) {
    std::vector<Language> known{"de_DE", "en_GB", "en_US", "pt-BR", "zh"};
    EXPECT_EQ(language_among(known, "en-us"), "en_US");
    EXPECT_EQ(language_among(known, "en"), "en_GB");
    EXPECT_EQ(language_among(known, "pt"), "pt-BR");
    EXPECT_EQ(language_among(known, "zh-Hant-TW"), "zh");
    EXPECT_EQ(language_among(known, "hi"), "");
    EXPECT_EQ(language_among({}, "hi"), "");
}

TEST(Listed, NamesAFewAndCountsTheRest) {
    EXPECT_EQ(listed({}), "");
    EXPECT_EQ(listed({"a", "b"}), "a, b");
    EXPECT_EQ(listed({"a", "b", "c", "d", "e", "f", "g"}), "a, b, c, d, e and 2 more");
}

}  // namespace repartee::engines::wyoming
