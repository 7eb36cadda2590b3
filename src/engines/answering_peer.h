// For tests of engines over the network: an HTTP server on a free loopback port that answers as it was
// told, byte by byte, and remembers what it was asked. Lives on the test's own loop; no threads.
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
#include <functional>
#include <string>
#include <vector>

namespace repartee::engines {

struct PeerAnswer {
    enum class Ending { Complete, BreaksOff, Stalls };

    int status = 200;
    std::vector<std::string> pieces = {};  // of the body, each a chunk of its own
    Ending ending = Ending::Complete;
    std::string headers = "Content-Type: application/x-ndjson\r\n";
};

// Events, as servers of OpenAI's and Google's language stream them.
inline PeerAnswer streaming(std::vector<std::string> pieces,
                            PeerAnswer::Ending ending = PeerAnswer::Ending::Complete) {
    return {.pieces = std::move(pieces), .ending = ending, .headers = "Content-Type: text/event-stream\r\n"};
}

inline PeerAnswer refusal(int status, std::string body, std::string headers = "") {
    return {.status = status,
            .pieces = {std::move(body)},
            .headers = "Content-Type: application/json\r\n" + std::move(headers)};
}

class AnsweringPeer {
public:
    struct Question {
        std::string head;  // request line and headers
        std::string target;
        std::string text;          // of the body
        boost::json::object body;  // the same where it is JSON
    };

    explicit AnsweringPeer(asio::io_context& context) : AnsweringPeer(context.get_executor()) {}
    explicit AnsweringPeer(const Executor& executor)
        : acceptor_(executor, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(executor, accept(), asio::detached);  // ends with the test's loop
    }

    std::string url() const { return fmt::format("http://127.0.0.1:{}", acceptor_.local_endpoint().port()); }

    // One for each question, in order; then what `answer_to` says. Without either, a question stalls.
    std::deque<PeerAnswer> answers;
    std::function<PeerAnswer(const Question&)> answer_to;

    std::vector<Question> questions;
    int connections = 0;
    int abandoned = 0;  // answers that stalled until the client closed the connection

private:
    awaitable<void> accept() {
        for (;;) {
            auto socket = co_await acceptor_.async_accept(use_awaitable);
            socket.set_option(asio::ip::tcp::no_delay(true));
            ++connections;
            asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
        }
    }

    awaitable<void> serve(TcpSocket socket) {
        std::string bytes;
        while (co_await read_question(socket, bytes)) {
            PeerAnswer answer{.ending = PeerAnswer::Ending::Stalls};
            if (!answers.empty()) {
                answer = std::move(answers.front());
                answers.pop_front();
            } else if (answer_to) {
                answer = answer_to(questions.back());
            }
            co_await reply(socket, answer);
            if (answer.ending == PeerAnswer::Ending::Stalls) {
                char unexpected = 0;
                co_await asio::async_read(socket, asio::buffer(&unexpected, 1),
                                          asio::as_tuple(use_awaitable));
                ++abandoned;
            }
            if (answer.ending != PeerAnswer::Ending::Complete) {
                co_return;
            }
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
        question.head = head;
        auto target = head.find(' ') + 1;
        question.target = head.substr(target, head.find(' ', target) - target);
        if (auto length = head.find("Content-Length: "); length != std::string::npos) {
            std::size_t size = std::stoul(head.substr(length + 16));
            if (bytes.size() < size) {
                co_await asio::async_read(socket, asio::dynamic_buffer(bytes),
                                          asio::transfer_exactly(size - bytes.size()), use_awaitable);
            }
            question.text = bytes.substr(0, size);
            boost::json::error_code not_json;
            if (auto body = boost::json::parse(question.text, not_json); !not_json && body.is_object()) {
                question.body = std::move(body.as_object());
            }
            bytes.erase(0, size);
        }
        questions.push_back(std::move(question));
        co_return true;
    }

    awaitable<void> reply(TcpSocket& socket, const PeerAnswer& answer) {
        auto head = fmt::format("HTTP/1.1 {} Whatever\r\n{}Transfer-Encoding: chunked\r\n\r\n", answer.status,
                                answer.headers);
        // A stall before the first piece is a stall before the head.
        if (!answer.pieces.empty() || answer.ending == PeerAnswer::Ending::Complete) {
            co_await write(socket, head);
        }
        for (const auto& piece : answer.pieces) {
            auto chunk = fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
            co_await write(socket, chunk);
        }
        if (answer.ending == PeerAnswer::Ending::Complete) {
            co_await write(socket, "0\r\n\r\n");
        }
    }

    // A client that has gone shows when the next question is read.
    static awaitable<void> write(TcpSocket& socket, std::string bytes) {
        co_await asio::async_write(socket, asio::buffer(bytes), asio::as_tuple(use_awaitable));
    }

    TcpAcceptor acceptor_;
};

}  // namespace repartee::engines
