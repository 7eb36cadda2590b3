#include "downloads/part_file.h"

#include "downloads/test_folder.h"

#include <gmock/gmock.h>

#include <optional>

namespace repartee::downloads {
namespace {

using testing::HasSubstr;

constexpr std::string_view address = "https://hub.example/model";
constexpr std::string_view etag = "\"v1\"";
constexpr std::string_view sha1_of_abc = "a9993e364706816aba3e25717850c26c9cd0d89d";

class PartFileTest : public FolderTest {
protected:
    const std::filesystem::path target_ = folder_ / "model.bin";
};

TEST_F(PartFileTest, IsSeenUnderItsOwnNameOnceItIsWhole) {
    PartFile part(target_);
    part.begin(address, etag);
    part.append("ab");
    part.append("c");
    EXPECT_FALSE(std::filesystem::exists(target_));
    EXPECT_EQ(part.sha1(), sha1_of_abc);
    part.put_in_place();
    EXPECT_EQ(text_of(target_), "abc");
    EXPECT_EQ(files(), 1U);
}

TEST_F(PartFileTest, IsGoneOnWithLater) {
    {
        PartFile part(target_);
        part.begin(address, etag);
        part.append("ab");
    }
    PartFile part(target_);
    EXPECT_EQ(part.size(), 2U);
    EXPECT_EQ(part.etag_of(address), etag);
    EXPECT_EQ(part.etag_of("https://another.example/model"), "");
    part.read_what_is_there({});
    part.append("c");
    EXPECT_EQ(part.sha1(), sha1_of_abc);
}

TEST_F(PartFileTest, WithoutAnEtagNobodyGoesOnWithIt) {
    {
        PartFile part(target_);
        part.begin(address, etag);
        part.append("old");
        part.begin(address, {});
        part.append("new");
    }
    PartFile part(target_);
    EXPECT_EQ(part.etag_of(address), "");
    EXPECT_EQ(part.size(), 3U);
}

TEST_F(PartFileTest, BelongsToOneAtATime) {
    std::optional<PartFile> first(std::in_place, target_);
    first->append("a");
    try {
        PartFile second(target_);
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Conflict);
        EXPECT_THAT(failure.error().message, HasSubstr("model.bin"));
    }
    first.reset();
    EXPECT_EQ(PartFile(target_).size(), 1U);
}

TEST_F(PartFileTest, LeavesNothingWhenNothingCame) {
    {
        PartFile part(target_);
    }
    EXPECT_EQ(files(), 0U);
}

TEST_F(PartFileTest, CanBeThrownAway) {
    PartFile part(target_);
    part.begin(address, etag);
    part.append("wrong");
    part.discard();
    EXPECT_EQ(files(), 0U);
}

TEST_F(PartFileTest, AFullDiskIsTold) {
    // Writes to this device fail as they do on a full disk.
    std::filesystem::create_symlink("/dev/full", folder_ / "device.part");
    PartFile full(folder_ / "device");
    try {
        full.append("a");
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::TooLarge);
        EXPECT_THAT(failure.error().message, HasSubstr("is full"));
    }
}

TEST_F(PartFileTest, NoPlaceToWriteIsTold) {
    try {
        PartFile part("/proc/no-such-place/model.bin");
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
    }
}

TEST_F(PartFileTest, TheRoomOnADiskIsKnownBeforeTheFolderIsThere) {
    EXPECT_GT(room_on_disk(folder_), 0U);
    EXPECT_GT(room_on_disk(folder_ / "not" / "yet"), 0U);
}

}  // namespace
}  // namespace repartee::downloads
