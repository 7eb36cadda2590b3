#include "workers/host.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repartee::workers {

namespace {

// Connections that wait until there is a place.
constexpr int backlog = 64;

struct Guest {
    pid_t pid;
    int connection;
};

// --- where to listen ---

Failure cannot_listen(std::string_view uri) {
    return {ErrorKind::Unavailable,
            fmt::format("cannot listen at {}: {}", uri, std::generic_category().message(errno))};
}

int listen_at_path(const std::string& path, const std::string& uri) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw Failure(ErrorKind::Unprocessable, fmt::format("the path of {} is too long", uri));
    }
    std::memcpy(address.sun_path, path.c_str(), path.size());
    int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // What an earlier run has left behind; anything but a socket is somebody's file.
    if (std::error_code ignored; std::filesystem::is_socket(path, ignored)) {
        ::unlink(path.c_str());
    }
    if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket, backlog) != 0) {
        throw cannot_listen(uri);
    }
    return socket;
}

int listen_at_port(const std::string& host, const std::string& port, const std::string& uri) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    if (int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
        throw Failure(ErrorKind::Unprocessable, fmt::format("{}: {}", uri, ::gai_strerror(error)));
    }
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    int socket = ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol);
    int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(socket, found->ai_addr, found->ai_addrlen) != 0 || ::listen(socket, backlog) != 0) {
        throw cannot_listen(uri);
    }
    return socket;
}

// "tcp://127.0.0.1:10200" or "unix:///run/espeak.sock"
int listen_at(const std::string& uri) {
    constexpr std::string_view tcp = "tcp://";
    constexpr std::string_view local = "unix://";
    if (uri.starts_with(local)) {
        return listen_at_path(uri.substr(local.size()), uri);
    }
    auto colon = uri.rfind(':');
    if (!uri.starts_with(tcp) || colon < tcp.size()) {
        throw Failure(ErrorKind::Unprocessable,
                      fmt::format("'{}' is neither tcp://HOST:PORT nor unix:///PATH", uri));
    }
    auto name = uri.substr(tcp.size(), colon - tcp.size());
    if (name.starts_with('[') && name.ends_with(']')) {
        name = name.substr(1, name.size() - 2);
    }
    return listen_at_port(name, uri.substr(colon + 1), uri);
}

// The server's socket has no file whose permissions could keep other users of the machine out.
bool is_ours(int connection) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

// Of connections over TCP: what is said leaves at once, and a client that is switched off does not keep its
// place. On others the kernel declines.
void tune(int connection) {
    auto set = [&](int level, int option, int value) {
        ::setsockopt(connection, level, option, &value, sizeof value);
    };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 60);  // seconds
    set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);  // milliseconds
}

// --- one connection, in its own process ---

// When the machine runs out of memory, it shall be this copy and not the server.
void be_the_first_to_go() {
    if (int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); file >= 0) {
        [[maybe_unused]] auto written = ::write(file, "1000", 4);
        ::close(file);
    }
}

void converse(const Engine& engine, Wire& wire) {
    while (auto event = wire.read()) {
        engine.serve(wire, std::move(*event));
    }
}

wyoming::Event complaint(std::string_view text, ErrorKind kind, std::string_view detail = {}) {
    return {.type = "error", .data = {{"text", text}, {"code", name_of(kind)}, {"detail", detail}}};
}

void serve_connection(const Engine& engine, int connection) {
    Wire wire(connection, engine.info);
    wyoming::Event fault;
    try {
        if (engine.hosting == Hosting::Copies) {
            processes::confine(engine.confinement);
        }
        converse(engine, wire);
        return;
    } catch (const Failure& failure) {
        fault = complaint(failure.error().message, failure.error().kind, failure.error().detail);
    } catch (const std::bad_alloc&) {
        fault = complaint("It takes too much memory.", ErrorKind::TooLarge);
    } catch (const std::exception& failure) {
        fault = complaint("The worker failed.", ErrorKind::ProviderBroke, failure.what());
    }
    wire.write_last(fault);
    wire.hear_out();
}

// In a copy of the program. Exits; nothing of the copied process is unwound.
[[noreturn]] void be_its_copy(const Engine& engine, int connection) {
    be_the_first_to_go();
    serve_connection(engine, connection);
    ::_exit(0);
}

// --- the process that listens ---

// A library that begins a thread begins it with our signals: one that takes SIGCHLD would lose it for us, and
// the end of a copy with it.
void keep_news_of_children() {
    sigset_t children{};
    ::sigemptyset(&children);
    ::sigaddset(&children, SIGCHLD);
    ::pthread_sigmask(SIG_BLOCK, &children, nullptr);
}

class Porch {
public:
    Porch(const Engine& engine, int door, bool supervised, std::size_t places)
        : engine_(engine), door_(door), supervised_(supervised), places_(places) {
        ::sigemptyset(&signals_);
        for (int signal : {SIGCHLD, SIGTERM, SIGINT}) {
            ::sigaddset(&signals_, signal);
        }
        ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        news_ = ::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
    }

