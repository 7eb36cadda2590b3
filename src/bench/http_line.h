// One kept-alive HTTP connection of the load: questions by schedule, answers as they come.
#pragma once

#include "bench/line.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace repartee::bench {

class HttpLine : public std::enable_shared_from_this<HttpLine> {
public:
    explicit HttpLine(asio::io_context& context) : line_(std::make_shared<Line>(context)) {}

    // Throws Failure{Unavailable}.
    awaitable<void> connect(asio::ip::tcp::endpoint to);

    // Status 0: the server has hung up.
    using Answered = std::function<void(int status, std::string_view body, TimePoint at)>;
    // Goes out at once, or after the answers that are due; the request is whole, with its head.
    void ask(std::string request, Answered answered);
    // No answer is told any more.
    void hang_up();

private:
    struct Question {
        std::string request;
        Answered answered;
    };
    void received(std::string_view bytes, TimePoint at);
    void send_front();

    std::shared_ptr<Line> line_;      // shared with what it has under way
    std::deque<Question> questions_;  // the first is on its way
    std::string answer_;              // to it, so far
};

}  // namespace repartee::bench
