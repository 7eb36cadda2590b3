#include "scenarios/script.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace repartee::scenarios {
namespace {

std::vector<std::filesystem::path> all_scripts() {
    std::vector<std::filesystem::path> scripts;
    for (const auto& entry : std::filesystem::directory_iterator(SCENARIOS)) {
        if (entry.path().extension() == ".scenario") {
            scripts.push_back(entry.path());
        }
    }
    std::ranges::sort(scripts);
    return scripts;
}

class Scenario : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Scenario, Plays) {
    play(GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, testing::ValuesIn(all_scripts()),
                         [](const auto& script) { return script.param.stem().string(); });

}  // namespace
}  // namespace repartee::scenarios
