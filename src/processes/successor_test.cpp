#include "processes/successor.h"

#include "base/descriptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

namespace repartee::processes {
namespace {

using testing::HasSubstr;

struct Pipe {
    Pipe() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        out.reset(ends[0]);
        in.reset(ends[1]);
    }
    // What the other side says until it ends.
    std::string rest() {
        in.reset();
        std::string all;
        char some[1000];
        for (auto size = ::read(out.get(), some, sizeof some); size > 0;
             size = ::read(out.get(), some, sizeof some)) {
            all.append(some, static_cast<std::size_t>(size));
        }
        return all;
    }
    Descriptor out;
    Descriptor in;
};

std::string told_by(const std::string& script, std::vector<std::string> environment = {}) {
    Pipe pipe;
    Descriptor mine(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC: a library's, perhaps
    start_successor({.executable = "/bin/sh",
                     .arguments = {"sh", "-c", script},
                     .environment = std::move(environment),
                     .bequests = {{"words", pipe.in.get()}, {"again", pipe.in.get()}}});
    return pipe.rest();
}

TEST(Successor, GetsWhatIsLeftToIt) {
    EXPECT_EQ(told_by("echo $LISTEN_FDS $LISTEN_FDNAMES >&3; test $LISTEN_PID = $$ && echo mine >&4"),
              "2 words:again\nmine\n");
}

TEST(Successor, GetsTheEnvironmentAndNoOldWordsInIt) {
    EXPECT_EQ(told_by("echo $COLOUR $LISTEN_FDS >&3", {"COLOUR=red", "LISTEN_FDS=17", "LISTEN_PID=1"}),
              "red 2\n");
}

TEST(Successor, GetsNothingElseOfWhatIsOpen) {
    // By a shell below: this one would have a descriptor more, for a pipe or to come back from a file.
    EXPECT_EQ(told_by("(ls /proc/$$/fd >&3); true"), "0\n1\n2\n3\n4\n");
}

TEST(Successor, IsNotEndedBySignalsThatCanWait) {
    // Bits 10, SIGUSR2, and 1, SIGHUP, of those that are ignored.
    auto ignored = told_by("grep SigIgn /proc/$$/status >&3");
    auto bits = std::stoul(ignored.substr(ignored.find(':') + 1), nullptr, 16);
    EXPECT_TRUE(bits & (1UL << (SIGUSR2 - 1)));
    EXPECT_TRUE(bits & (1UL << (SIGHUP - 1)));
}

TEST(Successor, StandsBesideUs) {
    EXPECT_EQ(told_by("echo $PPID >&3"), std::to_string(::getppid()) + "\n");
}

TEST(Successor, ThatCannotBeStartedIsToldAbout) {
    Pipe pipe;
    try {
        start_successor({.executable = "/no/such/program",
                         .arguments = {"program"},
                         .environment = {},
                         .bequests = {{"words", pipe.in.get()}}});
        FAIL() << "nobody has noticed";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
        EXPECT_THAT(failure.error().message, HasSubstr("/no/such/program cannot be started: No such file"));
    }
    EXPECT_EQ(pipe.rest(), "");
}

}  // namespace
}  // namespace repartee::processes
