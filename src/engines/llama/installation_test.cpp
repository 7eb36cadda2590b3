#include "engines/llama/installation.h"

#include <gmock/gmock.h>

#include <fstream>
#include <unistd.h>

namespace repartee::engines::llama {

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class Installation : public testing::Test {
protected:
    ~Installation() override { fs::remove_all(root_); }

    fs::path put(const fs::path& name, bool executable = true) const {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name) << "x";
        fs::permissions(root_ / name, executable ? fs::perms::owner_all : fs::perms::owner_read);
        return root_ / name;
    }

    const fs::path root_ = fs::path(testing::TempDir()) / ("repartee-llama-" + std::to_string(::getpid()));
};

}  // namespace

TEST_F(Installation, OfTheKitRunsOnItsOwnLibcAndFindsWhatItComputesWith) {
    auto loader = put("kit/usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1");
    put("kit/usr/lib/aarch64-linux-gnu/libc.so.6");
    put("kit/usr/lib/python3/nothing");
    auto server = put("kit/usr/bin/llama-server");
    auto found = find_server({.kit = root_ / "kit", .path = "/usr/bin"});
    ASSERT_TRUE(found);
    auto libraries = (root_ / "kit/usr/lib/aarch64-linux-gnu").string();
    EXPECT_EQ(found->executable, loader);
    EXPECT_THAT(found->arguments,
                ElementsAre("--library-path", libraries + ":" + libraries + "/llama", server.string()));
    EXPECT_EQ(found->working_directory, libraries + "/ggml/backends0");
}

TEST_F(Installation, IsTheOneThatIsNamedAndNoOther) {
    put("kit/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
    put("kit/usr/bin/llama-server");
    auto own = put("own/llama-server");
    auto found = find_server({.named = own, .kit = root_ / "kit"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->executable, own);
    EXPECT_TRUE(found->arguments.empty());
    EXPECT_FALSE(find_server({.named = root_ / "gone", .kit = root_ / "kit"}));
}

TEST_F(Installation, IsTheFirstInThePathWhereThereIsNoKit) {
    put("a/llama-server", false);
    auto second = put("b/llama-server");
    put("c/llama-server");
    auto path =
        "relative::" + (root_ / "a").string() + ":" + (root_ / "b").string() + ":" + (root_ / "c").string();
    EXPECT_EQ(find_server({.path = path})->executable, second);
    EXPECT_EQ(find_server({.kit = root_ / "no-kit", .path = path})->executable, second);
    EXPECT_FALSE(find_server({.path = (root_ / "a").string()}));
    EXPECT_FALSE(find_server({}));
}

}  // namespace repartee::engines::llama
