#include "base/atomic_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <unistd.h>

namespace repartee {
namespace {

class AtomicFile : public testing::Test {
protected:
    ~AtomicFile() override { std::filesystem::remove_all(folder_); }

    static std::string text_of(const std::filesystem::path& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    const std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("repartee-atomic-" + std::to_string(::getpid()));
};

TEST_F(AtomicFile, TakesThePlaceOfTheOldOneAndLeavesNothingBesides) {
    write_atomically(folder_ / "below" / "file", "old and long");
    write_atomically(folder_ / "below" / "file", "new");
    EXPECT_EQ(text_of(folder_ / "below" / "file"), "new");
    std::filesystem::directory_iterator all(folder_ / "below");
    EXPECT_EQ(std::distance(begin(all), end(all)), 1);
}

TEST_F(AtomicFile, ASecretIsReadByItsOwnerOnly) {
    write_atomically(folder_ / "file", "open");
    write_atomically(folder_ / "file", "hush", Readers::OwnerOnly);
    EXPECT_EQ(std::filesystem::status(folder_ / "file").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(AtomicFile, SaysWhatCannotBeWritten) {
    try {
        write_atomically("/proc/no-such-place/file", "text");
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
        EXPECT_NE(failure.error().message.find("/proc/no-such-place/file"), std::string::npos);
    }
}

}  // namespace
}  // namespace repartee
