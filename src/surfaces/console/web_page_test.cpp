#include "surfaces/console/web_page.h"

#include "base/test_loop.h"

#include <gmock/gmock.h>

namespace repartee::surfaces::console {
namespace {

using testing::HasSubstr;

constexpr std::array<net::StaticFile, 3> site{{{"assets/app.js", "run()", "", "js1"},
                                               {"icon.svg", "<svg/>", "", "svg1"},
                                               {"index.html", "<p>hello</p>", "", "html1"}}};

awaitable<net::Response> description(const net::Request&) {
    co_return net::json_response(200, R"({"message":"Toy Backend API"})");
}

class WebPage : public testing::Test {
protected:
    net::Response get(const std::string& path, net::Headers headers = {}) {
        net::Request request{
            .method = "GET", .path = path, .headers = std::move(headers), .host = "localhost:8000"};
        net::Response response;
        asio::io_context context;
        run_to_end(context, ask(request, response));
        return response;
    }

    awaitable<void> ask(const net::Request& request, net::Response& response) {
        response = co_await router.find("GET", request.path)->http(request);
    }

    net::Router router;
};

TEST_F(WebPage, IsForBrowsersAndTheDescriptionForAllElse) {
    router.get("/", description, {.any_origin = true});
    add_web_page(router, site);
    const std::string browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    EXPECT_EQ(get("/", {{"Accept", browser}}).body, "<p>hello</p>");
    for (const char* accept : {"*/*", "application/json", "", "text/html;q=0, */*"}) {
        auto response = get("/", {{"Accept", accept}});
        EXPECT_THAT(response.body, HasSubstr("Toy Backend API")) << accept;
        EXPECT_EQ(response.headers.get("Vary"), "Accept");
    }
    EXPECT_THAT(get("/").body, HasSubstr("Toy Backend API"));
    EXPECT_TRUE(router.find("GET", "/")->options.any_origin);
}

TEST_F(WebPage, AllowsNothingButItself) {
    add_web_page(router, site);
    auto response = get("/", {{"Accept", "text/html"}});
    auto policy = std::string(response.headers.get("Content-Security-Policy").value_or(""));
    for (const char* part :
         {"default-src 'none'", "script-src 'self';", "connect-src 'self' ws://localhost:8000 ",
          "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"}) {
        EXPECT_THAT(policy, HasSubstr(part));
    }
    EXPECT_THAT(std::string(*response.headers.get("Permissions-Policy")), HasSubstr("microphone=(self)"));
    EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-cache");
    EXPECT_EQ(response.headers.get("Vary"), "Accept");
    EXPECT_EQ(get("/", {{"Accept", "text/html"}, {"If-None-Match", "\"html1\""}}).status, 304);
}

TEST_F(WebPage, HasItsFilesBesideIt) {
    add_web_page(router, site);
    EXPECT_EQ(get("/icon.svg").body, "<svg/>");
    EXPECT_EQ(get("/icon.svg").headers.get("Cache-Control"), "no-cache");
    EXPECT_THAT(std::string(*get("/assets/app.js").headers.get("Cache-Control")), HasSubstr("immutable"));
    // Where nobody else answers at /, who wants no page finds nothing.
    EXPECT_EQ(get("/").status, 404);
}

TEST(PagePolicy, NamesOnlyHostsThatAPolicyCanName) {
    EXPECT_THAT(page_policy("talk.example.org"),
                HasSubstr("connect-src 'self' ws://talk.example.org wss://"));
    EXPECT_THAT(page_policy("[::1]:8000"), HasSubstr("connect-src 'self'; "));
    EXPECT_THAT(page_policy(""), HasSubstr("connect-src 'self'; "));
}

TEST(WantsAPage, KnowsABrowser) {
    EXPECT_TRUE(wants_a_page("text/html"));
    EXPECT_TRUE(wants_a_page("application/json, Text/HTML ;q=0.5"));
    EXPECT_FALSE(wants_a_page("text/html-ish"));
    EXPECT_FALSE(wants_a_page("text/html;q=0.000"));
    EXPECT_FALSE(wants_a_page("text/*"));
    EXPECT_FALSE(wants_a_page(",,;;"));
}

}  // namespace
}  // namespace repartee::surfaces::console
