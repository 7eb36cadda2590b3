#include "app/model_shelf.h"

#include <gmock/gmock.h>

#include <fstream>
#include <unistd.h>

namespace repartee::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr models::MachineFacts small_machine{.cores = 2, .memory = 8000, .speaks_english = true};

TEST(ModelWords, AreNamesOrWhatSuitsTheMachine) {
    auto name = [](std::string_view word) { return model_to_fetch(word, small_machine).value()->name; };
    EXPECT_EQ(name("small"), "small");
    EXPECT_EQ(name("whisper"), "base.en");
    EXPECT_EQ(name("silero"), "silero");
    EXPECT_EQ(name("llm"), "qwen2.5-0.5b");
    EXPECT_EQ(name("ggml-tiny.en.bin"), "tiny.en");
}

TEST(ModelWords, OneThatIsNoneBringsTheNearest) {
    auto complaint = [](std::string_view word) {
        return model_to_fetch(word, small_machine).error().message;
    };
    EXPECT_THAT(complaint("smal"),
                AllOf(HasSubstr("Did you mean small, "), HasSubstr("repartee models list")));
    EXPECT_THAT(complaint("bsae.en"), HasSubstr("Did you mean base.en?"));
    EXPECT_THAT(complaint("qwen"), HasSubstr("qwen2.5-1.5b"));
    EXPECT_THAT(complaint("!"), AllOf(HasSubstr("no model '!'."), HasSubstr("All of them")));
}

TEST(ModelWords, NoRoomForALanguageModelIsSaid) {
    auto machine = small_machine;
    machine.memory = 600;
    EXPECT_EQ(model_to_fetch("llm", machine).error().kind, ErrorKind::Unavailable);
}

class ModelShelf : public testing::Test {
protected:
    ModelShelf() {
        fs::create_directories(folder());
        settings_.server.data_directory = data_.string();
    }
    ~ModelShelf() override { fs::remove_all(data_); }

    fs::path folder() const { return data_ / "models"; }
    void put(const char* file) const { std::ofstream(folder() / file) << "x"; }

    std::vector<std::string> used() {
        std::vector<std::string> files;
        for (const auto& use : models_in_use(model_choices(settings_, parts_))) {
            files.push_back(use.setting + "=" + use.path.filename().string() + (use.chosen ? "!" : ""));
        }
        return files;
    }

    void set(std::string_view variable, std::string_view value) {
        config::Sources sources;
        sources.environment = config::Environment{{variable, value}};
        read_settings(settings_, parts_, sources);
        settings_.server.data_directory = data_.string();
    }

    const fs::path data_ = fs::path(testing::TempDir()) / ("repartee-shelf-" + std::to_string(::getpid()));
    Parts parts_ = all_parts();
    Settings settings_;
};

TEST_F(ModelShelf, HasTheModelsOfTheFolderAndNothingElse) {
    for (const auto* file :
         {"ggml-tiny.bin", "my-own.gguf", "ggml-base.bin.part", "ggml-base.bin.part.from", "notes"}) {
        put(file);
    }
    models::change_record(folder(), [](models::Record& record) {
        record["ggml-tiny.bin"] = {.sha256 = std::string(64, 'a'), .found_sha256 = std::string(64, 'a')};
    });
    auto shelf = models_on_shelf(folder());
    ASSERT_EQ(shelf.size(), 2U);
    EXPECT_EQ(shelf[0].name(), "my-own.gguf");
    EXPECT_FALSE(shelf[0].record);
    EXPECT_EQ(shelf[1].name(), "tiny");
    EXPECT_TRUE(shelf[1].record);
    EXPECT_EQ(part_on_shelf(folder(), *models::known_model("base")), 1U);
    EXPECT_EQ(model_on_shelf("tiny", shelf).value()->name(), "tiny");
    EXPECT_EQ(model_on_shelf("my-own.gguf", shelf).value()->name(), "my-own.gguf");
    EXPECT_THAT(model_on_shelf("base", shelf).error().message, HasSubstr("no model 'base' here"));
}

TEST_F(ModelShelf, IsEmptyWithoutAFolder) {
    EXPECT_TRUE(models_on_shelf(folder() / "nowhere").empty());
}

TEST_F(ModelShelf, KnowsWhichSettingUsesWhat) {
    EXPECT_THAT(used(), ElementsAre());
    put("ggml-tiny.bin");
    put("ggml-base.bin");
    put("ggml-silero-v6.2.0.bin");
    EXPECT_THAT(used(), ElementsAre("engines.whisper.model=ggml-base.bin",
                                    "engines.silero.model=ggml-silero-v6.2.0.bin"));
    set("WHISPER_MODEL", "tiny");
    EXPECT_THAT(used(), testing::Contains("engines.whisper.model=ggml-tiny.bin!"));
    set("STT_ENGINE", "pocketsphinx");
    EXPECT_THAT(used(), ElementsAre("engines.silero.model=ggml-silero-v6.2.0.bin"));
}

}  // namespace
}  // namespace repartee::app
