#include "capacity/processes_in_use.h"

#include "capacity/cores.h"

#include <gmock/gmock.h>

namespace repartee::capacity {
namespace {

TEST(ProcessStat, ReadsParentAndTimes) {
    auto stat = parse_process_stat(
        "1234 (a name) with) brackets) S 77 1234 1234 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 1 0 5 6 7", 100);
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->parent, 77);
    EXPECT_DOUBLE_EQ(stat->seconds, 2.0);
}

TEST(ProcessStat, IsNothingForNonsense) {
    EXPECT_FALSE(parse_process_stat("", 100));
    EXPECT_FALSE(parse_process_stat("12 (x) S 1 2", 100));
    EXPECT_FALSE(parse_process_stat("12 x S 1 2 3 4 5 6 7 8 9 10 11 12 13", 100));
}

TEST(Descendants, AreChildrenAndTheirChildren) {
    std::map<pid_t, pid_t> parents{{1, 0}, {5, 1}, {6, 5}, {7, 6}, {8, 1}, {4, 7}};
    EXPECT_THAT(descendants_of(5, parents), testing::UnorderedElementsAre(6, 7, 4));
    EXPECT_THAT(descendants_of(8, parents), testing::IsEmpty());
    // A number that was given anew may look like a ring.
    std::map<pid_t, pid_t> ring{{2, 3}, {3, 2}};
    EXPECT_THAT(descendants_of(2, ring), testing::UnorderedElementsAre(3));
}

TEST(ProcessesInUse, SeesWhatWeTake) {
    ProcessesInUse processes;
    processes.find();
    auto before = processes.seconds();
    EXPECT_GE(processes.seconds(), before);
}

TEST(Cores, AreWhatAContainerLeaves) {
    EXPECT_DOUBLE_EQ(cores_in("150000 100000\n").value(), 1.5);
    EXPECT_FALSE(cores_in("max 100000\n"));
    EXPECT_FALSE(cores_in(""));
    EXPECT_GE(usable_cores(), 0.1);
}

}  // namespace
}  // namespace repartee::capacity
