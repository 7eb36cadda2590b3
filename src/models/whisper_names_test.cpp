#include "models/whisper_names.h"

#include <gmock/gmock.h>

#include <fstream>
#include <unistd.h>

namespace repartee::models {
namespace {

using testing::ElementsAre;

class WhisperNames : public testing::Test {
protected:
    WhisperNames() { std::filesystem::create_directories(folder_); }
    ~WhisperNames() override { std::filesystem::remove_all(folder_); }

    void put(const char* name) const { std::ofstream(folder_ / name) << "x"; }
    std::string found(std::string_view wanted, std::string_view compute_type = "int8") const {
        auto file = find_whisper(folder_, wanted, compute_type);
        return file ? file->filename().string() : "none";
    }

    const std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("repartee-whisper-names-" + std::to_string(::getpid()));
};

TEST(WhisperFiles, TheComputeTypeOfTheOriginalsSaysWhichComesFirst) {
    EXPECT_THAT(whisper_files("small", "int8"),
                ElementsAre("ggml-small-q8_0.bin", "ggml-small-q5_1.bin", "ggml-small-q5_0.bin",
                            "ggml-small-q4_k.bin", "ggml-small-q4_0.bin", "ggml-small.bin",
                            "ggml-small-f16.bin", "ggml-small-f32.bin"));
    EXPECT_EQ(whisper_files("base.en", "float16").front(), "ggml-base.en.bin");
}

TEST_F(WhisperNames, AnyFileOfTheModelDoes) {
    EXPECT_EQ(found("small"), "none");
    put("ggml-small.bin");
    EXPECT_EQ(found("small"), "ggml-small.bin");
    put("ggml-small-q5_1.bin");
    EXPECT_EQ(found("small", "int8"), "ggml-small-q5_1.bin");
    EXPECT_EQ(found("small", "float32"), "ggml-small.bin");
    EXPECT_EQ(found("base"), "none");
}

TEST_F(WhisperNames, ParakeetIsFoundLikeWhisper) {
    put("ggml-medium.bin");
    put("ggml-parakeet-tdt-0.6b-v3-f16.bin");
    EXPECT_EQ(found("parakeet-tdt-0.6b-v3"), "ggml-parakeet-tdt-0.6b-v3-f16.bin");
    EXPECT_EQ(found(""), "ggml-parakeet-tdt-0.6b-v3-f16.bin");
    put("ggml-parakeet-tdt-0.6b-v3-q4_0.bin");
    EXPECT_EQ(found(""), "ggml-parakeet-tdt-0.6b-v3-q4_0.bin");
}

TEST_F(WhisperNames, WhatOthersCallAModelIsUnderstood) {
    put("ggml-large-v3-turbo-q5_0.bin");
    EXPECT_EQ(found("turbo"), "ggml-large-v3-turbo-q5_0.bin");
    EXPECT_EQ(found("large-v3-turbo"), "ggml-large-v3-turbo-q5_0.bin");
    EXPECT_EQ(found("large"), "none");
}

TEST_F(WhisperNames, AFileMayBeNamedItself) {
    put("my-own.bin");
    EXPECT_EQ(found("my-own.bin"), "my-own.bin");
    EXPECT_EQ(found((folder_ / "my-own.bin").string()), "my-own.bin");
}

TEST_F(WhisperNames, WithoutANameTheBestThatIsThere) {
    EXPECT_EQ(found(""), "none");
    put("ggml-tiny.bin");
    EXPECT_EQ(found(""), "ggml-tiny.bin");
    put("ggml-base.en-q5_1.bin");
    EXPECT_EQ(found(""), "ggml-base.en-q5_1.bin");
}

}  // namespace
}  // namespace repartee::models
