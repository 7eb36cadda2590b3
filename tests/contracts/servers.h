// The real servers that with_servers.py has started beside this program: where they are, and what shall
// happen to them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace repartee::stores {

inline std::string place_of(const char* variable) {
    const char* place = std::getenv(variable);
    if (place == nullptr) {
        throw std::runtime_error(std::string(variable) +
                                 " is not set: start this program with with_servers.py");
    }
    return place;
}
inline std::string postgres_url() {
    return place_of("REPARTEE_TEST_POSTGRES");
}
inline std::string redis_url() {
    return place_of("REPARTEE_TEST_REDIS");
}

// "postgres kill", "redis pause" … Returns once that has happened.
inline void tell_servers(const std::string& line) {
    const int control = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    std::strncpy(place.sun_path, place_of("REPARTEE_TEST_CONTROL").c_str(), sizeof place.sun_path - 1);
    ASSERT_EQ(::connect(control, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
    const auto words = line + "\n";
    ASSERT_EQ(::send(control, words.data(), words.size(), MSG_NOSIGNAL), static_cast<ssize_t>(words.size()));
    std::string answer;
    char byte = 0;
    while (::recv(control, &byte, 1, 0) == 1 && byte != '\n') {
        answer += byte;
    }
    ::close(control);
    ASSERT_EQ(answer, "done") << line;
}

// What happens to a server does not outlast the test that wanted it.
class ServersOnceMore {
public:
    explicit ServersOnceMore(std::string name) : name_(std::move(name)) {}
    ~ServersOnceMore() {
        tell_servers(name_ + " resume");
        tell_servers(name_ + " start");
    }
    ServersOnceMore(const ServersOnceMore&) = delete;
    ServersOnceMore& operator=(const ServersOnceMore&) = delete;

private:
    const std::string name_;
};

}  // namespace repartee::stores
