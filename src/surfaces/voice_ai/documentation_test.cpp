#include "surfaces/voice_ai/documentation.h"

#include "base/test_loop.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <regex>

namespace repartee::surfaces::voice_ai {
namespace {

using testing::HasSubstr;
using testing::Not;

class Documentation : public testing::Test {
protected:
    void SetUp() override { add_documentation(router); }

    net::Response get(const std::string& path, net::Headers headers = {}) {
        const auto* route = router.find("GET", path);
        if (!route) {
            return {.status = 404};
        }
        net::Request request{.method = "GET", .path = path, .headers = std::move(headers)};
        net::Response response;
        run_to_end(context, ask(route->http, request, response));
        return response;
    }

    static awaitable<void> ask(net::HttpHandler handler, const net::Request& request,
                               net::Response& response) {
        response = co_await handler(request);
    }

    asio::io_context context;
    net::Router router;
};

TEST_F(Documentation, DescribesTheSurface) {
    auto response = get("/api/v1/openapi.json");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
    auto document = boost::json::parse(response.body);
    EXPECT_TRUE(document.at("paths").as_object().contains("/api/v1/chat/message"));

    auto tag = std::string(response.headers.get("ETag").value_or(""));
    EXPECT_EQ(get("/api/v1/openapi.json", {{"If-None-Match", tag}}).status, 304);
}

TEST_F(Documentation, IsAPageThatLoadsOnlyFromThisServer) {
    auto page = get("/docs");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.headers.get("Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(page.body, Not(HasSubstr("//")));
    EXPECT_THAT(
        std::string(page.headers.get("Content-Security-Policy").value_or("")),
        testing::AllOf(HasSubstr("default-src 'none'"), Not(HasSubstr("unsafe")), Not(HasSubstr("http"))));

    std::regex reference(R"re((?:src|href)="([^"]+)")re");
    int count = 0;
    for (std::sregex_iterator match(page.body.begin(), page.body.end(), reference), end; match != end;
         ++match) {
        EXPECT_EQ(get("/" + (*match)[1].str()).status, 200) << (*match)[1];
        ++count;
    }
    EXPECT_GE(count, 5);
    // No script or style within the page itself: its policy would not have them.
    EXPECT_FALSE(std::regex_search(page.body, std::regex(R"re(<script>|<style|style=| on\w+=)re")));
}

TEST_F(Documentation, IsCompressedForBrowsers) {
    auto plain = get("/docs/swagger-ui-bundle.js");
    auto compressed = get("/docs/swagger-ui-bundle.js", {{"Accept-Encoding", "gzip, deflate, br"}});
    EXPECT_EQ(compressed.headers.get("Content-Encoding"), "gzip");
    EXPECT_LT(compressed.body.size() * 3, plain.body.size());
    EXPECT_TRUE(compressed.body.starts_with("\x1f\x8b"));
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
