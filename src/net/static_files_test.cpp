#include "net/static_files.h"

#include <gtest/gtest.h>

namespace repartee::net {
namespace {

constexpr StaticFile style{"style.css", "body { margin: 0 }", "squeezed", "abc123"};
constexpr StaticFile picture{"assets/cat.png", "\x89PNG", "", "def456"};

Request asking(Headers headers) {
    return {.method = "GET", .headers = std::move(headers)};
}

TEST(StaticFiles, KnowTheirTypes) {
    EXPECT_EQ(content_type_of("index.html"), "text/html; charset=utf-8");
    EXPECT_EQ(content_type_of("assets/index-1.2.js"), "text/javascript; charset=utf-8");
    EXPECT_EQ(content_type_of("bundle.js.LICENSE.txt"), "text/plain; charset=utf-8");
    EXPECT_EQ(content_type_of("NOTICE"), "text/plain; charset=utf-8");
    EXPECT_EQ(content_type_of("a.folder/NOTICE"), "text/plain; charset=utf-8");
    EXPECT_EQ(content_type_of("cat.xyz"), "application/octet-stream");
}

TEST(StaticFiles, AreCompressedForWhoTakesThatOnly) {
    EXPECT_TRUE(accepts_gzip("gzip"));
    EXPECT_TRUE(accepts_gzip("br, GZip;q=0.5, deflate"));
    EXPECT_TRUE(accepts_gzip("*"));
    EXPECT_TRUE(accepts_gzip("gzip ; q=0.001"));
    EXPECT_FALSE(accepts_gzip(""));
    EXPECT_FALSE(accepts_gzip("br, identity"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0"));
    EXPECT_FALSE(accepts_gzip("gzip; level=1; q=0.000, *"));
    EXPECT_FALSE(accepts_gzip("*;q=0"));
    EXPECT_FALSE(accepts_gzip("xgzip, gzipped"));
    EXPECT_FALSE(accepts_gzip(",,;q=;"));
}

TEST(StaticFiles, ComeWithTypeTagAndLength) {
    auto response = file_response(asking({}), style);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, style.bytes);
    EXPECT_EQ(response.headers.get("Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(response.headers.get("ETag"), "\"abc123\"");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-cache");
    EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding");
    EXPECT_FALSE(response.headers.has("Content-Encoding"));
}

TEST(StaticFiles, AreAnotherThingWhenCompressed) {
    auto response = file_response(asking({{"Accept-Encoding", "gzip, br"}}), style);
    EXPECT_EQ(response.body, style.gzip);
    EXPECT_EQ(response.headers.get("Content-Encoding"), "gzip");
    EXPECT_EQ(response.headers.get("ETag"), "\"abc123-gzip\"");

    response = file_response(asking({{"Accept-Encoding", "gzip"}}), picture);
    EXPECT_EQ(response.body, picture.bytes);
    EXPECT_FALSE(response.headers.has("Content-Encoding"));
    EXPECT_FALSE(response.headers.has("Vary"));
}

TEST(StaticFiles, AreNotSentAgainToWhoHasThem) {
    for (const auto* held : {"\"abc123\"", "W/\"abc123\"", "\"x\", \"abc123\"", "*"}) {
        auto response = file_response(asking({{"If-None-Match", held}}), style);
        EXPECT_EQ(response.status, 304) << held;
        EXPECT_TRUE(response.body.empty());
        EXPECT_EQ(response.headers.get("ETag"), "\"abc123\"");
        EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding");
    }
    for (const auto* held : {"\"abc123-gzip\"", "abc123", "\"\"", ""}) {
        EXPECT_EQ(file_response(asking({{"If-None-Match", held}}), style).status, 200) << held;
    }
}

TEST(StaticFiles, AreFoundBelowTheirPrefixAndTheIndexAtIt) {
    constexpr StaticFile index{"index.html", "<!doctype html>", "", "1"};
    const std::vector<StaticFile> tree{index, style, picture};
    Router router;
    add_static_files(router, "/docs", tree, {});
    EXPECT_TRUE(router.find("GET", "/docs"));
    EXPECT_TRUE(router.find("HEAD", "/docs/style.css"));
    EXPECT_TRUE(router.find("GET", "/docs/assets/cat.png"));
    EXPECT_FALSE(router.find("GET", "/docs/index.html"));
    EXPECT_FALSE(router.find("GET", "/docs/"));
}

TEST(StaticFiles, SayHowLongTheyHold) {
    const std::vector<StaticFile> tree{style, picture};
    Router router;
    add_static_files(
        router, "/app", tree,
        {.headers = {{"Content-Security-Policy", "default-src 'none'"}}, .immutable_folder = "assets/"});
    asio::io_context context;
    auto cache_control = [&](std::string path) {
        std::string said;
        auto request = asking({});
        asio::co_spawn(context.get_executor(), router.find("GET", path)->http(request),
                       [&](const std::exception_ptr&, const Response& response) {
                           said = response.headers.get("Cache-Control").value_or("");
                           EXPECT_EQ(response.headers.get("Content-Security-Policy"), "default-src 'none'");
                       });
        context.run();
        context.restart();
        return said;
    };
    EXPECT_EQ(cache_control("/app/style.css"), "no-cache");
    EXPECT_EQ(cache_control("/app/assets/cat.png"), "public, max-age=31536000, immutable");
}

}  // namespace
}  // namespace repartee::net
