#include "processes/child.h"

#include "base/test_loop.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace repartee::processes {

namespace {

Program shell(std::string script) {
    return {.executable = "/bin/sh", .arguments = {"-c", std::move(script)}};
}

awaitable<void> watch(Child& child, std::string& end) {
    end = co_await child.ended();
}

std::string end_of(Child& child, asio::io_context& context) {
    std::string end;
    asio::co_spawn(context, watch(child, end), [](std::exception_ptr) {});
    context.restart();
    context.run_for(std::chrono::seconds(30));
    return end;
}

}  // namespace

TEST(Child, TellsHowItEnded) {
    asio::io_context context;
    auto exits = Child::start(context.get_executor(), shell("exit 3"));
    EXPECT_EQ(end_of(exits, context), "exited with 3");
    auto dies = Child::start(context.get_executor(), shell("kill -9 $$"));
    EXPECT_EQ(end_of(dies, context), "was killed by signal 9 (Killed)");
}

TEST(Child, SaysWhyItCannotBeStarted) {
    asio::io_context context;
    try {
        Program program{.executable = "/nowhere/to/be/found"};
        Child::start(context.get_executor(), program);
        FAIL() << "it started";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
        EXPECT_EQ(failure.error().message, "found could not be started: No such file or directory.");
    }
}

TEST(Child, HasWhatItIsGivenInPlaceOfOurs) {
    asio::io_context context;
    auto program =
        shell("test $(grep -cz ^PATH= /proc/$$/environ) = 1 && test $PATH = /usr/bin:/bin:/nowhere");
    program.environment = {"PATH=/usr/bin:/bin:/nowhere"};
    auto child = Child::start(context.get_executor(), program);
    EXPECT_EQ(end_of(child, context), "exited with 0");
}

TEST(Child, IsKilledWithItsOwnChildrenWhenItIsLetGo) {
    asio::io_context context;
    int ends[2] = {};
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    auto program = shell("sleep 1000 & wait");
    program.descriptors = {ends[1]};
    {
        auto child = Child::start(context.get_executor(), program);
        EXPECT_EQ(::kill(-child.pid(), 0), 0);
    }
    // Both held the pipe open; the kernel closes it for the dead.
    ::close(ends[1]);
    pollfd end{ends[0], POLLIN, 0};
    EXPECT_EQ(::poll(&end, 1, 30'000), 1);
    EXPECT_EQ(end.revents, POLLHUP);
    ::close(ends[0]);
}

TEST(Child, ReadsNothingAndComplainsToUs) {
    asio::io_context context;
    auto child = Child::start(context.get_executor(), shell("echo out; echo trouble >&2; cat; exit 0"));
    std::optional<std::string> words;
    auto listen = [](Child& from, std::optional<std::string>& into) -> awaitable<void> {
        into = co_await from.complaint();
    };
    asio::co_spawn(context, listen(child, words), [](std::exception_ptr) {});
    context.run_for(std::chrono::seconds(30));
    EXPECT_EQ(words, "trouble\n");
}

TEST(Child, GetsTheDescriptorsItIsGivenAndNoOthers) {
    asio::io_context context;
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    auto program = shell("test -e /proc/self/fd/3 && test ! -e /proc/self/fd/4 && exit 7");
    program.descriptors = {ends[1]};
    auto child = Child::start(context.get_executor(), program);
    EXPECT_EQ(end_of(child, context), "exited with 7");
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(Child, GetsNoKeys) {
    asio::io_context context;
    ::setenv("CHILD_TEST_API_KEY", "secret", 1);
    auto child = Child::start(context.get_executor(),
                              shell("test -z \"$CHILD_TEST_API_KEY\" && test -n \"$PATH\" && exit 7"));
    EXPECT_EQ(end_of(child, context), "exited with 7");
}

TEST(Child, GetsAnEnvironmentAFolderAndALimitOfItsOwn) {
    asio::io_context context;
    auto program =
        shell("test \"$KEY\" = secret && test \"$PWD\" = / && test $(ulimit -d) = 65536 && exit 7");
    program.environment = {"KEY=secret"};
    program.working_directory = "/";
    program.most_memory = std::size_t{64} << 20;
    auto child = Child::start(context.get_executor(), program);
    EXPECT_EQ(end_of(child, context), "exited with 7");
    program.working_directory = "/nowhere/to/be/found";
    EXPECT_THROW(Child::start(context.get_executor(), program), Failure);
}

TEST(Child, EndsWhenItIsKilled) {
    asio::io_context context;
    auto child = Child::start(context.get_executor(), shell("sleep 1000"));
    child.kill();
    EXPECT_EQ(end_of(child, context), "was killed by signal 9 (Killed)");
}

}  // namespace repartee::processes

namespace repartee::processes {

namespace {

awaitable<void> talk(Child& child, std::string& heard, bool& was_listened_to) {
    was_listened_to = co_await child.say("one\ntwo\n");
    while (auto words = co_await child.words()) {
        heard += *words;
    }
}

}  // namespace

TEST(Child, ConversesWhereItShould) {
    asio::io_context context;
    auto program = shell("read a; read b; echo \"$b $a\"");
    program.converses = true;
    auto child = Child::start(context.get_executor(), program);
    std::string heard;
    bool was_listened_to = false;
    asio::co_spawn(context, talk(child, heard, was_listened_to), [](std::exception_ptr) {});
    context.run_for(std::chrono::seconds(30));
    EXPECT_TRUE(was_listened_to);
    EXPECT_EQ(heard, "two one\n");
}

}  // namespace repartee::processes
