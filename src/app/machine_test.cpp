#include "app/machine.h"

#include <gmock/gmock.h>

namespace repartee::app {
namespace {

using testing::ElementsAre;

constexpr std::string_view of_a_pc =
    "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD Ryzen 7 5700U\n"
    "flags\t\t: fpu sse4_2 fma avx f16c avx2 sha_ni\n\nprocessor\t: 1\nmodel name\t: AMD Ryzen 7 5700U\n";
constexpr std::string_view of_a_board =
    "processor\t: 0\nFeatures\t: fp asimd asimddp\n\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n";

TEST(Machine, KnowsItsProcessor) {
    EXPECT_EQ(processor_in(of_a_pc), "AMD Ryzen 7 5700U");
    EXPECT_EQ(processor_in(of_a_board), "Raspberry Pi 5 Model B Rev 1.0");
    EXPECT_EQ(processor_in(""), "");
}

TEST(Machine, KnowsWhatItsProcessorCanDo) {
    EXPECT_THAT(instruction_sets_in(of_a_pc), ElementsAre("SSE4.2", "AVX", "F16C", "FMA", "AVX2"));
    EXPECT_THAT(instruction_sets_in(of_a_board), ElementsAre("NEON", "dot product"));
}

TEST(Machine, KnowsItsMemory) {
    constexpr std::string_view text =
        "MemTotal:       16303424 kB\nMemFree:  1 kB\nMemAvailable:   12000000 kB\n";
    EXPECT_EQ(memory_in(text, "MemTotal"), 15921);
    EXPECT_EQ(memory_in(text, "SwapTotal"), 0);
}

TEST(Machine, AContainerHasWhatItsGroupLeavesIt) {
    EXPECT_EQ(cores_in("max 100000\n"), 0U);
    EXPECT_EQ(cores_in("200000 100000\n"), 2U);
    EXPECT_EQ(cores_in("150000 100000\n"), 2U);
    EXPECT_EQ(cores_in("50000 100000\n"), 1U);
    EXPECT_EQ(cores_in(""), 0U);
}

TEST(Machine, LanguagesAreToldByTheLocale) {
    for (const auto* locale : {"", "C", "C.UTF-8", "POSIX", "en_GB.UTF-8", "en"}) {
        EXPECT_TRUE(is_english(locale)) << locale;
    }
    for (const auto* locale : {"de_DE.UTF-8", "hi_IN", "english_but_no_locale"}) {
        EXPECT_FALSE(is_english(locale)) << locale;
    }
}

TEST(Machine, IsLookedAtForReal) {
    auto machine = look_at_machine();
    EXPECT_GE(machine.cores, 1U);
    EXPECT_GT(machine.memory, 0);
    EXPECT_GT(machine.memory_free, 0);
    EXPECT_LE(machine.memory_free, machine.memory);
}

}  // namespace
}  // namespace repartee::app
