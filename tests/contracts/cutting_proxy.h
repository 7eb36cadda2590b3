// Stands between a client and a real PostgreSQL, passes everything on, and cuts the connection where the test
// wants it: always, or at a commit, before the server hears of it or after it has answered. Threads that
// block; for tests.
#pragma once

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <netinet/tcp.h>
#include <poll.h>
#include <set>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace repartee::stores {

class CuttingProxy {
public:
    explicit CuttingProxy(std::uint16_t server_port) : server_port_(server_port) {
        listen(0);
        acceptor_ = std::thread([this] { accept(); });
    }
    ~CuttingProxy() {
        is_over_ = true;
        take_away();
        acceptor_.join();
        for (auto& thread : threads_) {
            thread.join();
        }
    }
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    std::uint16_t port() const { return port_; }

    // Of so many commits to come the answer is lost: the server has done them.
    void lose_answers_to_commits(int number) { answers_to_lose_ = number; }
    // So many commits to come are lost themselves.
    void lose_commits(int number) { commits_to_lose_ = number; }
    // Commits that were lost, or their answers.
    int lost() const { return lost_; }

    // Connections there are end; new ones are let in.
    void cut() {
        std::scoped_lock lock(mutex_);
        for (int end : ends_) {
            ::shutdown(end, SHUT_RDWR);
        }
    }
    // Nobody is let in any more.
    void take_away() {
        {
            std::scoped_lock lock(mutex_);
            is_away_ = true;
        }
        cut();
    }
    void bring_back() {
        std::scoped_lock lock(mutex_);
        is_away_ = false;
    }

private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        place.sin_port = htons(port);
        return place;
    }
    void listen(std::uint16_t port) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto place = loopback(port);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
        EXPECT_EQ(::listen(listener_, 128), 0);
        socklen_t size = sizeof place;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&place), &size);
        port_ = ntohs(place.sin_port);
    }

    void accept() {
        while (!is_over_) {
            pollfd watched{.fd = listener_, .events = POLLIN, .revents = 0};
            if (::poll(&watched, 1, 20) <= 0) {
                continue;
            }
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            auto place = loopback(server_port_);
            std::scoped_lock lock(mutex_);
            if (is_away_ || ::connect(server, reinterpret_cast<sockaddr*>(&place), sizeof place) != 0) {
                ::close(client);
                ::close(server);
                continue;
            }
            const int on = 1;
            ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ::setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ends_.insert({client, server});
            threads_.emplace_back([this, client, server] { carry(client, server); });
        }
        ::close(listener_);
    }

    void carry(int client, int server) {
        bool loses_answer = false;
        char bytes[16 * 1024];
        while (true) {
            pollfd watched[2] = {{.fd = client, .events = POLLIN, .revents = 0},
                                 {.fd = server, .events = POLLIN, .revents = 0}};
            ::poll(watched, 2, -1);
            const bool from_client = watched[0].revents != 0;
            const auto count = ::recv(from_client ? client : server, bytes, sizeof bytes, 0);
            if (count <= 0) {
                break;
            }
            const std::string_view piece(bytes, static_cast<std::size_t>(count));
            if (from_client && piece.find("COMMIT") != std::string_view::npos) {
                if (take_one(commits_to_lose_)) {
                    break;
                }
                loses_answer = take_one(answers_to_lose_);
            } else if (!from_client && loses_answer) {
                break;
            }
            ::send(from_client ? server : client, bytes, piece.size(), MSG_NOSIGNAL);
        }
        std::scoped_lock lock(mutex_);
        for (int end : {client, server}) {
            ends_.erase(end);
            ::close(end);
        }
    }
    bool take_one(std::atomic<int>& number) {
        int left = number;
        while (left > 0 && !number.compare_exchange_weak(left, left - 1)) {
        }
        lost_ += left > 0 ? 1 : 0;
        return left > 0;
    }

    const std::uint16_t server_port_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_over_ = false;
    std::atomic<int> answers_to_lose_ = 0;
    std::atomic<int> commits_to_lose_ = 0;
    std::atomic<int> lost_ = 0;
    std::mutex mutex_;
    bool is_away_ = false;
    std::set<int> ends_;  // sockets of both sides
    std::thread acceptor_;
    std::vector<std::thread> threads_;
};

}  // namespace repartee::stores
