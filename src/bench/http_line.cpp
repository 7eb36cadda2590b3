#include "bench/http_line.h"

#include <charconv>

namespace repartee::bench {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";

int number_at(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Of the body; ours always say it in these letters.
std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "Content-Length: ";
    auto at = head.find(name);
    return at == std::string_view::npos ? 0
                                        : static_cast<std::size_t>(number_at(head.substr(at + name.size())));
}

}  // namespace

awaitable<void> HttpLine::connect(asio::ip::tcp::endpoint to) {
    co_await line_->connect(to);
    line_->listen(
        [self = shared_from_this()](std::string_view bytes, TimePoint at) { self->received(bytes, at); });
}

void HttpLine::ask(std::string request, Answered answered) {
    questions_.push_back({std::move(request), std::move(answered)});
    if (questions_.size() == 1) {
        send_front();
    }
}

void HttpLine::hang_up() {
    line_->hang_up();
    questions_.clear();
}

void HttpLine::send_front() {
    // What does not fit goes with the next; a recording may take several rounds.
    line_->send_all(questions_.front().request);
}

void HttpLine::received(std::string_view bytes, TimePoint at) {
    if (bytes.empty()) {
        for (auto& question : std::exchange(questions_, {})) {
            question.answered(0, {}, at);
        }
        return;
    }
    answer_ += bytes;
    while (!questions_.empty()) {
        auto head = answer_.find(head_end);
        if (head == std::string::npos) {
            return;
        }
        auto whole = head + head_end.size() + content_length(std::string_view(answer_).substr(0, head));
        if (answer_.size() < whole) {
            return;
        }
        auto answer = answer_.substr(0, whole);
        answer_.erase(0, whole);
        auto question = std::move(questions_.front());
        questions_.pop_front();
        if (!questions_.empty()) {
            send_front();
        }
        constexpr std::size_t status_at = std::string_view("HTTP/1.1 ").size();
        question.answered(number_at(std::string_view(answer).substr(status_at)),
                          std::string_view(answer).substr(head + head_end.size()), at);
    }
}

}  // namespace repartee::bench
