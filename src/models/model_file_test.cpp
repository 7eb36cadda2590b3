#include "models/model_file.h"

#include "models/test_files.h"

#include <gmock/gmock.h>

#include <fstream>
#include <unistd.h>

namespace repartee::models {
namespace {

using testing::HasSubstr;

class ModelFileTest : public testing::Test {
protected:
    ~ModelFileTest() override { std::filesystem::remove(path_); }

    ModelFile examined(std::string_view bytes) {
        std::ofstream(path_, std::ios::binary) << bytes;
        return examine(path_);
    }

    Error refused(std::string_view bytes) {
        try {
            examined(bytes);
        } catch (const Failure& failure) {
            return failure.error();
        }
        ADD_FAILURE() << "taken";
        return {};
    }

    const std::filesystem::path path_ =
        std::filesystem::path(testing::TempDir()) / ("repartee-model-" + std::to_string(::getpid()));
};

TEST_F(ModelFileTest, TellsWhisperByItsVocabulary) {
    auto file = examined(whisper_file(51865));
    EXPECT_EQ(file.kind, ModelKind::Whisper);
    EXPECT_TRUE(file.multilingual);
    EXPECT_EQ(file.layers, 1);
    EXPECT_EQ(file.weights, "f32");
    EXPECT_FALSE(examined(whisper_file(51864)).multilingual);
}

TEST_F(ModelFileTest, TellsParakeetAndByItsVocabularyHowManyLanguagesItKnows) {
    auto file = examined(parakeet_file(1024));
    EXPECT_EQ(file.kind, ModelKind::Parakeet);
    EXPECT_FALSE(file.multilingual);
    EXPECT_EQ(file.layers, 1);
    EXPECT_EQ(file.tensors, 54U);
    EXPECT_TRUE(examined(parakeet_file(8192, {.words = 8192})).multilingual);
}

TEST_F(ModelFileTest, TellsALanguageModel) {
    auto file = examined(gguf_file());
    EXPECT_EQ(file.kind, ModelKind::Gguf);
    EXPECT_EQ(file.architecture, "llama");
    EXPECT_EQ(file.layers, 2);
    EXPECT_EQ(file.weights, "q8_0");
    EXPECT_EQ(file.tensors, 1U);
    EXPECT_EQ(file.language.vocabulary, 2U);
    EXPECT_FALSE(file.language.has_chat_template);
}

// What its memory of a conversation takes is in the numbers of its heads: one for all layers, or one for
// each.
TEST_F(ModelFileTest, TellsHowMuchMemoryAConversationTakes) {
    auto model_with = [&](std::uint32_t cached_heads_type, auto add_cached_heads) {
        Bytes bytes;
        bytes.text("GGUF").u32(3).u64(1).u64(7);
        bytes.gguf_text("general.architecture").u32(8).gguf_text("llama");
        bytes.gguf_text("llama.context_length").u32(4).u32(8192);
        bytes.gguf_text("llama.embedding_length").u32(4).u32(512);
        bytes.gguf_text("llama.block_count").u32(4).u32(3);
        bytes.gguf_text("llama.attention.head_count").u32(4).u32(8);
        bytes.gguf_text("llama.attention.head_count_kv").u32(cached_heads_type);
        add_cached_heads(bytes);
        bytes.gguf_text("tokenizer.chat_template").u32(8).gguf_text("{{ messages }}");
        bytes.gguf_text("token_embd.weight").u32(2).u64(32).u64(2).u32(8).u64(0);
        bytes.zeros((32 - bytes.all().size() % 32) % 32).zeros(68);
        return examined(bytes.all()).language;
    };
    auto language = model_with(4, [](Bytes& bytes) { bytes.u32(2); });
    EXPECT_EQ(language.context, 8192U);
    EXPECT_TRUE(language.has_chat_template);
    EXPECT_EQ(language.token_bytes, 3U * 2 * (64 + 64) * 2);
    language = model_with(9, [](Bytes& bytes) { bytes.u32(5).u64(3).u32(2).u32(0).u32(2); });
    EXPECT_EQ(language.token_bytes, 4U * (64 + 64) * 2);
}

// Wherever a download stopped.
TEST_F(ModelFileTest, RefusesEveryBeginningOfAFile) {
    for (const auto& whole : {whisper_file(), parakeet_file(), gguf_file()}) {
        for (std::size_t length = 0; length < whole.size(); length += 1 + length / 50) {
            auto error = refused(std::string_view(whole).substr(0, length));
            EXPECT_EQ(error.kind, ErrorKind::Malformed) << length << " bytes: " << error.message;
        }
        auto error = refused(std::string_view(whole).substr(0, whole.size() - 1));
        EXPECT_THAT(error.message, HasSubstr("cut off"));
        EXPECT_THAT(error.message, HasSubstr(path_.string()));
    }
}

TEST_F(ModelFileTest, RefusesAWhisperModelThatLacksAPiece) {
    constexpr std::size_t one_piece = 3 * 4 + 4 + 6 + 16;
    auto whole = whisper_file();
    EXPECT_THAT(refused(std::string_view(whole).substr(0, whole.size() - one_piece)).message,
                HasSubstr("it has 49 of 50 pieces of weights"));
}

// With each of these libparakeet ends its process or reads beyond its memory.
TEST_F(ModelFileTest, RefusesAParakeetModelWhosePartsDoNotFit) {
    for (const auto& numbers : std::vector<ParakeetNumbers>{{.width = 65, .heads = 5},
                                                            {.heads = 3},
                                                            {.bands = 100, .bands_of_filters = 100},
                                                            {.width = 80, .kind = 8},  // blocks of 32 weights
                                                            {.transform = 256},
                                                            {.taps = 8},
                                                            {.bands_of_filters = 129},
                                                            {.frequencies = 256},
                                                            {.words = 1023},
                                                            {.words = 1025}}) {
        EXPECT_THAT(refused(parakeet_file(1024, numbers)).message, HasSubstr("do not fit"));
    }
    for (const auto& numbers :
         std::vector<ParakeetNumbers>{{.together = 4}, {.window = 513}, {.longest_duration = 0x80000000}}) {
        EXPECT_THAT(refused(parakeet_file(1024, numbers)).message, HasSubstr("claims"));
    }
    EXPECT_EQ(refused(parakeet_file(1024, {.kind = 77})).kind, ErrorKind::Unsupported);
}

TEST_F(ModelFileTest, RefusesAWhisperModelOfAKindThatTheLibraryDoesNotKnow) {
    constexpr std::size_t place_of_the_kind = 4 + 4 * 10;
    auto bytes = whisper_file();
    bytes.replace(place_of_the_kind, 4, 4, '\xff');
    EXPECT_EQ(refused(bytes).kind, ErrorKind::Unsupported);
}

TEST_F(ModelFileTest, RefusesWhatIsNoModel) {
    EXPECT_THAT(refused("<!DOCTYPE html><html>not found</html>").message, HasSubstr("no model file"));
    EXPECT_THAT(refused("").message, HasSubstr("no model file"));
}

TEST_F(ModelFileTest, RefusesNumbersThatNoFileCouldHold) {
    auto bytes = gguf_file();
    bytes.replace(8, 8, 8, '\xff');
    EXPECT_EQ(refused(bytes).kind, ErrorKind::Malformed);
    bytes = whisper_file();
    bytes.replace(12, 4, 4, '\x7f');
    EXPECT_THAT(refused(bytes).message, HasSubstr("claims"));
}

TEST_F(ModelFileTest, RefusesWeightsOfAKindNobodyKnows) {
    Bytes bytes;
    bytes.text("GGUF").u32(3).u64(1).u64(0).gguf_text("w").u32(1).u64(32).u32(77).u64(0).zeros(64);
    EXPECT_EQ(refused(bytes.all()).kind, ErrorKind::Unsupported);
}

TEST_F(ModelFileTest, SaysWhenThereIsNoFile) {
    std::filesystem::remove(path_);
    try {
        examine(path_);
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::NotFound);
    }
}

// The genuine files, where they are at hand.
class SharedModels : public testing::Test {
protected:
    static std::filesystem::path shared(std::string_view name) {
        return std::filesystem::path(SHARED_MODELS) / name;
    }
    void SetUp() override {
        if (!std::filesystem::exists(SHARED_MODELS)) {
            GTEST_SKIP() << "there is no " << SHARED_MODELS;
        }
    }
};

TEST_F(SharedModels, SilerosWeightsAreRight) {
    auto file = examine(shared("for-tests-silero-v6.2.0-ggml.bin"));
    EXPECT_EQ(file.kind, ModelKind::Silero);
    EXPECT_EQ(file.tensors, 15U);
}

TEST_F(SharedModels, ModelsWithoutWeightsAreRefused) {
    for (const auto* name : {"for-tests-ggml-tiny.bin", "for-tests-ggml-tiny.en.bin"}) {
        try {
            examine(shared(name));
            ADD_FAILURE() << name;
        } catch (const Failure& failure) {
            EXPECT_THAT(failure.error().message, HasSubstr("no weights")) << name;
        }
    }
}

}  // namespace
}  // namespace repartee::models
