#include "config/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace repartee::config {
namespace {

TEST(EditDistance, CountsLetters) {
    EXPECT_EQ(edit_distance("port", "port"), 0u);
    EXPECT_EQ(edit_distance("PORT", "port"), 0u);
    EXPECT_EQ(edit_distance("base-url", "base_url"), 0u);
    EXPECT_EQ(edit_distance("prot", "port"), 1u);
    EXPECT_EQ(edit_distance("por", "port"), 1u);
    EXPECT_EQ(edit_distance("ports", "port"), 1u);
    EXPECT_EQ(edit_distance("", "port"), 4u);
    EXPECT_EQ(edit_distance("port", ""), 4u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(NearestName, SuggestsOnlyWhatIsSimilar) {
    const std::vector<std::string> names = {"host", "port", "certificate", "base_url", "max_audio_bytes"};
    EXPECT_EQ(nearest_name("prot", names), "port");
    EXPECT_EQ(nearest_name("Port", names), "port");
    EXPECT_EQ(nearest_name("hots", names), "host");
    EXPECT_EQ(nearest_name("baseurl", names), "base_url");
    EXPECT_EQ(nearest_name("certifcate", names), "certificate");
    EXPECT_EQ(nearest_name("max-audio-byte", names), "max_audio_bytes");
    EXPECT_EQ(nearest_name("volume", names), "");
    EXPECT_EQ(nearest_name("", names), "");
    EXPECT_EQ(nearest_name("port", {}), "");
    EXPECT_EQ(nearest_name(std::string(100000, 'p'), names), "");
}

}  // namespace
}  // namespace repartee::config
