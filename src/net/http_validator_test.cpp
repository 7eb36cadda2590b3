#include "net/http_validator.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace repartee::net {
namespace {

using namespace std::string_literals;

struct HeadCase {
    const char* name;
    std::string head;
    int status;  // 0: nothing wrong
};

std::ostream& operator<<(std::ostream& out, const HeadCase& one) {
    return out << one.name;
}

std::string name_of(const testing::TestParamInfo<HeadCase>& info) {
    return info.param.name;
}

// A good head with these lines in it.
std::string with(const std::string& lines) {
    return "POST / HTTP/1.1\r\nHost: localhost:8000\r\n" + lines + "\r\n";
}

std::string request_line(const std::string& line) {
    return line + "\r\nHost: localhost\r\n\r\n";
}

std::string host(const std::string& value) {
    return "GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n";
}

std::string many_headers(int count) {
    std::string lines;
    for (int i = 0; i < count; ++i) {
        lines += "X-" + std::to_string(i) + ": x\r\n";
    }
    return with(lines);
}

class RequestHead : public testing::TestWithParam<HeadCase> {};

TEST_P(RequestHead, IsJudged) {
    auto fault = check_request_head(GetParam().head);
    EXPECT_EQ(fault ? fault->status : 0, GetParam().status) << (fault ? fault->reason : "") << "\n"
                                                            << GetParam().head;
}

INSTANTIATE_TEST_SUITE_P(
    RequestLine, RequestHead,
    testing::Values(
        HeadCase{"Simple", request_line("GET / HTTP/1.1"), 0},
        HeadCase{"Query", request_line("GET /a/b?c=d&e=%20+f HTTP/1.1"), 0},
        HeadCase{"UnencodedBracesInQuery", request_line("GET /?a={|}^` HTTP/1.1"), 0},
        HeadCase{"UnknownMethod", request_line("BREW /pot HTTP/1.1"), 0},
        HeadCase{"OldVersion", "GET / HTTP/1.0\r\n\r\n", 0},
        HeadCase{"OldVersionWithHost", request_line("GET / HTTP/1.0"), 0},
        HeadCase{"Options", request_line("OPTIONS * HTTP/1.1"), 0},
        HeadCase{"StarForOthers", request_line("GET * HTTP/1.1"), 400},
        HeadCase{"AbsoluteTarget", request_line("GET http://localhost/x?y HTTP/1.1"), 0},
        HeadCase{"AbsoluteTargetUpperCase", request_line("GET HTTP://LOCALHOST/ HTTP/1.1"), 0},
        HeadCase{"AbsoluteTargetOfAnother", request_line("GET http://elsewhere/ HTTP/1.1"), 400},
        HeadCase{"AbsoluteTargetWithUser", request_line("GET http://me@localhost/ HTTP/1.1"), 400},
        HeadCase{"AbsoluteTargetOtherScheme", request_line("GET ftp://localhost/ HTTP/1.1"), 400},
        HeadCase{"AuthorityTarget", request_line("GET localhost:80 HTTP/1.1"), 400},
        HeadCase{"Connect", request_line("CONNECT localhost:80 HTTP/1.1"), 501},
        HeadCase{"RelativeTarget", request_line("GET index.html HTTP/1.1"), 400},
        HeadCase{"NoTarget", request_line("GET HTTP/1.1"), 400},
        HeadCase{"EmptyTarget", request_line("GET  HTTP/1.1"), 400},
        HeadCase{"SpaceInTarget", request_line("GET /a b HTTP/1.1"), 400},
        HeadCase{"TwoSpaces", request_line("GET  / HTTP/1.1"), 400},
        HeadCase{"TabForSpace", request_line("GET\t/\tHTTP/1.1"), 400},
        HeadCase{"LeadingSpace", request_line(" GET / HTTP/1.1"), 400},
        HeadCase{"TrailingSpace", request_line("GET / HTTP/1.1 "), 400},
        HeadCase{"Fragment", request_line("GET /a#b HTTP/1.1"), 400},
        HeadCase{"RawUtf8", request_line("GET /\xc3\xa9 HTTP/1.1"), 400},
        HeadCase{"ControlInTarget", request_line("GET /\x01 HTTP/1.1"), 400},
        HeadCase{"ZeroInTarget", request_line("GET /\0 HTTP/1.1"s), 400},
        HeadCase{"BadPercent", request_line("GET /%2 HTTP/1.1"), 400},
        HeadCase{"BadPercentDigits", request_line("GET /%zz HTTP/1.1"), 400},
        HeadCase{"EncodedZero", request_line("GET /%00 HTTP/1.1"), 400},
        HeadCase{"BadPercentInQuery", request_line("GET /?100% HTTP/1.1"), 0},
        HeadCase{"MethodNotAToken", request_line("G(T / HTTP/1.1"), 400},
        HeadCase{"MethodTooLong", request_line(std::string(33, 'A') + " / HTTP/1.1"), 400},
        HeadCase{"LongTarget", request_line("GET /" + std::string(8191, 'a') + " HTTP/1.1"), 0},
        HeadCase{"TargetTooLong", request_line("GET /" + std::string(8192, 'a') + " HTTP/1.1"), 414},
        HeadCase{"NoVersion", request_line("GET /"), 400},
        HeadCase{"LowerCaseVersion", request_line("GET / http/1.1"), 400},
        HeadCase{"VersionOfMoreDigits", request_line("GET / HTTP/1.10"), 400},
        HeadCase{"Version2", request_line("PRI * HTTP/2.0"), 505},
        HeadCase{"Version09", request_line("GET / HTTP/0.9"), 505},
        HeadCase{"Version12", request_line("GET / HTTP/1.2"), 505}, HeadCase{"Empty", "", 400},
        HeadCase{"Garbage", "\x16\x03\x01\x02", 400}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Fields, RequestHead,
    testing::Values(HeadCase{"Plain", with("Accept: */*\r\nX-Empty:\r\nX-Tab:\ta\tb\t\r\n"), 0},
                    HeadCase{"Latin1Value", with("X-Name: caf\xe9\r\n"), 0},
                    HeadCase{"SpaceBeforeColon", with("Content-Length : 5\r\n"), 400},
                    HeadCase{"NoColon", with("Nonsense\r\n"), 400},
                    HeadCase{"NoName", with(": value\r\n"), 400},
                    HeadCase{"NameNotAToken", with("X(y): z\r\n"), 400},
                    HeadCase{"Folded", with("X-Long: a\r\n b\r\n"), 400},
                    HeadCase{"FoldedFirst", "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", 400},
                    HeadCase{"FoldedByTab", with("X-Long: a\r\n\tb\r\n"), 400},
                    HeadCase{"BareLineFeed", with("X: a\nY: b\r\n"), 400},
                    HeadCase{"BareCarriageReturn", with("X: a\rY: b\r\n"), 400},
                    HeadCase{"OnlyLineFeeds", "GET / HTTP/1.1\nHost: localhost\n\n", 400},
                    HeadCase{"ZeroInValue", with("X: a\0b\r\n"s), 400},
                    HeadCase{"ControlInValue", with("X: a\x0b\r\n"), 400},
                    HeadCase{"DeleteInValue", with("X: a\x7f\r\n"), 400},
                    HeadCase{"ManyHeaders", many_headers(99), 0},
                    HeadCase{"TooManyHeaders", many_headers(100), 431},
                    HeadCase{"NoEnd", "GET / HTTP/1.1\r\nHost: localhost\r\n", 400},
                    HeadCase{"SomethingBehind", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET", 400}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Hosts, RequestHead,
    testing::Values(
        HeadCase{"Name", host("example.org"), 0}, HeadCase{"NameAndPort", host("example.org:8000"), 0},
        HeadCase{"Address", host("127.0.0.1:8000"), 0}, HeadCase{"Ipv6", host("[::1]:8000"), 0},
        HeadCase{"Ipv6WithoutPort", host("[fe80::1]"), 0}, HeadCase{"Missing", "GET / HTTP/1.1\r\n\r\n", 400},
        HeadCase{"Twice", host("localhost\r\nHost: localhost"), 400},
        HeadCase{"TwiceInOtherCase", host("localhost\r\nhOST: other"), 400}, HeadCase{"Empty", host(""), 400},
        HeadCase{"List", host("a, b"), 400}, HeadCase{"Space", host("a b"), 400},
        HeadCase{"User", host("me@localhost"), 400}, HeadCase{"Path", host("localhost/x"), 400},
        HeadCase{"NoPortAfterColon", host("localhost:"), 400},
        HeadCase{"PortNotANumber", host("localhost:80a"), 400},
        HeadCase{"LongPort", host("localhost:800000"), 400}, HeadCase{"OpenBracket", host("[::1"), 400},
        HeadCase{"BracketGarbage", host("[::1]x"), 400}, HeadCase{"EmptyBrackets", host("[]"), 400},
        HeadCase{"LongName", host(std::string(256, 'a')), 400}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Framing, RequestHead,
    testing::Values(
        HeadCase{"Length", with("Content-Length: 5\r\n"), 0},
        HeadCase{"ZeroLength", with("Content-Length: 0\r\n"), 0},
        HeadCase{"LengthTwice", with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        HeadCase{"LengthsDiffer", with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        HeadCase{"LengthList", with("Content-Length: 5, 5\r\n"), 400},
        HeadCase{"LengthWithSign", with("Content-Length: +5\r\n"), 400},
        HeadCase{"NegativeLength", with("Content-Length: -5\r\n"), 400},
        HeadCase{"HexLength", with("Content-Length: 0x5\r\n"), 400},
        HeadCase{"EmptyLength", with("Content-Length:\r\n"), 400},
        HeadCase{"LengthOverflows", with("Content-Length: 18446744073709551621\r\n"), 400},
        HeadCase{"Chunked", with("Transfer-Encoding: chunked\r\n"), 0},
        HeadCase{"ChunkedUpperCase", with("transfer-encoding: CHUNKED\r\n"), 0},
        HeadCase{"ChunkedAndLength", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        HeadCase{"ChunkedTwice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        HeadCase{"ChunkedBehindIdentity",
                 with("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"), 400},
        HeadCase{"ChunkedList", with("Transfer-Encoding: chunked, chunked\r\n"), 501},
        HeadCase{"Gzip", with("Transfer-Encoding: gzip, chunked\r\n"), 501},
        HeadCase{"Identity", with("Transfer-Encoding: identity\r\n"), 501},
        HeadCase{"XChunked", with("Transfer-Encoding: xchunked\r\n"), 501},
        HeadCase{"EmptyEncoding", with("Transfer-Encoding:\r\n"), 501},
        HeadCase{"ChunkedWithParameter", with("Transfer-Encoding: chunked;x=1\r\n"), 501},
        HeadCase{"ChunkedInQuotes", with("Transfer-Encoding: \"chunked\"\r\n"), 501},
        HeadCase{"ChunkedBehindVerticalTab",
                 with("Transfer-Encoding: \x0b"
                      "chunked\r\n"),
                 400},
        HeadCase{"ChunkedInOldVersion",
                 "POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        HeadCase{"Expect", with("Expect: 100-Continue\r\nContent-Length: 5\r\n"), 0},
        HeadCase{"ExpectOther", with("Expect: 200-ok\r\n"), 417},
        HeadCase{"ExpectTwice", with("Expect: 100-continue\r\nExpect: 100-continue\r\n"), 417}),
    name_of);

// --- WebSocket handshakes ---

std::string handshake(const std::string& from = "", const std::string& to = "") {
    std::string head =
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    if (auto place = head.find(from); !from.empty() && place != std::string::npos) {
        head.replace(place, from.size(), to);
    }
    return head;
}

class Handshake : public testing::TestWithParam<HeadCase> {};

TEST_P(Handshake, IsJudged) {
    ASSERT_FALSE(check_request_head(GetParam().head)) << GetParam().head;
    auto fault = check_websocket_handshake(GetParam().head);
    EXPECT_EQ(fault ? fault->status : 0, GetParam().status) << (fault ? fault->reason : "");
}

INSTANTIATE_TEST_SUITE_P(
    WebSocket, Handshake,
    testing::Values(
        HeadCase{"Good", handshake(), 0}, HeadCase{"UpperCase", handshake("websocket", "WebSocket"), 0},
        HeadCase{"EmptyBody", handshake("Upgrade:", "Content-Length: 0\r\nUpgrade:"), 0},
        HeadCase{"Post", handshake("GET", "POST"), 405},
        HeadCase{"OldVersion", handshake("HTTP/1.1", "HTTP/1.0"), 400},
        HeadCase{"Body", handshake("Upgrade:", "Content-Length: 1\r\nUpgrade:"), 400},
        HeadCase{"ChunkedBody", handshake("Upgrade:", "Transfer-Encoding: chunked\r\nUpgrade:"), 400},
        HeadCase{"NoUpgrade", handshake("Upgrade: websocket\r\n"), 400},
        HeadCase{"UpgradeTwice", handshake("Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: websocket"),
                 400},
        HeadCase{"UpgradeList", handshake("websocket", "h2c, websocket"), 400},
        HeadCase{"NoConnection", handshake("Connection: keep-alive, Upgrade\r\n"), 400},
        HeadCase{"ConnectionWithoutUpgrade", handshake("keep-alive, Upgrade", "keep-alive"), 400},
        HeadCase{"ConnectionTwice", handshake("keep-alive, Upgrade", "keep-alive\r\nConnection: upgrade"), 0},
        HeadCase{"NoVersion", handshake("Sec-WebSocket-Version: 13\r\n"), 426},
        HeadCase{"Version8", handshake(": 13", ": 8"), 426},
        HeadCase{"VersionTwice", handshake(": 13", ": 13\r\nSec-WebSocket-Version: 13"), 426},
        HeadCase{"NoKey", handshake("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), 400},
        HeadCase{"KeyTwice",
                 handshake("Sec-WebSocket-Key",
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key"),
                 400},
        HeadCase{"ShortKey", handshake("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ=="), 400},
        HeadCase{"LongKey", handshake("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQAA"), 400},
        HeadCase{"KeyNotBase64", handshake("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhb!BsZSBub25jZQ=="), 400}),
    name_of);

// --- the end of a head ---

std::optional<std::size_t> end_of(const std::string& bytes) {
    std::size_t looked_at = 0;
    return end_of_head(bytes, looked_at);
}

TEST(EndOfHead, IsTheEmptyLine) {
    EXPECT_EQ(end_of("GET / HTTP/1.1\r\nA: b\r\n\r\nbody"), 24u);
    EXPECT_EQ(end_of("GET / HTTP/1.1\r\nA: b\r\n\r"), std::nullopt);
    EXPECT_EQ(end_of("GET / HTTP/1.1\r\nA: b\r\n"), std::nullopt);
    EXPECT_EQ(end_of(""), std::nullopt);
}

TEST(EndOfHead, ComesEarlyForWhatNeverBecomesAHead) {
    EXPECT_EQ(end_of("GET / HTTP/1.1\nA: b"), 15u);
    EXPECT_EQ(end_of("\x16\x03\x01"), 1u);
    EXPECT_EQ(end_of("\n"), 1u);
}

TEST(EndOfHead, IsFoundByteByByte) {
    std::string head = "GET / HTTP/1.1\r\nA: b\r\n\r\n";
    std::size_t looked_at = 0;
    for (std::size_t i = 0; i < head.size(); ++i) {
        EXPECT_EQ(end_of_head(head.substr(0, i), looked_at), std::nullopt);
    }
    EXPECT_EQ(end_of_head(head, looked_at), head.size());
}

TEST(OriginForm, IsThePathOfAnyTarget) {
    EXPECT_EQ(origin_form("/a?b"), "/a?b");
    EXPECT_EQ(origin_form("http://host:80/a?b"), "/a?b");
    EXPECT_EQ(origin_form("http://host"), "");
    EXPECT_EQ(origin_form("*"), "");
    EXPECT_EQ(authority_form("https://host:1/a"), "host:1");
    EXPECT_EQ(authority_form("/a"), "");
}

}  // namespace
}  // namespace repartee::net
