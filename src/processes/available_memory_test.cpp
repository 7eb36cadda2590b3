#include "processes/available_memory.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <unistd.h>

namespace repartee::processes {

namespace {

class AvailableMemory : public testing::Test {
protected:
    ~AvailableMemory() override { std::filesystem::remove_all(root_); }

    void put(const std::filesystem::path& name, const char* text) const {
        std::filesystem::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name) << text;
    }

    const std::filesystem::path root_ =
        std::filesystem::path(testing::TempDir()) / ("repartee-memory-" + std::to_string(::getpid()));
};

}  // namespace

TEST_F(AvailableMemory, IsWhatTheMachineHas) {
    EXPECT_FALSE(available_memory(root_));
    put("proc/meminfo", "MemTotal:       8000 kB\nMemFree:         100 kB\nMemAvailable:   3000 kB\n");
    EXPECT_EQ(available_memory(root_), 3000U << 10);
}

TEST_F(AvailableMemory, IsNoMoreThanAnyGroupLeaves) {
    put("proc/meminfo", "MemAvailable:   3000 kB\n");
    put("proc/self/cgroup", "0::/outer/inner\n");
    put("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    put("sys/fs/cgroup/outer/inner/memory.current", "1000\n");
    EXPECT_EQ(available_memory(root_), 3000U << 10);
    put("sys/fs/cgroup/outer/memory.max", "1000000\n");
    put("sys/fs/cgroup/outer/memory.current", "700000\n");
    EXPECT_EQ(available_memory(root_), 300'000U);
    put("sys/fs/cgroup/outer/memory.stat", "anon 500000\ninactive_file 200000\n");
    EXPECT_EQ(available_memory(root_), 500'000U);
}

TEST_F(AvailableMemory, OfAContainerIsWhatItLeaves) {
    put("proc/meminfo", "MemAvailable:   3000 kB\n");
    put("proc/self/cgroup", "0::/\n");
    put("sys/fs/cgroup/memory.max", "5000\n");
    put("sys/fs/cgroup/memory.current", "6000\n");
    EXPECT_EQ(available_memory(root_), 0U);
}

TEST(AvailableMemoryHere, IsSomething) {
    EXPECT_GT(available_memory().value_or(0), 1U << 20);
}

}  // namespace repartee::processes
