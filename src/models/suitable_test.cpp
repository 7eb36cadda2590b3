#include "models/suitable.h"

#include <gtest/gtest.h>

namespace repartee::models {
namespace {

constexpr MachineFacts laptop{.cores = 8, .memory = 8000, .speaks_english = true};

TEST(SuitableModels, ALaptopHearsWithSmall) {
    EXPECT_EQ(suitable_recogniser(laptop).name, "small.en-q5_1");
    auto machine = laptop;
    machine.speaks_english = false;
    EXPECT_EQ(suitable_recogniser(machine).name, "small-q5_1");
}

TEST(SuitableModels, FewCoresHearWithBaseAndOneWithTiny) {
    auto machine = laptop;
    machine.cores = 2;
    EXPECT_EQ(suitable_recogniser(machine).name, "base.en");
    machine.cores = 1;
    EXPECT_EQ(suitable_recogniser(machine).name, "tiny.en");
}

TEST(SuitableModels, AGraphicsCardBringsTurbo) {
    auto machine = laptop;
    machine.graphics_card = true;
    EXPECT_EQ(suitable_recogniser(machine).name, "large-v3-turbo-q5_0");
    EXPECT_EQ(suitable_language_model(machine)->name, "qwen3-4b");
}

TEST(SuitableModels, LittleMemoryIsNotUsedUp) {
    auto machine = laptop;
    machine.memory = 1000;
    EXPECT_EQ(suitable_recogniser(machine).name, "base.en");
    machine.memory = 800;
    EXPECT_EQ(suitable_recogniser(machine).name, "tiny.en");
    machine.memory = 100;
    EXPECT_EQ(suitable_recogniser(machine).name, "tiny.en-q5_1");
    EXPECT_EQ(suitable_language_model(machine), nullptr);
}

TEST(SuitableModels, ThinkingTakesCoresAndMemory) {
    EXPECT_EQ(suitable_language_model(laptop)->name, "qwen2.5-1.5b");
    auto machine = laptop;
    machine.cores = 2;
    EXPECT_EQ(suitable_language_model(machine)->name, "qwen2.5-0.5b");
    machine.cores = 1;
    EXPECT_EQ(suitable_language_model(machine), nullptr);
}

}  // namespace
}  // namespace repartee::models
