#include "models/record.h"

#include <gmock/gmock.h>

#include <fstream>
#include <thread>
#include <unistd.h>
#include <vector>

namespace repartee::models {
namespace {

using testing::HasSubstr;

const std::string some_sum(64, 'a');

RecordedFile some_file() {
    return {.bytes = 3'000'000'000,
            .sha256 = some_sum,
            .as_published = true,
            .address = "https://example.org/a \"b\"",
            .looked_at = {.bytes = 3'000'000'000, .modified_ns = -5, .inode = ~std::uint64_t{0}},
            .found_sha256 = std::string(64, 'b')};
}

class RecordTest : public testing::Test {
protected:
    RecordTest() { std::filesystem::create_directories(folder_); }
    ~RecordTest() override { std::filesystem::remove_all(folder_); }

    const std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("repartee-record-" + std::to_string(::getpid()));
};

TEST_F(RecordTest, ReadsWhatWasWritten) {
    Record record{{"ggml-tiny.bin", some_file()},
                  {"other.gguf", {.sha256 = some_sum, .found_sha256 = some_sum}}};
    EXPECT_EQ(parse_record(to_text(record)).value(), record);
}

TEST_F(RecordTest, SaysWhatIsWrongWithIt) {
    auto fault = [](std::string_view text) { return parse_record(text).error().message; };
    EXPECT_EQ(fault(""), "it is no record of models");
    EXPECT_EQ(fault("[]"), "it is no record of models");
    EXPECT_THAT(fault(R"({"version":2,"files":{}})"), HasSubstr("another version"));
    EXPECT_THAT(fault(R"({"version":1,"files":{"../passwd":{}}})"), HasSubstr("no file"));
    EXPECT_THAT(fault(R"({"version":1,"files":{"a":{"bytes":-1}}})"), HasSubstr("'bytes' of 'a'"));
    EXPECT_THAT(fault(R"({"version":1,"files":{"a":{"bytes":1,"sha256":"abc"}}})"),
                HasSubstr("'sha256' of 'a'"));
}

TEST_F(RecordTest, IsEmptyWhereThereIsNone) {
    EXPECT_TRUE(read_record(folder_).empty());
    EXPECT_TRUE(read_record(folder_ / "nowhere").empty());
}

TEST_F(RecordTest, OneThatIsBrokenIsNotPassedOver) {
    std::ofstream(folder_ / "record.json") << "{\"version\":1,\"fil";
    try {
        read_record(folder_);
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_THAT(failure.error().message, HasSubstr((folder_ / "record.json").string()));
        EXPECT_THAT(failure.error().message, HasSubstr("remove it"));
    }
}

TEST_F(RecordTest, NothingIsLostWhenManyChangeItAtOnce) {
    constexpr int many = 20;
    std::vector<std::jthread> writers;
    for (int i = 0; i < many; ++i) {
        writers.emplace_back([this, i] {
            change_record(folder_,
                          [i](Record& record) { record["file-" + std::to_string(i)] = some_file(); });
        });
    }
    writers.clear();
    EXPECT_EQ(read_record(folder_).size(), many);
}

TEST_F(RecordTest, AFileIsAnotherOneOnceItWasWrittenTo) {
    auto path = folder_ / "file";
    EXPECT_FALSE(FileIdentity::of(path));
    std::ofstream(path) << "one";
    auto before = FileIdentity::of(path);
    ASSERT_TRUE(before);
    EXPECT_EQ(FileIdentity::of(path), before);
    std::filesystem::last_write_time(path,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    EXPECT_NE(FileIdentity::of(path), before);
    EXPECT_FALSE(FileIdentity::of(folder_));
}

}  // namespace
}  // namespace repartee::models
