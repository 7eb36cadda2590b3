#include "app/folder_watch.h"

#include "base/error.h"
#include "base/test_loop.h"

#include <gmock/gmock.h>

#include <fstream>

namespace repartee::app {

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

// A folder for one test.
class WatchedFolder : public testing::Test {
protected:
    WatchedFolder() {
        auto name = (fs::temp_directory_path() / "repartee-watch-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        fs::create_directory(folder / "in");
        watch.emplace(context.get_executor(), folder / "in");
    }
    ~WatchedFolder() override { fs::remove_all(folder); }

    // Names as they come, up to this one.
    std::vector<std::string> news_until(const std::string& last) {
        auto read = [](FolderWatch& watch, const std::string& end,
                       std::vector<std::string>& names) -> awaitable<void> {
            while (names.empty() || names.back() != end) {
                auto news = co_await watch.next();
                if (auto* file = std::get_if<FileArrived>(&news)) {
                    names.push_back(std::move(file->name));
                } else {
                    names.emplace_back(std::holds_alternative<FolderGone>(news) ? "gone" : "again");
                }
            }
        };
        std::vector<std::string> names;
        run_to_end(context, read(*watch, last, names));
        return names;
    }

    static void write(const fs::path& path) { std::ofstream(path) << "sound"; }

    asio::io_context context;
    fs::path folder;
    std::optional<FolderWatch> watch;
};

}  // namespace

TEST_F(WatchedFolder, TellsOfFilesOnceTheyAreClosed) {
    std::ofstream open(folder / "in" / "open.wav");
    open << "half of it" << std::flush;
    write(folder / "in" / "closed.wav");
    EXPECT_THAT(news_until("closed.wav"), ElementsAre("closed.wav"));
    open.close();
    EXPECT_THAT(news_until("open.wav"), ElementsAre("open.wav"));
}

TEST_F(WatchedFolder, TellsOfWhatIsMovedInRenamedAndLinked) {
    write(folder / "elsewhere.wav");
    fs::rename(folder / "elsewhere.wav", folder / "in" / "moved.wav");
    fs::rename(folder / "in" / "moved.wav", folder / "in" / "renamed.wav");
    fs::create_symlink(folder / "in" / "renamed.wav", folder / "in" / "link.wav");
    fs::create_hard_link(folder / "in" / "renamed.wav", folder / "in" / "hard.wav");
    EXPECT_THAT(news_until("hard.wav"), ElementsAre("moved.wav", "renamed.wav", "link.wav", "hard.wav"));
}

TEST_F(WatchedFolder, SaysNothingOfFoldersAndOfWhatGoes) {
    fs::create_directory(folder / "in" / "below");
    write(folder / "in" / "below" / "deep.wav");
    write(folder / "in" / "first.wav");
    fs::remove(folder / "in" / "first.wav");
    write(folder / "in" / "last.wav");
    EXPECT_THAT(news_until("last.wav"), ElementsAre("first.wav", "last.wav"));
}

TEST_F(WatchedFolder, TellsOfItsOwnEnd) {
    fs::rename(folder / "in", folder / "out");
    EXPECT_THAT(news_until("gone"), ElementsAre("gone"));
}

TEST_F(WatchedFolder, HasToBeAFolder) {
    write(folder / "file");
    EXPECT_THROW(FolderWatch(context.get_executor(), folder / "file"), Failure);
    EXPECT_THROW(FolderWatch(context.get_executor(), folder / "missing"), Failure);
}

}  // namespace repartee::app
