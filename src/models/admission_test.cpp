#include "models/admission.h"

#include "base/test_loop.h"
#include "models/checksum.h"
#include "models/test_files.h"

#include <gmock/gmock.h>

#include <fstream>
#include <unistd.h>

namespace repartee::models {
namespace {

using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

class AdmissionTest : public testing::Test {
protected:
    AdmissionTest() {
        fs::create_directories(folder_);
        write(whisper_file());
    }
    ~AdmissionTest() override { fs::remove_all(folder_); }

    void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

    // As after a download.
    void record(const std::string& bytes) const {
        Checksum sum(Checksum::Kind::Sha256);
        sum.add(bytes);
        change_record(folder_, [&](Record& record) {
            record[path_.filename().string()] = {
                .bytes = bytes.size(), .sha256 = sum.text(), .found_sha256 = sum.text()};
        });
    }

    // With one byte of its weights turned.
    static std::string damaged_file() {
        auto bytes = whisper_file();
        bytes.back() = 'x';
        return bytes;
    }

    Error refused(const AdmissionOptions& options = {}) const {
        try {
            admit(path_, {}, options);
        } catch (const Failure& failure) {
            return failure.error();
        }
        ADD_FAILURE() << "let in";
        return {};
    }

    RecordedFile known() const { return read_record(folder_).at(path_.filename().string()); }

    const fs::path folder_ =
        fs::path(testing::TempDir()) / ("repartee-admission-" + std::to_string(::getpid()));
    const fs::path path_ = folder_ / "ggml-base.en.bin";
};

TEST_F(AdmissionTest, AFilePutThereByHandIsTakenForWhatItHolds) {
    auto admitted = admit(path_);
    EXPECT_EQ(admitted.file.kind, ModelKind::Whisper);
    EXPECT_FALSE(admitted.record);
    write("<html>");
    EXPECT_THAT(refused().message, HasSubstr("no model file"));
}

TEST_F(AdmissionTest, AFileThatWasFetchedHasToBeThatFile) {
    record(whisper_file());
    EXPECT_TRUE(admit(path_).record);
    write(damaged_file());
    auto error = refused();
    EXPECT_EQ(error.kind, ErrorKind::Malformed);
    EXPECT_THAT(error.message, AllOf(HasSubstr(path_.string()), HasSubstr("its sum is another")));
    EXPECT_EQ(advice_on(error, path_), "repartee models pull base.en");
    EXPECT_THAT(advice_on(error, "/models/mine.bin"), HasSubstr("remove /models/mine.bin"));
    EXPECT_EQ(advice_on({ErrorKind::Busy, "half of it", {}}, path_), "");
}

TEST_F(AdmissionTest, AnotherSizeIsTold) {
    record(whisper_file() + "and more");
    EXPECT_THAT(refused().message, HasSubstr("it has"));
    EXPECT_TRUE(known().looked_at == FileIdentity{}) << "it was summed for nothing";
}

TEST_F(AdmissionTest, TheSumIsComputedOnce) {
    record(whisper_file());
    admit(path_);
    EXPECT_EQ(known().looked_at, FileIdentity::of(path_));
    // Were it read again, this would come to light.
    change_record(folder_, [&](Record& record) {
        auto& entry = record.at(path_.filename().string());
        entry.sha256 = entry.found_sha256 = std::string(64, 'e');
    });
    EXPECT_TRUE(admit(path_).record);
    EXPECT_THAT(refused({.look_anew = true}).message, HasSubstr("its sum is another"));
}

TEST_F(AdmissionTest, AndAgainWhenTheFileHasChanged) {
    record(whisper_file());
    admit(path_);
    write(damaged_file());
    fs::last_write_time(path_, fs::file_time_type::clock::now() + std::chrono::hours(1));
    EXPECT_THAT(refused().message, HasSubstr("its sum is another"));
    // That is remembered as well: gigabytes are not read again to find the same.
    EXPECT_EQ(known().looked_at, FileIdentity::of(path_));
    EXPECT_THAT(refused().message, HasSubstr("its sum is another"));
}

// A file of several pieces: GGUF may have room behind its weights.
class LongFile : public AdmissionTest {
protected:
    LongFile() {
        bytes_ = gguf_file() + std::string(5 << 20, '\0');
        write(bytes_);
        record(bytes_);
    }

    std::string bytes_;
};

TEST_F(LongFile, StopsBetweenTwoPieces) {
    std::stop_source stop;
    std::uintmax_t read = 0;
    auto stop_at_once = [&](std::uintmax_t done) {
        read = done;
        stop.request_stop();
    };
    try {
        admit(path_, stop.get_token(), {.on_progress = stop_at_once});
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Cancelled);
    }
    EXPECT_LT(read, bytes_.size());
}

TEST_F(LongFile, AnEngineThatHasLittleTimeGetsThereAllTheSame) {
    asio::io_context context;
    WorkerPool pool(1, 4);
    Admission admission(pool);
    int attempts = 0;
    bool in = false;
    auto knock = [&]() -> awaitable<void> {
        while (!in) {
            ++attempts;
            try {
                auto admitted = co_await admission.of(path_, 0ms);
                in = admitted.record.has_value();
            } catch (const Failure& failure) {
                EXPECT_EQ(failure.error().kind, ErrorKind::Busy);
                EXPECT_THAT(failure.error().message, HasSubstr("% so far"));
            }
        }
    };
    run_to_end(context, knock());
    EXPECT_GT(attempts, 2);
    EXPECT_EQ(known().looked_at, FileIdentity::of(path_));
}

}  // namespace
}  // namespace repartee::models
