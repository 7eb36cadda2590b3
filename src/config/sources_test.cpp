#include "config/settings_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

namespace repartee::config {
namespace {

namespace fs = std::filesystem;

// A directory of its own for each test.
class SourcesOnDisk : public testing::Test {
protected:
    SourcesOnDisk() {
        std::string name = (fs::temp_directory_path() / "repartee-settings-XXXXXX").string();
        directory_ = mkdtemp(name.data());
    }
    ~SourcesOnDisk() override { fs::remove_all(directory_); }

    void write(const std::string& name, std::string_view text) const {
        std::ofstream(directory_ / name, std::ios::binary) << text;
    }
    Sources gather(Environment environment = {}) const {
        return sources_on_disk(std::move(environment), {.directory = directory_});
    }
    std::string path(const std::string& name) const { return (directory_ / name).string(); }

    fs::path directory_;
};

TEST_F(SourcesOnDisk, NeedNoFiles) {
    const Sources sources = gather({{"PORT", "1"}});
    EXPECT_EQ(to_text(sources.mistakes), "");
    EXPECT_EQ(sources.file_text, "");
    EXPECT_NE(sources.environment.find("port"), nullptr);
}

TEST_F(SourcesOnDisk, AreFoundInTheDirectory) {
    write("repartee.toml", "[server]\n");
    write(".env", "PORT=1\n");
    const Sources sources = gather();
    EXPECT_EQ(sources.file_name, path("repartee.toml"));
    EXPECT_EQ(sources.file_text, "[server]\n");
    EXPECT_EQ(sources.dotenv_text, "PORT=1\n");
}

TEST_F(SourcesOnDisk, AVariableNamesTheFile) {
    write("other.toml", "# other");
    write("third.toml", "# third");
    write(".env", "REPARTEE_CONFIG=" + path("other.toml"));
    EXPECT_EQ(gather().file_text, "# other");
    EXPECT_EQ(gather({{"REPARTEE_CONFIG", path("third.toml")}}).file_text, "# third");
    const Sources given = sources_on_disk({{"REPARTEE_CONFIG", path("third.toml")}},
                                          {.file = path("other.toml"), .directory = directory_});
    EXPECT_EQ(given.file_text, "# other");
}

TEST_F(SourcesOnDisk, AFileThatWasNamedHasToBeThere) {
    EXPECT_EQ(to_text(gather({{"REPARTEE_CONFIG", path("none.toml")}}).mistakes),
              path("none.toml") + ": there is no such file\n");
    EXPECT_EQ(to_text(gather({{"REPARTEE_CONFIG", directory_.string()}}).mistakes),
              directory_.string() + ": this is a directory; a file was expected\n");
}

TEST_F(SourcesOnDisk, HugeFilesAreRefused) {
    write("repartee.toml", std::string(3 * 1024 * 1024, '#'));
    EXPECT_EQ(to_text(gather().mistakes),
              path("repartee.toml") + ": this file is larger than 1 MiB, so it can hardly hold settings\n");
}

TEST_F(SourcesOnDisk, DotEnvCanBeLeftOut) {
    write(".env", "PORT=1\n");
    EXPECT_EQ(sources_on_disk({}, {.directory = directory_, .dotenv = false}).dotenv_text, "");
}

TEST_F(SourcesOnDisk, MistakesInThemReachTheReading) {
    const Sources sources = gather({{"REPARTEE_CONFIG", path("none.toml")}});
    EXPECT_EQ(read({}, sources).mistakes.size(), 1u);
}

}  // namespace
}  // namespace repartee::config
