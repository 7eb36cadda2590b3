#include "processes/child.h"

#include "base/descriptor.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace repartee::processes {

namespace {

// Why not Boost.Process: between fork and exec a program with threads may do next to nothing, and
// version 2 as of Boost 1.81 rebuilds Asio's services there.

// What a child that watches its standard input gets to end by itself and to collect its own children.
// One that hangs holds us up for so long, which happens once in its life.
constexpr int time_to_end_ms = 50;

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw Failure(ErrorKind::Unavailable, "The server has no descriptors left.",
                          std::strerror(errno));
        }
        out.reset(ends[0]);
        in.reset(ends[1]);
    }
    Descriptor out;
    Descriptor in;
};

// What the child needs, laid out before the fork: after it nothing may be allocated.
struct Plan {
    const char* executable;
    std::vector<char*> arguments;    // ended by null
    std::vector<char*> environment;  // likewise
    const char* working_directory;   // or null
    rlim_t most_memory;
    std::vector<int> descriptors;  // which become 0, 1, 2 ...
    int report;                    // where to say why it could not be started
    pid_t parent;
};

// What a program needs of ours to find its libraries, its data and its language. The rest holds keys. Without
// what it is given itself: of two with one name the first would count.
std::vector<char*> harmless_environment(const std::vector<std::string>& given) {
    static constexpr std::array<std::string_view, 16> names{"PATH=",
                                                            "HOME=",
                                                            "LANG=",
                                                            "LC_ALL=",
                                                            "TZ=",
                                                            "TMPDIR=",
                                                            "LD_LIBRARY_PATH=",
                                                            "ESPEAK_DATA_PATH=",
                                                            "GGML_BACKEND_PATH=",
                                                            "GGML_VK_VISIBLE_DEVICES=",
                                                            "CUDA_VISIBLE_DEVICES=",
                                                            "VK_DRIVER_FILES=",
                                                            "VK_ICD_FILENAMES=",
                                                            "ASAN_OPTIONS=",
                                                            "TSAN_OPTIONS=",
                                                            "UBSAN_OPTIONS="};
    std::vector<char*> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (std::ranges::any_of(names, [&](auto name) {
                return std::string_view(*entry).starts_with(name) &&
                       std::ranges::none_of(given, [&](const auto& own) { return own.starts_with(name); });
            })) {
            environment.push_back(*entry);
        }
    }
    return environment;
}

// In the child: only calls that are safe after a fork among threads.
[[noreturn]] void become(const Plan& plan) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) {
        ::_exit(127);  // we have gone in the meantime
    }
    ::setpgid(0, 0);
    for (int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
        ::signal(signal, SIG_DFL);
    }
    ::signal(SIGUSR2, SIG_IGN);  // is for us, and may be sent to all of a service
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // First out of the way, then into place: the two ranges may overlap.
    auto count = static_cast<int>(plan.descriptors.size());
    int report = ::fcntl(plan.report, F_DUPFD_CLOEXEC, 2 * count + 1);
    int out_of_the_way = 2 * count + 2;
    std::array<int, 16> moved{};
    for (int i = 0; i < count; ++i) {
        moved[static_cast<std::size_t>(i)] =
            ::fcntl(plan.descriptors[static_cast<std::size_t>(i)], F_DUPFD_CLOEXEC, out_of_the_way);
    }
    for (int i = 0; i < count; ++i) {
        ::dup2(moved[static_cast<std::size_t>(i)], i);
    }
    // Everything that is not handed over is marked, so that it closes with exec.
    ::close_range(static_cast<unsigned>(count), ~0U, CLOSE_RANGE_CLOEXEC);
    if (plan.most_memory != RLIM_INFINITY) {
        // Not its address space: libraries reserve far more of that than they ever fill.
        rlimit memory{plan.most_memory, plan.most_memory};
        ::setrlimit(RLIMIT_DATA, &memory);
    }
    bool is_there = plan.working_directory == nullptr || ::chdir(plan.working_directory) == 0;
    if (is_there) {
        ::execve(plan.executable, plan.arguments.data(), plan.environment.data());
    }
    int reason = errno;
    [[maybe_unused]] auto written = ::write(report, &reason, sizeof reason);
    ::_exit(127);
}

std::string in_words(const siginfo_t& end) {
    if (end.si_code == CLD_EXITED) {
        return fmt::format("exited with {}", end.si_status);
    }
    return fmt::format("was killed by signal {} ({})", end.si_status, ::strsignal(end.si_status));
}

}  // namespace