    void run() {
        while (!ended_) {
            wait();
        }
        for (const auto& guest : guests_) {
            ::kill(guest.pid, SIGKILL);
            ::waitpid(guest.pid, nullptr, 0);
        }
        if (engine_.hosting == Hosting::Threads) {
            ::_exit(0);  // with whatever they are doing
        }
    }

private:
    void wait() {
        // A connection that the server has closed shows as a hang-up, which needs no asking for. Of one
        // over TCP its copy learns when it writes.
        std::vector<pollfd> polled{
            {news_, POLLIN, 0}, {door_, POLLIN, 0}, {supervised_ ? STDIN_FILENO : -1, POLLIN, 0}};
        for (const auto& guest : guests_) {
            polled.push_back({guest.connection, 0, 0});
        }
        if (::poll(polled.data(), polled.size(), -1) < 0) {
            return;
        }
        for (std::size_t i = 0; i < guests_.size(); ++i) {
            if (polled[i + 3].revents != 0) {
                ::kill(guests_[i].pid, SIGKILL);
                ::close(std::exchange(guests_[i].connection, -1));
            }
        }
        ended_ = polled[2].revents != 0;  // the server has gone
        if (polled[0].revents != 0) {
            take_signals();
        }
        if (polled[1].revents != 0) {
            admit();
        }
    }

    void take_signals() {
        signalfd_siginfo signal{};
        while (::read(news_, &signal, sizeof signal) == sizeof signal) {
            ended_ = ended_ || signal.ssi_signo != SIGCHLD;
        }
        for (pid_t pid = ::waitpid(-1, nullptr, WNOHANG); pid > 0; pid = ::waitpid(-1, nullptr, WNOHANG)) {
            auto guest = std::ranges::find(guests_, pid, &Guest::pid);
            if (guest != guests_.end()) {
                if (guest->connection >= 0) {
                    ::close(guest->connection);
                }
                guests_.erase(guest);
            }
        }
    }

    void admit() {
        int connection = ::accept4(door_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) {
            return;
        }
        tune(connection);
        if (guests_.size() + threads_ >= places_) {
            Wire(connection)
                .write(complaint("The server is busy. Please try again in a moment.", ErrorKind::Busy,
                                 "every place is taken"));
            ::close(connection);
            return;
        }
        if (supervised_ && !is_ours(connection)) {
            ::close(connection);
        } else if (engine_.hosting == Hosting::Threads) {
            serve_in_a_thread(connection);
        } else {
            serve_in_a_copy(connection);
        }
    }

    void serve_in_a_copy(int connection) {
        pid_t pid = ::fork();
        if (pid == 0) {
            begin_service(connection);
        }
        if (pid > 0) {
            guests_.push_back({pid, connection});
        } else {
            ::close(connection);
        }
    }

    // It ends with the connection, at the latest with the program.
    void serve_in_a_thread(int connection) {
        ++threads_;
        // Who does not take what we write must not hold up the threads that work for everybody.
        timeval limit{.tv_sec = 5, .tv_usec = 0};
        ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        try {
            std::thread([this, connection] {
                serve_connection(engine_, connection);
                ::close(connection);
                --threads_;
            }).detach();
        } catch (const std::system_error& fault) {
            // Without memory for a thread there is none for anything else: whoever watches us begins anew.
            fmt::print(stderr, "no more threads: {}\n", fault.what());
            ::_exit(1);
        }
    }

    [[noreturn]] void begin_service(int connection) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(door_);
        ::close(news_);
        for (const auto& guest : guests_) {
            ::close(guest.connection);
        }
        if (supervised_) {
            ::close(STDIN_FILENO);
        }
        ::pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
        be_its_copy(engine_, connection);
    }

    const Engine& engine_;
    int door_;
    bool supervised_;
    std::size_t places_;
    sigset_t signals_{};
    int news_ = -1;
    std::vector<Guest> guests_;             // copies
    std::atomic<std::size_t> threads_ = 0;  // connections that have one
    bool ended_ = false;
};

}  // namespace

int host(const Engine& engine, int argc, char** argv) {
    CLI::App program(engine.description, engine.name);
    std::string uri;
    int descriptor = -1;
    std::size_t places = 32;
    auto* address = program.add_option("--uri", uri, "Listen at tcp://HOST:PORT or unix:///PATH");
    program.add_option("--listen-descriptor", descriptor, "Listen on a socket inherited from the server")
        ->excludes(address);
    program
        .add_option("--connections", places,
                    "How many are served at once; one more is told that all are busy")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    engine.add_options(program);
    CLI11_PARSE(program, argc, argv);
    try {
        if (uri.empty() && descriptor < 0) {
            throw Failure(ErrorKind::Unprocessable,
                          "repartee starts this program by itself. To use it alone, say where it is to "
                          "listen: --uri tcp://127.0.0.1:10200");
        }
        int door = uri.empty() ? descriptor : listen_at(uri);
        if (engine.hosting == Hosting::Threads) {
            be_the_first_to_go();
        }
        keep_news_of_children();
        engine.prepare();
        Porch(engine, door, uri.empty(), places).run();
        return 0;
    } catch (const Failure& failure) {
        fmt::print(stderr, "{}: {}\n", engine.name, failure.error().message);
        return 1;
    }
}

}  // namespace repartee::workers
