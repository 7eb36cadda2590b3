#include "base/owned_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace repartee {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class OwnedFolderTest : public testing::Test {
protected:
    OwnedFolderTest() {
        std::string name = testing::TempDir() + "/repartee-owned-XXXXXX";
        above = ::mkdtemp(name.data());
        folder = above / "data";
    }
    ~OwnedFolderTest() override { fs::remove_all(above); }

    fs::path above;
    fs::path folder;
};

TEST_F(OwnedFolderTest, IsMadeForItsOwnersEyes) {
    auto owned = OwnedFolder::take(folder, "a test");
    ASSERT_TRUE(owned) << owned.error().message;
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
}

TEST_F(OwnedFolderTest, HasOneOwnerAtATime) {
    {
        auto owned = OwnedFolder::take(folder, "repartee serve");
        ASSERT_TRUE(owned);
        auto second = OwnedFolder::take(folder, "somebody else");
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
        EXPECT_THAT(second.error().message, HasSubstr(folder.string()));
        EXPECT_THAT(second.error().message,
                    HasSubstr("repartee serve, process " + std::to_string(::getpid())));
        auto moved = std::move(owned).value();
        EXPECT_FALSE(OwnedFolder::take(folder, "somebody else"));
    }
    EXPECT_TRUE(OwnedFolder::take(folder, "the next one"));
}

TEST_F(OwnedFolderTest, IsFreeWhenItsOwnerDies) {
    const pid_t child = ::fork();
    if (child == 0) {
        auto owned = OwnedFolder::take(folder, "a child");
        ::_exit(owned ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(OwnedFolder::take(folder, "a parent"));
}

TEST_F(OwnedFolderTest, IsSharedWithWhoeverGetsTheLock) {
    auto first = OwnedFolder::take(folder, "the first");
    ASSERT_TRUE(first);
    auto second = OwnedFolder::share(folder, Descriptor(::dup(first->lock())));
    ASSERT_TRUE(second);
    EXPECT_THAT(OwnedFolder::take(folder, "a third").error().message, HasSubstr("the first"));
    second->say_owner("the second");
    {
        auto gone = std::move(*first);
    }
    EXPECT_THAT(OwnedFolder::take(folder, "a third").error().message, HasSubstr("the second"));
    second.reset();
    EXPECT_TRUE(OwnedFolder::take(folder, "a third"));
}

TEST_F(OwnedFolderTest, IsNotSharedByALockOfAnother) {
    auto other = OwnedFolder::take(above / "other", "somebody");
    ASSERT_TRUE(other);
    EXPECT_FALSE(OwnedFolder::share(folder, Descriptor(::dup(other->lock()))));
    auto owned = OwnedFolder::take(folder, "the owner");
    ASSERT_TRUE(owned);
    EXPECT_FALSE(OwnedFolder::share(folder, Descriptor(::dup(other->lock()))));
    EXPECT_FALSE(OwnedFolder::share(folder, Descriptor()));
    // The right file, opened anew, while somebody else has the lock.
    Descriptor stranger(::open((folder / OwnedFolder::file_name).c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_FALSE(OwnedFolder::share(folder, std::move(stranger)));
}

TEST_F(OwnedFolderTest, SaysWhatIsWrong) {
    std::ofstream(above / "file") << "no folder";
    auto owned = OwnedFolder::take(above / "file", "a test");
    ASSERT_FALSE(owned);
    EXPECT_EQ(owned.error().kind, ErrorKind::Unavailable);
    EXPECT_THAT(owned.error().message, HasSubstr((above / "file").string()));
    EXPECT_FALSE(OwnedFolder::take("/proc/no-such-place", "a test"));
}

TEST_F(OwnedFolderTest, ShowsNobodyStrangeCharacters) {
    auto owned = OwnedFolder::take(folder, "a \x1B[31mred\xFF one");
    EXPECT_THAT(OwnedFolder::take(folder, "second").error().message, HasSubstr("a ?[31mred? one"));
}

}  // namespace
}  // namespace repartee
