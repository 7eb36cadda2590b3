#include "models/manifest.h"

#include "models/checksum.h"

#include <gmock/gmock.h>

#include <set>

namespace repartee::models {
namespace {

TEST(Manifest, EveryEntryIsComplete) {
    std::set<std::string> names;
    for (const auto& model : manifest()) {
        EXPECT_TRUE(names.insert(model.name).second) << model.name;
        EXPECT_TRUE(names.insert(model.file).second) << model.file;
        EXPECT_EQ(model.file.find('/'), std::string::npos);
        for (auto words : {model.licence, model.source, model.knows, model.gain, model.suits}) {
            EXPECT_FALSE(words.empty()) << model.name;
        }
        EXPECT_TRUE(model.sha1.empty() || is_sum(Checksum::Kind::Sha1, model.sha1)) << model.name;
        EXPECT_GE(model.memory, model.mebibytes) << model.name;
    }
}

TEST(Manifest, PeopleCallModelsManyThings) {
    auto name = [](std::string_view word) {
        const auto* model = known_model(word);
        return model != nullptr ? model->name : "none";
    };
    EXPECT_EQ(name("small"), "small");
    EXPECT_EQ(name("Small-Q5_1"), "small-q5_1");
    EXPECT_EQ(name("ggml-base.en.bin"), "base.en");
    EXPECT_EQ(name("turbo"), "large-v3-turbo");
    EXPECT_EQ(name("large"), "large-v3");
    EXPECT_EQ(name("silero"), "silero");
    EXPECT_EQ(name("qwen3-4b-q4_k_m.gguf"), "qwen3-4b");
    EXPECT_EQ(name("smal"), "none");
    EXPECT_EQ(name(""), "none");
}

TEST(Manifest, AFileIsKnownByItsExactName) {
    ASSERT_NE(known_file("ggml-silero-v6.2.0.bin"), nullptr);
    EXPECT_EQ(known_file("ggml-silero-v6.2.0.bin")->name, "silero");
    EXPECT_EQ(known_file("silero"), nullptr);
}

TEST(Manifest, WhatAModelCostsFollowsFromItsFamily) {
    EXPECT_EQ(known_model("large-v3-turbo-q5_0")->gain, known_model("large-v3-turbo")->gain);
    EXPECT_NE(known_model("large-v3-turbo-q5_0")->gain, known_model("large-v3")->gain);
    EXPECT_EQ(known_model("base.en-q5_1")->memory, 388 - (142 - 57));
    EXPECT_EQ(known_model("base.en")->knows, "English");
    EXPECT_EQ(known_model("base")->knows, "a hundred languages");
}

TEST(Manifest, AddressesFollowTheHub) {
    EXPECT_EQ(address_of(*known_model("tiny"), "https://hub.example/"),
              "https://hub.example/ggerganov/whisper.cpp/resolve/main/ggml-tiny.bin");
    EXPECT_EQ(address_of(*known_model("qwen2.5-0.5b"), "http://127.0.0.1:8080/mirror"),
              "http://127.0.0.1:8080/mirror/Qwen/Qwen2.5-0.5B-Instruct-GGUF/resolve/main/"
              "qwen2.5-0.5b-instruct-q4_k_m.gguf");
}

TEST(Manifest, SizesAreSaidAsTheirPublishersSayThem) {
    EXPECT_EQ(size_in_words(885'098), "under 1 MiB");
    EXPECT_EQ(size_in_words(*known_model("base.en")), "142 MiB");
    EXPECT_EQ(size_in_words(*known_model("medium")), "1.5 GiB");
    EXPECT_EQ(size_in_words(*known_model("silero")), "under 1 MiB");
}

}  // namespace
}  // namespace repartee::models
