#include "downloads/range_answer.h"

#include <gmock/gmock.h>

namespace repartee::downloads {
namespace {

using testing::HasSubstr;

TEST(ContentRange, IsReadAsTheStandardHasIt) {
    EXPECT_EQ(parse_content_range("bytes 100-199/200"),
              (ContentRange{.first = 100, .last = 199, .whole = 200}));
    EXPECT_EQ(parse_content_range("bytes 0-0/*"), (ContentRange{.first = 0, .last = 0}));
    EXPECT_EQ(parse_content_range("bytes */200"), (ContentRange{.whole = 200}));
    EXPECT_EQ(parse_content_range("bytes 5000000000-5000000001/6000000000")->first, 5'000'000'000U);
}

TEST(ContentRange, NonsenseIsNone) {
    for (const auto* text :
         {"", "bytes", "bytes ", "bytes 1-2", "bytes 1/2", "bytes -1-2/3", "bytes 1-/3", "bytes */*",
          "lines 1-2/3", "bytes 1-2/x", "bytes 99999999999999999999-1/2", "bytes 1-2 /3"}) {
        EXPECT_FALSE(parse_content_range(text)) << text;
    }
}

TEST(StrongEtag, OnlyOneThatPromisesTheSameBytes) {
    EXPECT_EQ(strong_etag({{"etag", "\"abc\""}}), "\"abc\"");
    EXPECT_EQ(strong_etag({{"ETag", "W/\"abc\""}}), "");
    EXPECT_EQ(strong_etag({{"ETag", "abc"}}), "");
    EXPECT_EQ(strong_etag({{"ETag", "\"\""}}), "");
    EXPECT_EQ(strong_etag({}), "");
}

TEST(Continuation, AWholeFileBeginsAtItsBeginning) {
    auto answer = continuation(700, 200, {{"Content-Length", "1000"}}).value();
    EXPECT_EQ(answer.from, 0U);
    EXPECT_EQ(answer.whole, 1000U);
    EXPECT_FALSE(continuation(0, 200, {}).value().whole);
}

TEST(Continuation, APartGoesOnWhereWeAre) {
    auto answer = continuation(700, 206, {{"Content-Range", "bytes 700-999/1000"}}).value();
    EXPECT_EQ(answer.from, 700U);
    EXPECT_EQ(answer.whole, 1000U);
}

TEST(Continuation, AnotherPartIsNoneOfOurs) {
    for (const auto* range : {"bytes 699-999/1000", "bytes 701-999/1000", "bytes 0-999/1000",
                              "bytes 700-1000/1000", "bytes 700-600/1000", "bytes */1000", "nonsense", ""}) {
        auto answer = continuation(700, 206, {{"Content-Range", range}});
        ASSERT_FALSE(answer) << range;
        EXPECT_EQ(answer.error().kind, ErrorKind::Conflict) << range;
    }
}

TEST(Continuation, NothingBehindWhatWeHaveMeansThatItIsWhole) {
    EXPECT_TRUE(continuation(1000, 416, {{"Content-Range", "bytes */1000"}}).value().nothing_missing);
    EXPECT_EQ(continuation(1001, 416, {{"Content-Range", "bytes */1000"}}).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(continuation(1000, 416, {}).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(continuation(0, 416, {{"Content-Range", "bytes */0"}}).error().kind, ErrorKind::Conflict);
}

TEST(Continuation, ALogInPageIsNoFile) {
    auto answer = continuation(0, 200, {{"Content-Type", "text/html; charset=utf-8"}});
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, HasSubstr("web page"));
}

TEST(Continuation, RefusalsAreToldApart) {
    auto kind = [](int status) { return continuation(0, status, {}).error().kind; };
    EXPECT_EQ(kind(404), ErrorKind::NotFound);
    EXPECT_EQ(kind(410), ErrorKind::NotFound);
    EXPECT_EQ(kind(401), ErrorKind::Forbidden);
    EXPECT_EQ(kind(403), ErrorKind::Forbidden);
    EXPECT_EQ(kind(429), ErrorKind::Busy);
    EXPECT_EQ(kind(503), ErrorKind::Busy);
    EXPECT_EQ(kind(500), ErrorKind::ProviderBroke);
    EXPECT_EQ(kind(204), ErrorKind::Unsupported);
    EXPECT_EQ(kind(400), ErrorKind::Unsupported);
}

}  // namespace
}  // namespace repartee::downloads
