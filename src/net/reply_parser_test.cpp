#include "net/reply_parser.h"

#include <gmock/gmock.h>

namespace repartee::net {
namespace {

using testing::HasSubstr;

constexpr std::size_t limit = 1000;

ReplyParser parser_for(ReplyParser::Body body = ReplyParser::Body::Follows) {
    return ReplyParser("engine:1", body, limit);
}

Error error_of_feeding(std::string_view bytes, bool then_end = false) {
    auto parser = parser_for();
    try {
        parser.feed(bytes);
        if (then_end) {
            parser.feed_end();
        }
    } catch (const Failure& failure) {
        return failure.error();
    }
    return {ErrorKind::Internal, "no failure", {}};
}

TEST(ReplyParser, ReadsAReplyCutAnywhere) {
    const std::vector<std::string> replies{
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kind: a\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Kind: "
        "a\r\n\r\n2\r\nhe\r\n003;x=1\r\nllo\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Kind: a\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: "
        "1\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-Kind: a\r\nContent-Length: 5\r\n\r\nhello",
    };
    for (const auto& reply : replies) {
        for (std::size_t size = 1; size <= reply.size(); ++size) {
            auto parser = parser_for();
            std::string body;
            for (std::size_t at = 0; at < reply.size(); at += size) {
                EXPECT_FALSE(parser.complete());
                parser.feed(std::string_view(reply).substr(at, size));
                body += parser.take_body();
            }
            EXPECT_TRUE(parser.complete());
            EXPECT_TRUE(parser.reusable());
            EXPECT_EQ(parser.status(), 200);
            EXPECT_EQ(parser.headers().get("x-kind"), "a");
            EXPECT_EQ(body, "hello");
        }
    }
}

TEST(ReplyParser, ReadsAnEmptyChunkedBodyByteByByte) {
    auto parser = parser_for();
    for (char byte : std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) {
        EXPECT_FALSE(parser.complete());
        parser.feed({&byte, 1});
    }
    EXPECT_TRUE(parser.complete());
}

TEST(ReplyParser, HandsOutTheBodyAsItComes) {
    auto parser = parser_for();
    parser.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n0");
    EXPECT_EQ(parser.take_body(), "0");
    parser.feed("12");
    EXPECT_EQ(parser.take_body(), "12");
    EXPECT_EQ(parser.take_body(), "");
    EXPECT_FALSE(parser.complete());
}

TEST(ReplyParser, TakesABodyWithoutLengthUntilTheEnd) {
    auto parser = parser_for();
    parser.feed("HTTP/1.0 200 OK\r\n\r\nhel");
    parser.feed("lo");
    EXPECT_FALSE(parser.complete());
    parser.feed_end();
    EXPECT_TRUE(parser.complete());
    EXPECT_FALSE(parser.reusable());
    EXPECT_EQ(parser.take_body(), "hello");
}

TEST(ReplyParser, ExpectsNoBodyWhereThereIsNone) {
    for (auto head :
         {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
        auto parser = parser_for();
        parser.feed(head);
        EXPECT_TRUE(parser.complete()) << head;
        EXPECT_TRUE(parser.reusable()) << head;
    }
    auto parser = parser_for(ReplyParser::Body::Absent);
    parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    EXPECT_TRUE(parser.complete());
}

TEST(ReplyParser, DoesNotLendAConnectionThatThePeerCloses) {
    auto closing = parser_for();
    closing.feed("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(closing.complete());
    EXPECT_FALSE(closing.reusable());
    auto talkative = parser_for();
    talkative.feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n");
    EXPECT_TRUE(talkative.complete());
    EXPECT_FALSE(talkative.reusable());
}

TEST(ReplyParser, RefusesWhatIsNotHttp) {
    for (auto bytes : {"220 mail.example ESMTP\r\n", "HTTP/2.0 200 OK\r\n\r\n",
                       "HTTP/1.1 two hundred\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                       "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"}) {
        auto error = error_of_feeding(bytes);
        EXPECT_EQ(error.kind, ErrorKind::ProviderBroke) << bytes;
        EXPECT_THAT(error.message, HasSubstr("engine:1")) << bytes;
    }
}

TEST(ReplyParser, ComplainsAboutAnEndThatComesTooEarly) {
    for (auto bytes : {"", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nX: y\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
                       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
        EXPECT_EQ(error_of_feeding(bytes, true).kind, ErrorKind::ProviderBroke) << bytes;
    }
}

TEST(ReplyParser, StopsAtTheLimitOfTheBody) {
    std::string large(limit + 1, 'x');
    for (const auto& head : {std::string("Content-Length: 1001\r\n\r\n"), std::string("\r\n"),
                             std::string("Transfer-Encoding: chunked\r\n\r\n3e9\r\n")}) {
        EXPECT_EQ(error_of_feeding("HTTP/1.1 200 OK\r\n" + head + large).kind, ErrorKind::TooLarge) << head;
    }
}

TEST(ReplyParser, StopsAtAHeadWithoutEnd) {
    EXPECT_EQ(error_of_feeding("HTTP/1.1 200 OK\r\nX: " + std::string(1 << 20, 'x')).kind,
              ErrorKind::ProviderBroke);
    std::string extension =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=" + std::string(1 << 20, 'x');
    EXPECT_EQ(error_of_feeding(extension).kind, ErrorKind::ProviderBroke);
    std::string informational;
    for (int count = 0; count < 100; ++count) {
        informational += "HTTP/1.1 103 Early Hints\r\n\r\n";
    }
    EXPECT_EQ(error_of_feeding(informational).kind, ErrorKind::ProviderBroke);
}

}  // namespace
}  // namespace repartee::net
