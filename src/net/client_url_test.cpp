#include "net/client_url.h"

#include <gmock/gmock.h>

namespace repartee::net {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ClientUrl, FindsHostPortAndTarget) {
    auto url = parse_http_url("http://Localhost:11434/api/chat?stream=true#part").value();
    EXPECT_FALSE(url.secure);
    EXPECT_EQ(url.host, "localhost");
    EXPECT_EQ(url.port, 11434);
    EXPECT_EQ(url.target, "/api/chat?stream=true");
    EXPECT_EQ(url.place(), "localhost:11434");
    EXPECT_EQ(url.authority(), "localhost:11434");
}

TEST(ClientUrl, KnowsThePortsOfItsSchemes) {
    EXPECT_EQ(parse_http_url("http://example.com").value().port, 80);
    EXPECT_EQ(parse_http_url("HTTPS://example.com").value().port, 443);
    EXPECT_EQ(parse_websocket_url("ws://example.com").value().port, 80);
    EXPECT_EQ(parse_websocket_url("wss://example.com").value().port, 443);
    EXPECT_TRUE(parse_websocket_url("wss://example.com").value().secure);
    EXPECT_EQ(parse_http_url("https://example.com:443").value().authority(), "example.com");
    EXPECT_EQ(parse_http_url("https://example.com:80").value().authority(), "example.com:80");
}

TEST(ClientUrl, AlwaysHasATarget) {
    EXPECT_EQ(parse_http_url("http://example.com").value().target, "/");
    EXPECT_EQ(parse_http_url("http://example.com?key=1").value().target, "/?key=1");
    EXPECT_EQ(parse_http_url("http://example.com/a%20b").value().target, "/a%20b");
}

TEST(ClientUrl, PutsAnAddressInBracketsForOthersOnly) {
    auto url = parse_http_url("http://[::1]:8080/").value();
    EXPECT_EQ(url.host, "::1");
    EXPECT_EQ(url.place(), "[::1]:8080");
    EXPECT_EQ(parse_http_url("http://[::1]/").value().authority(), "[::1]");
}

TEST(ClientUrl, RefusesWhatCannotBeCalled) {
    for (auto text : {"", "localhost:11434", "//localhost", "ftp://localhost/", "ws://localhost/", "http://",
                      "http:///path", "http://:80/", "http://local host/", "http://localhost:0/",
                      "http://localhost:99999/", "http://localhost:eleven/", "http://a%20b/",
                      "http://user:word@localhost/", "http://localhost/\r\nX: y"}) {
        auto url = parse_http_url(text);
        ASSERT_TRUE(url.has_error()) << text;
        EXPECT_EQ(url.error().kind, ErrorKind::Malformed) << text;
    }
    EXPECT_TRUE(parse_websocket_url("http://localhost/").has_error());
}

TEST(ClientUrl, KeepsSecretsOutOfItsComplaints) {
    auto with_key = parse_http_url("ftp://localhost/models?key=hush").error();
    EXPECT_THAT(with_key.message, HasSubstr("ftp://localhost/models"));
    EXPECT_THAT(with_key.message, Not(HasSubstr("hush")));
    EXPECT_THAT(parse_http_url("http://user:hush@localhost/").error().message, Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace repartee::net