Child Child::start(const Executor& executor, const Program& program) {
    auto name = program.executable.filename().string();
    auto unavailable = [&](std::string_view why) {
        return Failure(ErrorKind::Unavailable, fmt::format("{} could not be started: {}.", name, why),
                       program.executable.string());
    };
    Pipe lifeline;
    Pipe words_of_it;
    Pipe errors;
    Pipe report;
    Descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));

    auto path = program.executable.string();
    auto folder = program.working_directory.string();
    std::vector<std::string> words{path};
    words.insert(words.end(), program.arguments.begin(), program.arguments.end());
    auto more_environment = program.environment;
    Plan plan{.executable = path.c_str(),
              .arguments = {},
              .environment = harmless_environment(program.environment),
              .working_directory = folder.empty() ? nullptr : folder.c_str(),
              .most_memory = program.most_memory > 0 ? program.most_memory : RLIM_INFINITY,
              .descriptors = {lifeline.out.get(), program.converses ? words_of_it.in.get() : nowhere.get(),
                              errors.in.get()},
              .report = report.in.get(),
              .parent = ::getpid()};
    for (auto& word : words) {
        plan.arguments.push_back(word.data());
    }
    plan.arguments.push_back(nullptr);
    for (auto& variable : more_environment) {
        plan.environment.push_back(variable.data());
    }
    plan.environment.push_back(nullptr);
    plan.descriptors.insert(plan.descriptors.end(), program.descriptors.begin(), program.descriptors.end());

    pid_t pid = ::fork();
    if (pid == 0) {
        become(plan);
    }
    if (pid < 0) {
        throw unavailable(std::strerror(errno));
    }
    report.in.reset();
    int reason = 0;
    auto size = ::read(report.out.get(), &reason, sizeof reason);
    auto handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));  // glibc 2.36 declares it for C only
    if (handle < 0) {
        auto why = std::strerror(errno);
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        throw unavailable(why);
    }
    Child child(executor, pid, handle, lifeline.in.release(),
                program.converses ? words_of_it.out.release() : -1, errors.out.release());
    if (size > 0) {
        throw unavailable(std::strerror(reason));
    }
    return child;
}

Child::Child(const Executor& executor, pid_t pid, int handle, int lifeline, int words, int errors)
    : pid_(pid),
      handle_(executor, handle),
      lifeline_(executor, lifeline),
      words_(executor),
      errors_(executor, errors) {
    if (words >= 0) {
        words_.assign(words);
    }
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      handle_(std::move(other.handle_)),
      lifeline_(std::move(other.lifeline_)),
      words_(std::move(other.words_)),
      errors_(std::move(other.errors_)) {}

Child::~Child() {
    if (pid_ > 0) {
        boost::system::error_code ignored;
        lifeline_.close(ignored);
        pollfd end{handle_.native_handle(), POLLIN, 0};
        ::poll(&end, 1, time_to_end_ms);
        kill();
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
        // Its own children are ours now, where nobody else collects them.
        while (::waitpid(-pid_, nullptr, 0) > 0) {
        }
    }
}

void Child::kill() {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);  // before it has a group of its own
}

awaitable<std::string> Child::ended() {
    auto pid = static_cast<id_t>(pid_);
    co_await handle_.async_wait(asio::posix::stream_descriptor::wait_read, use_awaitable);
    siginfo_t end{};
    ::waitid(P_PID, pid, &end, WEXITED | WNOWAIT);
    co_return in_words(end);
}

awaitable<std::optional<std::string>> Child::complaint() {
    return read(errors_, 4096);
}

awaitable<std::optional<std::string>> Child::words() {
    return read(words_, std::size_t{64} << 10);
}

awaitable<bool> Child::say(std::string text) {
    auto [error, size] =
        co_await asio::async_write(lifeline_, asio::buffer(text), asio::as_tuple(use_awaitable));
    if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
    }
    co_return !error && size == text.size();
}

awaitable<std::optional<std::string>> Child::read(asio::posix::stream_descriptor& from, std::size_t most) {
    std::string words(most, '\0');
    auto [error, size] = co_await from.async_read_some(asio::buffer(words), asio::as_tuple(use_awaitable));
    if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
    }
    if (error) {
        co_return std::nullopt;
    }
    words.resize(size);
    co_return words;
}

std::filesystem::path beside_us(std::string_view name) {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / name;
}

}  // namespace repartee::processes
