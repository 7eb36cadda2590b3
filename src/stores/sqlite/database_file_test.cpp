#include "stores/sqlite/database_file.h"

#include <gtest/gtest.h>

namespace repartee::stores::sqlite {
namespace {

std::string file_of(std::string_view url) {
    return database_file(url, "/data").value().string();
}

TEST(DatabaseFile, IsTheUsualOneInTheDataDirectory) {
    EXPECT_EQ(file_of(""), "/data/repartee.db");
    EXPECT_EQ(file_of("sqlite://"), "/data/repartee.db");
}

TEST(DatabaseFile, IsWhereTheAddressSays) {
    EXPECT_EQ(file_of("sqlite:///srv/voice.db"), "/srv/voice.db");
    EXPECT_EQ(file_of("sqlite:////srv/voice.db"), "//srv/voice.db");
    EXPECT_EQ(file_of("sqlite://voice.db"), "voice.db");
    EXPECT_EQ(file_of("sqlite:///./voice.db"), "./voice.db");
}

TEST(DatabaseFile, IsNotWhatNamesNone) {
    for (const auto* url :
         {"voice.db", "sqlite:///", "sqlite:///srv/", "sqlite:///:memory:", "sqlite:///a.db?mode=ro"}) {
        auto file = database_file(url, "/data");
        ASSERT_TRUE(file.has_error()) << url;
        EXPECT_EQ(file.error().kind, ErrorKind::Unprocessable);
        EXPECT_FALSE(file.error().message.empty());
    }
}

}  // namespace
}  // namespace repartee::stores::sqlite
