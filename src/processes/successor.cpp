#include "processes/successor.h"

#include "base/descriptor.h"
#include "processes/inherited.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace repartee::processes {

namespace {

// Room for the digits of any process.
constexpr std::string_view pid_goes_here = "LISTEN_PID=00000000000000000000";

// Laid out before the process divides: after that nothing may be allocated, since other threads may have held
// locks.
struct Will {
    const char* executable;
    std::vector<char*> arguments;    // ended by null
    std::vector<char*> environment;  // likewise
    char* pid_digits;                // in the environment, where the number is written
    std::vector<int> descriptors;    // which become 3, 4 ...
    int report;                      // where to say why it could not be started
};

// Signals that mean something only later to who starts, and would end it before.
void ignore_for_now(int signal) {
    struct sigaction ignoring{};
    ignoring.sa_handler = SIG_IGN;
    ::sigaction(signal, &ignoring, nullptr);
}

void write_digits(char* to, long number) {
    std::array<char, 20> digits{};
    std::size_t count = 0;
    do {
        digits[count++] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *to++ = digits[--count];
    }
    *to = '\0';
}

// In the new process: only calls that are safe after a fork among threads.
[[noreturn]] void begin_anew(const Will& will) {
    ignore_for_now(SIGUSR2);
    ignore_for_now(SIGHUP);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // First out of the way, then into place: the two ranges may overlap.
    const auto count = static_cast<int>(will.descriptors.size());
    const int out_of_the_way = first_inherited + count + 1;
    const int report = ::fcntl(will.report, F_DUPFD_CLOEXEC, out_of_the_way);
    std::array<int, most_inherited> moved{};
    for (int i = 0; i < count; ++i) {
        moved[static_cast<std::size_t>(i)] =
            ::fcntl(will.descriptors[static_cast<std::size_t>(i)], F_DUPFD_CLOEXEC, out_of_the_way);
    }
    for (int i = 0; i < count; ++i) {
        ::dup2(moved[static_cast<std::size_t>(i)], first_inherited + i);
    }
    // Connections above all: callers would wait for the goodbye of somebody who does not know them.
    ::close_range(static_cast<unsigned>(first_inherited + count), ~0U, CLOSE_RANGE_CLOEXEC);
    write_digits(will.pid_digits, ::syscall(SYS_getpid));
    ::execve(will.executable, will.arguments.data(), will.environment.data());
    const int reason = errno;
    [[maybe_unused]] const auto written = ::write(report, &reason, sizeof reason);
    ::_exit(127);
}

Failure cannot_be_started(const std::filesystem::path& executable, int reason) {
    return {ErrorKind::Unavailable,
            fmt::format("{} cannot be started: {}", executable.string(), std::strerror(reason))};
}

}  // namespace

pid_t start_successor(const Succession& succession) {
    if (::getpid() == 1) {
        throw Failure(ErrorKind::Unavailable,
                      "This is process 1, and when it ends everything here ends with it: nobody can take its "
                      "place. Start another container and let this one go, or run it below an init.");
    }
    if (succession.bequests.size() > most_inherited) {
        throw Failure(ErrorKind::Unavailable, "There are more sockets than can be handed over.");
    }
    auto arguments = succession.arguments;
    auto environment = succession.environment;
    std::erase_if(environment, [](const std::string& entry) { return entry.starts_with("LISTEN_"); });
    std::string names;
    Will will{.executable = succession.executable.c_str(),
              .arguments = {},
              .environment = {},
              .pid_digits = nullptr,
              .descriptors = {},
              .report = -1};
    for (const auto& bequest : succession.bequests) {
        names += (names.empty() ? "" : ":") + bequest.name;
        will.descriptors.push_back(bequest.descriptor);
    }
    environment.push_back(fmt::format("LISTEN_FDS={}", succession.bequests.size()));
    environment.push_back("LISTEN_FDNAMES=" + names);
    environment.emplace_back(pid_goes_here);
    for (auto& argument : arguments) {
        will.arguments.push_back(argument.data());
    }
    will.arguments.push_back(nullptr);
    for (auto& entry : environment) {
        will.environment.push_back(entry.data());
    }
    will.environment.push_back(nullptr);
    will.pid_digits = environment.back().data() + pid_goes_here.find('=') + 1;

    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw cannot_be_started(succession.executable, errno);
    }
    Descriptor from_there(ends[0]);
    Descriptor to_here(ends[1]);
    will.report = to_here.get();

    // Not fork(): whose child it is to be only the system call lets us say.
    const auto pid =
        static_cast<pid_t>(::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (pid == 0) {
        begin_anew(will);
    }
    if (pid < 0) {
        throw cannot_be_started(succession.executable, errno);
    }
    to_here.reset();
    int reason = 0;
    ssize_t said = 0;
    do {
        said = ::read(from_there.get(), &reason, sizeof reason);
    } while (said < 0 && errno == EINTR);  // a signal of ours is no news of it
    if (said > 0) {
        throw cannot_be_started(succession.executable, reason);
    }
    return pid;
}

std::vector<std::string> own_environment() {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        all.emplace_back(*entry);
    }
    return all;
}

}  // namespace repartee::processes
