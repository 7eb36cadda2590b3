// A child process: started, watched, ended.
//
// It never outlives its owner: destroying a Child kills it, and the kernel kills it when the thread
// that started it ends, whatever became of this process. Start children from threads that live as
// long as the program.
#pragma once

#include "base/async.h"
#include "base/error.h"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace repartee::processes {

struct Program {
    std::filesystem::path executable;
    std::vector<std::string> arguments = {};  // without its own name
    // Descriptors of ours that it gets, as 3, 4 ...: the others are closed for it.
    std::vector<int> descriptors = {};
    // "NAME=value", besides what it gets of our environment: not seen by other users of the machine, as
    // arguments are. They take the place of ours.
    std::vector<std::string> environment = {};
    std::filesystem::path working_directory = {};  // empty: ours
    // Bytes of memory that it may fill, files that are only read not counted; 0: as many as there are.
    std::size_t most_memory = 0;
    // Its standard output comes to us (Child::words), and what we write to its standard input is for it
    // (Child::say).
    bool converses = false;
};

class Child {
public:
    // Of our environment it gets what programs need to find their way, and no keys or passwords.
    // Its standard input ends when this Child is destroyed, its standard output is nowhere unless it
    // converses. It is the first of a process group of its own, so that Ctrl-C at a terminal reaches only us.
    // Throws Failure{Unavailable} when it cannot be started, with the reason.
    static Child start(const Executor& executor, const Program& program);

    // Ends its standard input, and kills it if it has not ended a moment (50 ms) later.
    ~Child();
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;

    pid_t pid() const { return pid_; }

    // How it ended: "exited with 3", "was killed by signal 9 (Killed)". Does not reap it.
    awaitable<std::string> ended();

    // It and what it has started itself. The end comes soon, and `ended` tells.
    void kill();

    // More of what it writes to standard error, at most 4 KiB; nothing at its end.
    awaitable<std::optional<std::string>> complaint();

    // --- with a program that converses ---

    // More of what it writes to standard output, at most 64 KiB; nothing at its end.
    awaitable<std::optional<std::string>> words();
    // All of it to its standard input, one call after the other; false when it does not listen any more.
    // Waits as long as it reads more slowly than we write. After a cancelled one nothing more can be said.
    awaitable<bool> say(std::string text);

private:
    Child(const Executor& executor, pid_t pid, int handle, int lifeline, int words, int errors);
    static awaitable<std::optional<std::string>> read(asio::posix::stream_descriptor& from, std::size_t most);

    pid_t pid_;
    asio::posix::stream_descriptor handle_;    // becomes readable when it has ended
    asio::posix::stream_descriptor lifeline_;  // its standard input
    asio::posix::stream_descriptor words_;     // its standard output, where it converses
    asio::posix::stream_descriptor errors_;    // its standard error
};

// A program that lies beside ours, wherever that is installed.
std::filesystem::path beside_us(std::string_view name);

}  // namespace repartee::processes
