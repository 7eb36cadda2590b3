#include "net/multipart.h"

#include <gtest/gtest.h>

#include <chrono>

namespace repartee::net {
namespace {

constexpr std::string_view form_type = "multipart/form-data; boundary=xyz";

std::string part(std::string_view name, std::string_view content, std::string_view more = "") {
    return "--xyz\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"" + std::string(more) +
           "\r\n\r\n" + std::string(content) + "\r\n";
}

const std::string closing = "--xyz--\r\n";

// What is wrong with this body; Internal when nothing is.
Error fault_of(std::string_view body, std::string_view type = form_type, const MultipartLimits& limits = {}) {
    auto parts = parse_multipart(type, body, limits);
    return parts ? Error{} : parts.error();
}

ErrorKind kind_of(std::string_view body, std::string_view type = form_type,
                  const MultipartLimits& limits = {}) {
    return fault_of(body, type, limits).kind;
}

TEST(Multipart, ReadsWhatBrowsersSend) {
    std::string sound("RIFF\0\r\n--xy\r\n\r\n-- \xFF", 20);
    auto body = part("file", sound, "; filename=\"recording.wav\"\r\nContent-Type: audio/wav") +
                part("note", "") + closing;
    auto parts = parse_multipart(form_type, body);
    ASSERT_TRUE(parts) << parts.error().message;
    ASSERT_EQ(parts->size(), 2u);
    const auto* file = part_named(*parts, "file");
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(file->content, sound);
    EXPECT_EQ(file->file_name, "recording.wav");
    EXPECT_EQ(file->headers.get("content-type"), "audio/wav");
    EXPECT_EQ(part_named(*parts, "note")->content, "");
    EXPECT_EQ(part_named(*parts, "note")->file_name, std::nullopt);
    EXPECT_EQ(part_named(*parts, "other"), nullptr);
}

TEST(Multipart, TakesTheFreedomsThatClientsTake) {
    auto names = [](std::string_view head) {
        auto parts = parse_multipart(form_type, "--xyz\r\n" + std::string(head) + "\r\n\r\n1\r\n" + closing);
        return parts ? parts->front().name + "|" + parts->front().file_name.value_or("-")
                     : parts.error().message;
    };
    EXPECT_EQ(names("content-disposition:form-data;name=file"), "file|-");
    EXPECT_EQ(names("Content-Disposition: Form-Data; NAME=\"file\" ; filename=\"a \\\"b\\\".wav\";"),
              "file|a \"b\".wav");
    EXPECT_EQ(names("Content-Disposition: form-data; filename=\"C:\\sound\\a.wav\"; name=\"file\""),
              "file|C:\\sound\\a.wav");
    EXPECT_EQ(names("X-A: 1\r\nContent-Disposition: form-data; name=\"\xC3\xA4\"\r\nX-B:"), "\xC3\xA4|-");
    EXPECT_EQ(names("Content-Transfer-Encoding: Binary\r\nContent-Disposition: form-data; name=a"), "a|-");
    // An empty line in front, blanks behind a boundary, no line break at the very end.
    EXPECT_TRUE(parse_multipart(form_type, "\r\n" + part("a", "1") + "--xyz--"));
    EXPECT_TRUE(parse_multipart(form_type,
                                "--xyz \t\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n" + closing));
    EXPECT_TRUE(
        parse_multipart("Multipart/Form-Data; charset=utf-8; Boundary=\"xyz\"", part("a", "1") + closing));
    auto none = parse_multipart(form_type, closing);
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
}

TEST(Multipart, WantsABoundary) {
    for (auto type : {"", "audio/wav", "multipart/mixed; boundary=xyz", "application/json"}) {
        EXPECT_EQ(kind_of(part("a", "1") + closing, type), ErrorKind::Unsupported) << type;
    }
    for (std::string type :
         {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
          "multipart/form-data; boundary=\"xyz", "multipart/form-data boundary=xyz",
          "multipart/form-data; boundary=xyz; boundary=xyz", "multipart/form-data; boundary=\"xyz \"",
          "multipart/form-data; boundary=\"x\tz\"", "multipart/form-data; boundary=x{z",
          "multipart/form-data; boundary=x yz"}) {
        auto kind = kind_of(part("a", "1") + closing, type);
        EXPECT_TRUE(kind == ErrorKind::Malformed || kind == ErrorKind::Unsupported) << type;
    }
    auto longest = std::string(70, 'b');
    auto type = "multipart/form-data; boundary=" + longest;
    EXPECT_TRUE(parse_multipart(type, "--" + longest + "--"));
    EXPECT_EQ(kind_of("--" + longest + "b--", type + "b"), ErrorKind::Malformed);
    EXPECT_NE(
        fault_of(part("a", "1") + closing, "multipart/form-data; boundary=abc").message.find("boundary"),
        std::string::npos);
    std::string parameters = "multipart/form-data; boundary=xyz";
    for (int i = 0; i < 100; ++i) {
        parameters += "; p" + std::to_string(i) + "=1";
    }
    EXPECT_EQ(kind_of(closing, parameters), ErrorKind::Malformed);
}

TEST(Multipart, RefusesEveryBodyThatIsCutOff) {
    auto body =
        part("file", "some sound", "; filename=a\r\nContent-Type: audio/wav") + part("b", "2") + "--xyz--";
    ASSERT_TRUE(parse_multipart(form_type, body));
    for (std::size_t length = 0; length < body.size(); ++length) {
        EXPECT_EQ(kind_of(body.substr(0, length)), ErrorKind::Malformed) << length;
    }
}

TEST(Multipart, RefusesWhatCouldBeReadInTwoWays) {
    for (const auto& body : {
             "preamble\r\n" + part("a", "1") + closing,
             part("a", "1") + closing + part("b", "2") + closing,
             part("a", "1") + "--xyz--epilogue",
             part("a", "1\r\n--xyzz") + closing,
             part("a", "1\r\n--xyz-") + closing,
             std::string("--xyz\nContent-Disposition: form-data; name=a\n\n1\n--xyz--\n"),
             "--xyz\r\n\r\n1\r\n" + closing,
             "--xyz\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n" + closing,
             "--xyz\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + closing,
             "--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n" + closing,
             "--xyz\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n1\r\n" + closing,
             "--xyz\r\nContent-Disposition : form-data; name=a\r\n\r\n1\r\n" + closing,
             "--xyz\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n1\r\n" + closing,
             "--xyz\r\nContent-Disposition: form-data; name=a\r\nX\r\n\r\n1\r\n" + closing,
             "--xyz\r\nContent-Disposition: form-data; name=a\r\nX: \x01\r\n\r\n1\r\n" + closing,
         }) {
        EXPECT_EQ(kind_of(body), ErrorKind::Malformed) << body;
    }
}

TEST(Multipart, RefusesFormsWithinForms) {
    auto nested =
        "--xyz\r\nContent-Disposition: form-data; name=file\r\n"
        "Content-Type: MULTIPART/mixed; boundary=abc\r\n\r\n"
        "--abc\r\n\r\n1\r\n--abc--\r\n" +
        closing;
    EXPECT_EQ(kind_of(nested), ErrorKind::Malformed);
    auto encoded =
        "--xyz\r\nContent-Disposition: form-data; name=file\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n" +
        closing;
    EXPECT_EQ(kind_of(encoded), ErrorKind::Unsupported);
}

TEST(Multipart, HasLimits) {
    std::string many;
    for (int i = 0; i < 16; ++i) {
        many += part("a", "1");
    }
    EXPECT_TRUE(parse_multipart(form_type, many + closing));
    EXPECT_EQ(kind_of(many + part("a", "1") + closing), ErrorKind::TooLarge);
    EXPECT_EQ(kind_of(many + part("a", "1")), ErrorKind::TooLarge);
    auto long_header = "\r\nX: " + std::string(5000, 'x');
    EXPECT_EQ(kind_of(part("a", "1", long_header) + closing), ErrorKind::TooLarge);
    EXPECT_TRUE(parse_multipart(form_type, part("a", "1", long_header) + closing, {.header_bytes = 6000}));
    // A header without end in a body that goes on.
    EXPECT_EQ(kind_of("--xyz\r\nX: " + std::string(100'000, 'x')), ErrorKind::TooLarge);
}

// Bodies made to be slow for a parser that looks twice: a search that started over would take hours.
TEST(Multipart, TakesTimeInProportion) {
    constexpr std::size_t size = 20 << 20;
    auto type = "multipart/form-data; boundary=" + std::string(70, '-');
    auto head = "--" + std::string(70, '-') + "\r\nContent-Disposition: form-data; name=a\r\n\r\n";
    auto began = std::chrono::steady_clock::now();
    for (const std::string& pattern : {std::string("\r"), std::string("\r\n"), std::string("-"),
                                       "\r\n" + std::string(71, '-') + "x", std::string("\r\n\r")}) {
        std::string body = head;
        while (body.size() < size) {
            body += pattern;
        }
        EXPECT_EQ(kind_of(body, type), ErrorKind::Malformed);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

}  // namespace
}  // namespace repartee::net
