#include "net/response_writer.h"

#include <gtest/gtest.h>

namespace repartee::net {
namespace {

const WallTime noon{std::chrono::sys_days{std::chrono::year{2024} / 5 / 6} + 12h};

TEST(ResponseHead, SaysWhatFollows) {
    auto response = text_response(404, "absent");
    EXPECT_EQ(response_head(response, {}, BodyLength::Known, noon),
              "HTTP/1.1 404 Not Found\r\nServer: repartee\r\nDate: Mon, 06 May 2024 12:00:00 GMT\r\n"
              "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n\r\n");
}

TEST(ResponseHead, TellsWhetherTheConnectionStays) {
    Response response;
    auto closing = response_head(response, {.keep_alive = false}, BodyLength::Known, noon);
    auto old = response_head(response, {.http_1_0 = true}, BodyLength::Known, noon);
    EXPECT_NE(closing.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_NE(old.find("\r\nConnection: keep-alive\r\n"), std::string::npos);
}

TEST(ResponseHead, HasNoLengthWhereThereIsNoBody) {
    Response response{204};
    EXPECT_EQ(response_head(response, {}, BodyLength::Known, noon).find("Content-Length"), std::string::npos);
    response.status = 200;
    auto chunked = response_head(response, {}, BodyLength::Chunked, noon);
    EXPECT_NE(chunked.find("Transfer-Encoding: chunked"), std::string::npos);
    EXPECT_EQ(chunked.find("Content-Length"), std::string::npos);
}

TEST(ResponseHead, LetsNoHeaderBreakOutOfItsLine) {
    Response response{200,
                      {{"X-Echo", "a\r\nSet-Cookie: stolen=1"},
                       {"X-Bad\nName", "b"},
                       {"Content-Length", "99"},
                       {"Transfer-Encoding", "gzip"},
                       {"X-Good", "c"}},
                      "four"};
    auto head = response_head(response, {}, BodyLength::Known, noon);
    EXPECT_EQ(head.find("stolen"), std::string::npos);
    EXPECT_EQ(head.find("Bad"), std::string::npos);
    EXPECT_EQ(head.find("99"), std::string::npos);
    EXPECT_EQ(head.find("gzip"), std::string::npos);
    EXPECT_NE(head.find("X-Good: c\r\n"), std::string::npos);
    EXPECT_NE(head.find("Content-Length: 4\r\n"), std::string::npos);
}

}  // namespace
}  // namespace repartee::net
