#include "net/http_client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <deque>
#include <future>

namespace repartee::net {
namespace {

using testing::ElementsAre;

// A body that comes in the given pieces.
class PiecedReply final : public ClientReply {
public:
    explicit PiecedReply(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}
    int status() const override { return 200; }
    const Headers& headers() const override { return headers_; }
    awaitable<std::optional<std::string>> next() override {
        if (pieces_.empty()) {
            co_return std::nullopt;
        }
        std::optional<std::string> piece(std::move(pieces_.front()));
        pieces_.pop_front();
        co_return piece;
    }

private:
    std::deque<std::string> pieces_;
    Headers headers_;
};

awaitable<std::vector<std::string>> read_all(ClientReply& reply, std::size_t limit) {
    LineReader reader(reply, limit);
    std::vector<std::string> lines;
    while (auto line = co_await reader.next()) {
        lines.push_back(std::move(*line));
    }
    // The end stays the end.
    auto again = co_await reader.next();
    EXPECT_FALSE(again);
    co_return lines;
}

std::vector<std::string> lines_of(std::deque<std::string> pieces, std::size_t limit = 100) {
    asio::io_context context;
    PiecedReply reply(std::move(pieces));
    std::vector<std::string> lines;
    std::exception_ptr failure;
    asio::co_spawn(context, read_all(reply, limit),
                   [&](std::exception_ptr exception, std::vector<std::string> result) {
                       failure = exception;
                       lines = std::move(result);
                   });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return lines;
}

TEST(LineReader, FindsTheSameLinesWhereverTheBytesAreCut) {
    const std::string body = "{\"a\":1}\n\n{\"b\":2}\r\nlast";
    for (std::size_t first = 0; first <= body.size(); ++first) {
        for (std::size_t second = first; second <= body.size(); ++second) {
            auto lines =
                lines_of({body.substr(0, first), body.substr(first, second - first), body.substr(second)});
            EXPECT_THAT(lines, ElementsAre("{\"a\":1}", "", "{\"b\":2}", "last")) << first << " " << second;
        }
    }
}

TEST(LineReader, NeedsNoEndingAfterTheLastLine) {
    EXPECT_THAT(lines_of({"one"}), ElementsAre("one"));
    EXPECT_THAT(lines_of({"one\n"}), ElementsAre("one"));
    EXPECT_THAT(lines_of({}), ElementsAre());
}

TEST(LineReader, AcceptsALineOfExactlyTheLimit) {
    EXPECT_THAT(lines_of({"12345\n", "12345"}, 5), ElementsAre("12345", "12345"));
}

TEST(LineReader, RefusesALineOverTheLimitBeforeItsEndHasCome) {
    try {
        lines_of({"123", "456", "\n"}, 5);
        FAIL() << "the line was accepted";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::ProviderBroke);
    }
}

}  // namespace
}  // namespace repartee::net
