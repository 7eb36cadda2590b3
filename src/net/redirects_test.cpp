#include "net/redirects.h"

#include "base/together.h"
#include "net/test_peer.h"

#include <gmock/gmock.h>

namespace repartee::net {
namespace {

using testing::HasSubstr;

TEST(Redirects, PlainHttpIsTrustedOnThisMachineAlone) {
    for (const auto* url :
         {"https://example.org/a", "http://127.0.0.1:8080", "http://localhost/", "http://[::1]/x"}) {
        EXPECT_TRUE(check_trustworthy(url)) << url;
    }
    for (const auto* url : {"http://example.org/", "http://10.0.0.7/", "http://localhost.example.org/"}) {
        auto verdict = check_trustworthy(url);
        ASSERT_FALSE(verdict) << url;
        EXPECT_EQ(verdict.error().kind, ErrorKind::Forbidden);
    }
    EXPECT_EQ(check_trustworthy("ftp://example.org/").error().kind, ErrorKind::Malformed);
}

TEST(Redirects, GoWhereverTheLocationPoints) {
    auto target = [](std::string_view location) {
        return redirect_target("https://hub.example/a/b?x=1", location).value();
    };
    EXPECT_EQ(target("https://cdn.example:444/file?sig=a%20b~*"), "https://cdn.example:444/file?sig=a%20b~*");
    EXPECT_EQ(target("/c/d"), "https://hub.example/c/d");
    EXPECT_EQ(target("c?y=2#part"), "https://hub.example/a/c?y=2");
    EXPECT_EQ(target("//cdn.example/e"), "https://cdn.example/e");
}

TEST(Redirects, NeverLeadOutOfTls) {
    auto refused = [](std::string_view from, std::string_view location) {
        auto target = redirect_target(from, location);
        EXPECT_FALSE(target) << location;
        return target ? Error{} : target.error();
    };
    for (const auto* location : {"http://hub.example/", "http://localhost/", "http://127.0.0.1/x"}) {
        auto error = refused("https://hub.example/", location);
        EXPECT_EQ(error.kind, ErrorKind::Unsupported);
        EXPECT_THAT(error.message, HasSubstr("plain http"));
    }
    refused("http://127.0.0.1:8080/", "http://example.org/");
    EXPECT_EQ(redirect_target("http://127.0.0.1:8080/", "http://localhost/a").value(), "http://localhost/a");
}

TEST(Redirects, ToNowhereAreRefused) {
    for (const auto* location :
         {"", "file:///etc/passwd", "https://", "https://user:word@hub.example/", "::", "a b"}) {
        auto target = redirect_target("https://hub.example/a", location);
        EXPECT_TRUE(!target || *target == "https://hub.example/a") << location;
    }
}

class FollowingTest : public testing::Test {
protected:
    // Answers one request after the other with these, each on a connection of its own.
    awaitable<void> answer(std::vector<std::string> answers) {
        for (auto& bytes : answers) {
            auto connection = co_await peer_.accept();
            requests_.push_back(co_await connection.request());
            co_await connection.say(std::move(bytes));
        }
    }

    static std::string redirect_to(std::string_view location) {
        return fmt::format(
            "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", location);
    }

    asio::io_context context_;
    SystemClock clock_;
    TestPeer peer_{context_};
    HttpClient client_{clock_, nullptr};
    std::vector<std::string> requests_;
};

TEST_F(FollowingTest, TheRequestIsRepeatedAtEachAddress) {
    FollowedReply reply;
    std::string body;
    auto ask = [&]() -> awaitable<void> {
        ClientRequest request{.url = peer_.url("/first"), .headers = {{"Range", "bytes=5-"}}};
        reply = co_await send_following(client_, std::move(request));
        body = (co_await reply.reply->next()).value_or("");
    };
    run_to_end(context_, together(ask(), answer({redirect_to("/second"), redirect_to(peer_.url("/third")),
                                                 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"})));
    EXPECT_EQ(reply.url, peer_.url("/third"));
    EXPECT_EQ(body, "hello");
    ASSERT_EQ(requests_.size(), 3U);
    EXPECT_THAT(requests_[2], HasSubstr("GET /third "));
    EXPECT_THAT(requests_[2], HasSubstr("Range: bytes=5-"));
}

TEST_F(FollowingTest, ACircleIsLeft) {
    Error error;
    auto attempt = [&]() -> awaitable<void> {
        ClientRequest request{.url = peer_.url("/first")};
        co_await send_following(client_, std::move(request));
    };
    auto ask = [&]() -> awaitable<void> { error = co_await failure_of(attempt()); };
    run_to_end(context_, together(ask(), answer(std::vector(most_redirects + 1, redirect_to("/first")))));
    EXPECT_EQ(error.kind, ErrorKind::Unsupported);
    EXPECT_THAT(error.message, HasSubstr("without an end"));
}

}  // namespace
}  // namespace repartee::net
