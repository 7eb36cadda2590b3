#include "engines/llama/model_choice.h"

#include "models/test_files.h"

#include <gmock/gmock.h>

#include <fstream>
#include <unistd.h>

namespace repartee::engines::llama {

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t plenty = std::uint64_t{1} << 40;

// A language model with so much in it.
std::string language_model(std::size_t weights = 32, std::string_view architecture = "llama") {
    models::Bytes bytes;
    bytes.text("GGUF").u32(3).u64(1).u64(7);
    bytes.gguf_text("general.architecture").u32(8).gguf_text(architecture);
    bytes.gguf_text("llama.context_length").u32(4).u32(2048);
    bytes.gguf_text("llama.block_count").u32(4).u32(10);
    bytes.gguf_text("llama.embedding_length").u32(4).u32(1000);
    bytes.gguf_text("llama.attention.head_count").u32(4).u32(10);
    bytes.gguf_text("tokenizer.chat_template").u32(8).gguf_text("{{ messages }}");
    bytes.gguf_text("tokenizer.ggml.tokens").u32(9).u32(8).u64(2).gguf_text("a").gguf_text("b");
    bytes.gguf_text("w").u32(1).u64(weights).u32(0).u64(0);
    bytes.zeros((32 - bytes.all().size() % 32) % 32).zeros(weights * 4);
    return bytes.all();
}

class ModelChoice : public testing::Test {
protected:
    ModelChoice() { fs::create_directories(folder_); }
    ~ModelChoice() override { fs::remove_all(folder_); }

    fs::path put(const std::string& name, const std::string& bytes = language_model()) const {
        std::ofstream(folder_ / name, std::ios::binary) << bytes;
        return folder_ / name;
    }
    ChosenModel chosen(std::string wanted = {}, std::optional<std::uint64_t> memory = plenty) const {
        return choose_model({.model = std::move(wanted)}, folder_, memory);
    }
    std::string name_chosen(std::string wanted = {}, std::optional<std::uint64_t> memory = plenty) const {
        return chosen(std::move(wanted), memory).file.filename().string();
    }
    Error refused(std::string wanted = {}, std::optional<std::uint64_t> memory = plenty) const {
        try {
            chosen(std::move(wanted), memory);
        } catch (const Failure& failure) {
            return failure.error();
        }
        ADD_FAILURE() << "taken";
        return {};
    }

    const fs::path folder_ =
        fs::path(testing::TempDir()) / ("repartee-model-choice-" + std::to_string(::getpid()));
};

}  // namespace

TEST_F(ModelChoice, IsTheLargestThatFits) {
    auto small = put("b.gguf", language_model(1000));
    put("a.gguf", language_model(32));
    put("c.gguf", language_model(100'000));
    EXPECT_EQ(name_chosen(), "c.gguf");
    EXPECT_EQ(name_chosen({}, std::nullopt), "c.gguf");
    EXPECT_EQ(name_chosen({}, chosen("b.gguf").footprint.all()), "b.gguf");
}

TEST_F(ModelChoice, PassesOverWhatIsNoLanguageModel) {
    put("damaged.gguf", language_model(10'000).substr(0, 20'000));
    put("pictures.gguf", language_model(10'000, "clip"));
    put("texts.gguf", language_model(10'000, "bert"));
    put("ggml-base.bin", models::whisper_file());
    put("notes.txt", "x");
    EXPECT_THAT(refused().message, HasSubstr("damaged.gguf: it is cut off"));
    put("words.gguf");
    EXPECT_EQ(name_chosen(), "words.gguf");
}

TEST_F(ModelChoice, IsTheOneThatIsNamed) {
    auto other = put("Other-3B-Instruct-Q4_K_M.gguf", language_model(100'000));
    put("words.gguf");
    put("qwen2.5-0.5b-instruct-q4_k_m.gguf");
    EXPECT_EQ(name_chosen("words"), "words.gguf");
    EXPECT_EQ(name_chosen("words.gguf"), "words.gguf");
    EXPECT_EQ(name_chosen((folder_ / "words.gguf").string()), "words.gguf");
    EXPECT_EQ(name_chosen("other-3b"), "Other-3B-Instruct-Q4_K_M.gguf");
    EXPECT_EQ(name_chosen("qwen2.5-0.5b"), "qwen2.5-0.5b-instruct-q4_k_m.gguf");
    auto error = refused("nobody");
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_EQ(error.message, "no language model 'nobody' in " + folder_.string());
    EXPECT_EQ(error.detail, "repartee models pull llm, or put a GGUF file into " + folder_.string());
    EXPECT_THAT(refused("qwen3-4b").detail, HasSubstr("repartee models pull qwen3-4b"));
}

TEST_F(ModelChoice, RefusesOneOfAnotherKindThatIsNamed) {
    put("ggml-base.bin", models::whisper_file());
    EXPECT_THAT(refused("ggml-base.bin").message, HasSubstr("of another kind (Whisper)"));
    put("pictures.gguf", language_model(32, "clip"));
    EXPECT_THAT(refused("pictures").message, HasSubstr("no model that talks (clip)"));
}

TEST_F(ModelChoice, SaysHowMuchIsMissingAndWhatToDo) {
    put("large.gguf", language_model(250'000));
    auto error = refused({}, 50'000'000);
    EXPECT_EQ(error.kind, ErrorKind::TooLarge);
    // 10 layers of 2 x 1000 numbers of two bytes are 40 kB a token.
    EXPECT_EQ(error.message,
              "large.gguf needs about 285 MiB of memory (156 MiB for 2 conversations of 2048 tokens), "
              "and there are 48 MiB");
    EXPECT_THAT(error.detail, HasSubstr("engines.llama.context"));
}

TEST_F(ModelChoice, GivesAConversationNoMoreThanTheModelWasMadeFor) {
    put("words.gguf");
    EXPECT_EQ(chosen().context, 2048U);
    EXPECT_EQ(choose_model({.context = 512}, folder_, plenty).context, 512U);
}

TEST_F(ModelChoice, TakesAllPartsOfAModel) {
    put("m-00001-of-00002.gguf", language_model(1000));
    EXPECT_THAT(refused().message, HasSubstr("m-00002-of-00002.gguf: it cannot be read"));
    put("m-00002-of-00002.gguf", language_model(2000));
    auto model = chosen();
    EXPECT_EQ(model.file.filename(), "m-00001-of-00002.gguf");
    EXPECT_GE(model.footprint.weights, 3000U * 4);
    EXPECT_THAT(parts_of("/x/m.gguf"), ElementsAre("/x/m.gguf"));
}

TEST_F(ModelChoice, SaysWhatToPutWhere) {
    auto error = refused();
    EXPECT_EQ(error.message, "no language model in " + folder_.string());
    EXPECT_THAT(error.detail, HasSubstr(folder_.string()));
}

}  // namespace repartee::engines::llama
