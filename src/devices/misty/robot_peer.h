// For the tests of this folder: an HTTP server on a free loopback port that answers as it was told and
// remembers what it was asked. Lives on the test's own loop; no threads.
#pragma once

#include "base/async.h"
#include "base/sockets.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include <deque>
#include <string>
#include <vector>

namespace repartee::devices::misty {

struct PeerAnswer {
    enum class Ending { Complete, BreaksOff, Stalls };

    int status = 200;
    std::string body = R"({"result":true,"status":"Success"})";
    Ending ending = Ending::Complete;
};

class RobotPeer {
public:
    struct Question {
        std::string what;  // "POST /api/head"
        boost::json::value body;
    };

    explicit RobotPeer(asio::io_context& context)
        : acceptor_(context, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(context, accept(), asio::detached);  // ends with the test's loop
    }

    std::string url() const { return fmt::format("http://127.0.0.1:{}", acceptor_.local_endpoint().port()); }

    // One for each question, in order; after them all is well.
    std::deque<PeerAnswer> answers;

    std::vector<Question> questions;
    int connections = 0;
    int abandoned = 0;  // stalled answers that the client gave up

private:
    awaitable<void> accept() {
        for (;;) {
            auto socket = co_await acceptor_.async_accept(use_awaitable);
            ++connections;
            asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
        }
    }

    awaitable<void> serve(TcpSocket socket) {
        std::string bytes;
        while (co_await read_question(socket, bytes)) {
            PeerAnswer answer;
            if (!answers.empty()) {
                answer = std::move(answers.front());
                answers.pop_front();
            }
            if (answer.ending == PeerAnswer::Ending::Stalls) {
                char unexpected = 0;
                co_await asio::async_read(socket, asio::buffer(&unexpected, 1),
                                          asio::as_tuple(use_awaitable));
                ++abandoned;
            }
            if (answer.ending != PeerAnswer::Ending::Complete) {
                co_return;
            }
            auto reply = fmt::format(
                "HTTP/1.1 {} Whatever\r\nContent-Type: application/json\r\n"
                "Content-Length: {}\r\n\r\n{}",
                answer.status, answer.body.size(), answer.body);
            co_await asio::async_write(socket, asio::buffer(reply), asio::as_tuple(use_awaitable));
        }
    }

    // False at the end of the connection.
    awaitable<bool> read_question(TcpSocket& socket, std::string& bytes) {
        auto [error, head_size] = co_await asio::async_read_until(socket, asio::dynamic_buffer(bytes),
                                                                  "\r\n\r\n", asio::as_tuple(use_awaitable));
        if (error) {
            co_return false;
        }
        auto head = bytes.substr(0, head_size);
        bytes.erase(0, head_size);
        Question question;
        question.what = head.substr(0, head.find(" HTTP/"));
        if (auto length = head.find("Content-Length: "); length != std::string::npos) {
            std::size_t size = std::stoul(head.substr(length + 16));
            if (bytes.size() < size) {
                co_await asio::async_read(socket, asio::dynamic_buffer(bytes),
                                          asio::transfer_exactly(size - bytes.size()), use_awaitable);
            }
            question.body = boost::json::parse(bytes.substr(0, size));
            bytes.erase(0, size);
        }
        questions.push_back(std::move(question));
        co_return true;
    }

    TcpAcceptor acceptor_;
};

}  // namespace repartee::devices::misty
