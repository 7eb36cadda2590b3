#include "bench/measured_server.h"

#include "base/error.h"
#include "base/sockets.h"
#include "bench/own_program.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace repartee::bench {

namespace {

using asio::ip::tcp;

// How long the server may take to come up; engines that read models from disk need some of it.
constexpr auto server_patience = 60s;
constexpr auto glance = 5ms;
// How long it may take to go, before it is told less politely.
constexpr auto time_to_end = 15s;

constexpr const char* printed = "output.txt";

void stay_on(int core) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(static_cast<std::size_t>(core), &cores);
    ::sched_setaffinity(0, sizeof cores, &cores);
}

// All cores that we may use but that one; all of them when there is no other.
void leave_alone(int core) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    ::sched_getaffinity(0, sizeof cores, &cores);
    if (CPU_COUNT(&cores) > 1) {
        CPU_CLR(static_cast<std::size_t>(core), &cores);
        ::sched_setaffinity(0, sizeof cores, &cores);
    }
}

// What programs need to find their way, and nothing that speaks to the server.
std::vector<std::string> environment_of(const ServerWishes& wishes, const std::filesystem::path& directory) {
    std::vector<std::string> environment{fmt::format("HOME={}", directory.string()),
                                         fmt::format("REPARTEE_DATA_DIR={}", (directory / "data").string()),
                                         "HOST=127.0.0.1",
                                         "PORT=0",
                                         "MEDIA_STREAM_PORT=0",
                                         "LOG_LEVEL=WARNING"};
    for (const char* name : {"PATH", "LANG", "LD_LIBRARY_PATH", "ESPEAK_DATA_PATH", "ASAN_OPTIONS"}) {
        if (const char* value = std::getenv(name)) {
            environment.push_back(fmt::format("{}={}", name, value));
        }
    }
    if (!wishes.environment.contains("CAPACITY")) {
        environment.emplace_back("CAPACITY=off");  // everybody is let in, whatever becomes of the figures
    }
    for (const auto& [name, value] : wishes.environment) {
        environment.push_back(fmt::format("{}={}", name, value));
    }
    return environment;
}

std::string ready_status(const tcp::endpoint& endpoint, const std::string& host) {
    asio::io_context context;
    TcpSocket socket(context);
    boost::system::error_code error;
    socket.connect(endpoint, error);
    if (error) {
        return {};
    }
    auto request = fmt::format("GET /ready HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", host);
    asio::write(socket, asio::buffer(request), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer, 64 << 10), error);
    return answer.substr(0, answer.find('\r'));
}

}  // namespace

MeasuredServer::MeasuredServer(const ServerWishes& wishes) {
    try {
        if (wishes.url.empty()) {
            start(wishes);
        } else {
            find(wishes.url);
            meter_ = ProcessMeter(wishes.pid);
        }
        wait_until_ready();
    } catch (...) {
        end();
        throw;
    }
}

MeasuredServer::~MeasuredServer() {
    end();
}

void MeasuredServer::end() {
    if (child_ > 0) {
        ::kill(child_, SIGTERM);
        for (auto waited = 0ms; ::waitpid(child_, nullptr, WNOHANG) == 0; waited += glance) {
            if (waited > time_to_end) {
                ::kill(child_, SIGKILL);
                ::waitpid(child_, nullptr, 0);
                break;
            }
            std::this_thread::sleep_for(glance);
        }
    }
}

std::string MeasuredServer::host() const {
    auto address = endpoint_.address().to_string();
    return fmt::format("{}:{}", endpoint_.address().is_v6() ? "[" + address + "]" : address,
                       endpoint_.port());
}

void MeasuredServer::start(const ServerWishes& wishes) {
    if (wishes.core && *wishes.core >= ::sysconf(_SC_NPROCESSORS_ONLN)) {
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("This machine has no core {}; --core -1 does without.", *wishes.core));
    }
    const auto& directory = directory_.emplace().path();
    std::ofstream(directory / "repartee.toml") << wishes.settings;

    // All laid out before the fork; we have no threads yet, so what the child does is safe.
    auto program = own_program();
    std::vector<std::string> words{program, "serve"};
    auto arguments = pointers_to(words);
    auto environment_words = environment_of(wishes, directory);
    auto environment = pointers_to(environment_words);
    auto output = directory / printed;
    child_ = ::fork();
    if (child_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (wishes.core) {
            stay_on(*wishes.core);
        }
        int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(file, STDOUT_FILENO);
        ::dup2(file, STDERR_FILENO);
        ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
        if (::chdir(directory.c_str()) == 0) {
            ::execve(program.c_str(), arguments.data(), environment.data());
        }
        ::_exit(127);
    }
    if (child_ < 0) {
        throw Failure(ErrorKind::Unavailable, "The server cannot be started.");
    }
    meter_ = ProcessMeter(child_);
    if (wishes.core) {
        leave_alone(*wishes.core);
    }

    // It prints its address as soon as it listens.
    constexpr std::string_view before = "http://127.0.0.1:";
    for (auto waited = 0ms;; waited += glance) {
        auto text = said();
        auto at = text.find(before);
        if (at != std::string::npos && text.find('\n', at) != std::string::npos) {
            find(text.substr(at, text.find_first_of(" \n", at) - at));
            return;
        }
        if (waited > server_patience || ::waitpid(child_, nullptr, WNOHANG) != 0) {
            throw Failure(ErrorKind::Unavailable, "The server did not come up:\n" + text);
        }
        std::this_thread::sleep_for(glance);
    }
}

void MeasuredServer::find(const std::string& url) {
    auto parts = boost::urls::parse_uri(url);
    if (!parts || parts->scheme() != "http" || parts->host().empty()) {
        throw Failure(ErrorKind::Malformed,
                      fmt::format("'{}' is no address of a server; one is http://127.0.0.1:8000", url));
    }
    asio::io_context context;
    TcpResolver resolver(context);
    boost::system::error_code error;
    std::string host(parts->encoded_host_address());
    auto port = parts->has_port() ? std::string(parts->port()) : "80";
    auto found = resolver.resolve(host, port, error);
    if (error) {
        throw Failure(ErrorKind::Unavailable, fmt::format("No address is known for {}.", host));
    }
    endpoint_ = *found.begin();
}

void MeasuredServer::wait_until_ready() const {
    for (auto waited = 0ms;; waited += glance) {
        auto status = ready_status(endpoint_, host());
        if (status.starts_with("HTTP/1.1 200")) {
            return;
        }
        if (waited > server_patience || (child_ == 0 && status.empty())) {
            throw Failure(ErrorKind::Unavailable,
                          fmt::format("The server at {} is not ready. {}\n{}", host(), status, said()));
        }
        std::this_thread::sleep_for(glance);
    }
}

std::string MeasuredServer::said() const {
    if (!directory_) {
        return {};
    }
    std::ifstream file(directory_->path() / printed);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::map<std::string, std::string> scripted_engines(const ScriptedDelays& delays, int reply_words) {
    return {{"STT_ENGINE", "scripted"},
            {"LLM_ROUTE", "scripted"},
            {"TTS_ENGINE", "scripted"},
            {"SCRIPTED_STT_TEXT", "please tell me something about the weather"},
            {"SCRIPTED_STT_FINAL_MS", std::to_string(delays.final_text)},
            {"SCRIPTED_LLM_FIRST_MS", std::to_string(delays.first_token)},
            {"SCRIPTED_TTS_FIRST_MS", std::to_string(delays.first_audio)},
            {"SCRIPTED_REPLY_WORDS", std::to_string(reply_words)}};
}

}  // namespace repartee::bench
