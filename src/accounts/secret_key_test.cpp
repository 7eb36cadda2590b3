#include "accounts/secret_key.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

namespace repartee::accounts {
namespace {

namespace fs = std::filesystem;

class SecretKeyFile : public testing::Test {
protected:
    ~SecretKeyFile() override { fs::remove_all(folder_); }

    Secret ensured(const std::string& configured) {
        return ensure_secret_key(Secret(configured), folder_, log_);
    }
    fs::path file() const { return folder_ / "secret_key"; }

    const fs::path folder_ =
        fs::path(testing::TempDir()) / ("repartee-secret-key-" + std::to_string(::getpid()));
    std::vector<std::string> lines_;
    const Log log_ = Log::into(lines_, {});
};

TEST_F(SecretKeyFile, ASecretOfTheSettingsIsTakenAsItIs) {
    EXPECT_EQ(ensured("0123456789abcdef").reveal(), "0123456789abcdef");
    EXPECT_FALSE(fs::exists(file()));
    EXPECT_TRUE(lines_.empty());
}

TEST_F(SecretKeyFile, WithoutOneARandomOneIsMadeAndKept) {
    const auto key = ensured("");
    EXPECT_EQ(key.reveal().size(), 43U);
    EXPECT_EQ(ensured("changeme").reveal(), key.reveal());
    EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    ASSERT_EQ(lines_.size(), 2U);
    EXPECT_NE(lines_[0].find("made a secret key"), std::string::npos);
    EXPECT_NE(lines_[0].find("SECRET_KEY is not set"), std::string::npos);
    EXPECT_NE(lines_[1].find("using the kept secret key"), std::string::npos);
    EXPECT_NE(lines_[1].find("is a placeholder"), std::string::npos);
    for (const auto& line : lines_) {
        EXPECT_EQ(line.find(key.reveal()), std::string::npos);
    }
}

TEST_F(SecretKeyFile, IsClosedToOthers) {
    const auto key = ensured("");
    fs::permissions(file(), fs::perms::group_read | fs::perms::others_read, fs::perm_options::add);
    EXPECT_EQ(ensured("").reveal(), key.reveal());
    EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(SecretKeyFile, OneThatIsDamagedIsNotReplaced) {
    ensured("");
    for (const auto& content :
         {"", "short\n", "something with spaces and of no use at all as a key......\n"}) {
        std::ofstream(file()) << content;
        try {
            ensured("");
            FAIL() << content;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
            EXPECT_NE(failure.error().message.find(file().string()), std::string::npos);
        }
    }
    fs::remove(file());
    fs::create_directory(file());
    EXPECT_THROW(ensured(""), Failure);
}

TEST(SecretKey, PlaceholdersAreNone) {
    for (const auto* text :
         {"", "secret", "changeme", "CHANGE-ME-PLEASE-NOW", "your-secret-key-here",
          "YOUR_SECRET_KEY_HERE_CHANGE_IT", "supersecretkey-for-jwt-tokens",
          "please_change_this_in_production", "SECRET_KEY_PLACEHOLDER", "my-secret-key-change-in-production",
          "aaaaaaaaaaaaaaaaaaaaaaaa", "fifteen bytes!!"}) {
        EXPECT_TRUE(why_no_secret_key(Secret(text))) << text;
    }
    for (const auto* text : {"0123456789abcdef", "test-secret-key-of-the-system-tests",
                             "a long sentence that somebody has made up", "7d0f5a1c9be24e63"}) {
        EXPECT_FALSE(why_no_secret_key(Secret(text))) << text;
    }
}

}  // namespace
}  // namespace repartee::accounts
