// For tests: a server on loopback that speaks Redis' protocol and answers what the test tells it to, so that
// it can do what no real Redis does on demand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <mutex>
#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace repartee::stores::redis {

class RedisPeer {
public:
    using Words = std::vector<std::string>;
    // The pieces of a reply; none: it closes the connection. Called on the peer's thread, one at a time.
    using Answers = std::function<std::vector<std::string>(const Words&)>;

    explicit RedisPeer(Answers answers) : answers_(std::move(answers)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
        EXPECT_EQ(::listen(listener_, 16), 0);
        socklen_t size = sizeof place;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&place), &size);
        port_ = ntohs(place.sin_port);
        threads_.emplace_back([this] { accept(); });
    }
    ~RedisPeer() {
        ::shutdown(listener_, SHUT_RDWR);
        std::vector<std::thread> threads;
        {
            std::scoped_lock lock(mutex_);
            for (int client : clients_) {
                ::shutdown(client, SHUT_RDWR);
            }
            is_over_ = true;
        }
        news_.notify_all();
        threads_.front().join();
        for (auto& thread : std::span(threads_).subspan(1)) {
            thread.join();
        }
        ::close(listener_);
    }
    RedisPeer(const RedisPeer&) = delete;
    RedisPeer& operator=(const RedisPeer&) = delete;

    std::uint16_t port() const { return port_; }
    int connections() const { return connections_; }

    // Waits for the end of the peer: the answer to a command that gets none.
    std::vector<std::string> keep_silent() {
        std::unique_lock lock(mutex_);
        news_.wait(lock, [this] { return is_over_; });
        return {};
    }

private:
    void accept() {
        while (true) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) {
                return;
            }
            const int on = 1;
            ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            std::scoped_lock lock(mutex_);
            ++connections_;
            clients_.push_back(client);
            threads_.emplace_back([this, client] { serve(client); });
        }
    }

    void serve(int client) {
        std::string unread;
        while (auto words = next_command(client, unread)) {
            auto pieces = answers_(*words);
            if (pieces.empty()) {
                break;
            }
            for (const auto& piece : pieces) {
                ::send(client, piece.data(), piece.size(), MSG_NOSIGNAL);
            }
        }
        std::scoped_lock lock(mutex_);
        std::erase(clients_, client);
        ::close(client);
    }

    static std::optional<std::string> take_line(int client, std::string& unread) {
        while (unread.find("\r\n") == std::string::npos) {
            if (!read_more(client, unread)) {
                return std::nullopt;
            }
        }
        auto end = unread.find("\r\n");
        auto line = unread.substr(0, end);
        unread.erase(0, end + 2);
        return line;
    }
    static std::optional<Words> next_command(int client, std::string& unread) {
        auto head = take_line(client, unread);
        if (!head || head->front() != '*') {
            return std::nullopt;
        }
        Words words;
        for (int count = std::stoi(head->substr(1)); count > 0; --count) {
            auto size_line = take_line(client, unread);
            if (!size_line) {
                return std::nullopt;
            }
            const auto size = std::stoul(size_line->substr(1));
            while (unread.size() < size + 2) {
                if (!read_more(client, unread)) {
                    return std::nullopt;
                }
            }
            words.push_back(unread.substr(0, size));
            unread.erase(0, size + 2);
        }
        return words;
    }
    static bool read_more(int client, std::string& unread) {
        char bytes[4096];
        const auto count = ::recv(client, bytes, sizeof bytes, 0);
        unread.append(bytes, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        return count > 0;
    }

    const Answers answers_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::mutex mutex_;
    std::condition_variable news_;
    bool is_over_ = false;
    std::vector<int> clients_;
    std::vector<std::thread> threads_;
};

inline std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

}  // namespace repartee::stores::redis
