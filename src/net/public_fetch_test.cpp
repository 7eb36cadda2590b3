#include "net/public_fetch.h"

#include "base/together.h"
#include "net/test_peer.h"

#include <gmock/gmock.h>

namespace repartee::net {
namespace {

using testing::HasSubstr;

std::string answer(std::string_view headers, std::string_view body) {
    return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", headers, body.size(), body);
}

std::string redirect(std::string_view location) {
    return fmt::format("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", location);
}

class PublicFetchTest : public testing::Test {
protected:
    // This machine plays the Internet; all of it but one address, which plays the house.
    PublicFetch wanted(std::string url) {
        PublicFetch fetch{.url = std::move(url), .body_limit = 1000, .types = {"text/", "application/json"}};
        fetch.only_to = [](const asio::ip::address& address) {
            return address == asio::ip::address_v4::loopback();
        };
        return fetch;
    }

    // Fetches while the peer says these, one for each connection; the page, or why not.
    Result<PublicPage> fetch(PublicFetch what, std::vector<std::string> answers) {
        Result<PublicPage> outcome = Error{};
        auto client_side = [&]() -> awaitable<void> {
            try {
                auto page = co_await fetch_public(client_, clock_, std::move(what));
                outcome = std::move(page);
            } catch (const Failure& failure) {
                outcome = failure.error();
            }
        };
        auto peer_side = [&]() -> awaitable<void> {
            for (const auto& said : answers) {
                auto connection = co_await peer_.accept();
                asked_.push_back(co_await connection.request());
                co_await connection.say(said);
                co_await connection.until_closed();
            }
        };
        run_to_end(context_, together(client_side(), peer_side()));
        return outcome;
    }
    Error refusal(PublicFetch what, std::vector<std::string> answers = {}) {
        auto outcome = fetch(std::move(what), std::move(answers));
        return outcome ? Error{ErrorKind::Internal, "it came", {}} : outcome.error();
    }

    asio::io_context context_;
    SystemClock clock_;
    TestPeer peer_{context_};
    HttpClient client_{clock_, nullptr};
    std::vector<std::string> asked_;
};

TEST_F(PublicFetchTest, FetchesAPage) {
    auto page =
        fetch(wanted(peer_.url("/a")), {answer("Content-Type: Text/HTML; charset=\"UTF-8\"\r\n", "hello")});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->type, "text/html");
    EXPECT_EQ(page->charset, "utf-8");
    EXPECT_EQ(page->body, "hello");
    EXPECT_THAT(asked_.at(0), HasSubstr("GET /a HTTP/1.1"));
}

TEST_F(PublicFetchTest, FollowsAFewRedirects) {
    auto type = "Content-Type: text/plain\r\n";
    auto page = fetch(wanted(peer_.url("/a")),
                      {redirect("/b"), redirect(peer_.url("/c")), redirect("d"), answer(type, "here")});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->url, peer_.url("/d"));
    auto error =
        refusal(wanted(peer_.url("/a")), {redirect("/b"), redirect("/c"), redirect("/d"), redirect("/e")});
    EXPECT_EQ(error.kind, ErrorKind::Unsupported);
}

TEST_F(PublicFetchTest, AsksNobodyInTheHouse) {
    auto inside = fmt::format("http://127.0.0.2:{}/", peer_.port());
    EXPECT_EQ(refusal(wanted(inside)).kind, ErrorKind::Forbidden);
    EXPECT_EQ(refusal(wanted(peer_.url()), {redirect(inside)}).kind, ErrorKind::Forbidden);
    for (const auto* host : {"localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]",
                             "169.254.169.254", "10.0.0.1", "0.0.0.0"}) {
        PublicFetch as_it_is{.url = fmt::format("http://{}:{}/", host, peer_.port()), .types = {"text/"}};
        auto error = refusal(as_it_is);
        EXPECT_TRUE(error.kind == ErrorKind::Forbidden || error.kind == ErrorKind::Unavailable ||
                    error.kind == ErrorKind::Malformed)
            << host << ": " << error.message;
    }
    EXPECT_TRUE(asked_.size() == 1);
}

TEST_F(PublicFetchTest, GoesToWebServersAlone) {
    for (const auto* url : {"ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "not a url", "",
                            "http://name:word@127.0.0.1/", "http:///x", "http://a b/"}) {
        EXPECT_EQ(refusal(wanted(url)).kind, ErrorKind::Malformed) << url;
    }
    EXPECT_EQ(refusal(wanted("http://127.0.0.1:25/")).kind, ErrorKind::Forbidden);
    EXPECT_EQ(refusal(wanted(peer_.url()), {redirect("gopher://127.0.0.1/")}).kind, ErrorKind::Malformed);
    EXPECT_EQ(refusal(wanted(peer_.url()), {redirect("http://127.0.0.1:22/")}).kind, ErrorKind::Forbidden);
}

TEST_F(PublicFetchTest, TakesNothingElseAndNotTooMuch) {
    auto kind_for = [&](std::string said) { return refusal(wanted(peer_.url()), {std::move(said)}).kind; };
    EXPECT_EQ(kind_for(answer("Content-Type: image/png\r\n", "x")), ErrorKind::Unsupported);
    EXPECT_EQ(kind_for(answer("", "x")), ErrorKind::Unsupported);
    EXPECT_EQ(kind_for(answer("Content-Type: text/plain\r\nContent-Encoding: gzip\r\n", "x")),
              ErrorKind::Unsupported);
    EXPECT_EQ(kind_for(answer("Content-Type: text/plain\r\n", std::string(2000, 'x'))), ErrorKind::TooLarge);
    EXPECT_EQ(kind_for("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), ErrorKind::NotFound);
    EXPECT_EQ(kind_for("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), ErrorKind::ProviderBroke);
}

TEST_F(PublicFetchTest, DoesNotWaitForEver) {
    auto what = wanted(peer_.url());
    what.time_limit = std::chrono::milliseconds(20);
    auto error = refusal(what, {"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"});
    EXPECT_EQ(error.kind, ErrorKind::ProviderLate);
}

}  // namespace
}  // namespace repartee::net
