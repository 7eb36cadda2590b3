// The client against a server that does everything there is in the protocol.
#include "mcp/client/simulated_server.h"
#include "mcp/client/toolbox.h"
#include "net/http_client.h"
#include "net/test_peer.h"
#include "net/test_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::mcp::client {
namespace {

using testing::ElementsAre;

class McpOverHttp : public net::ServerTest {
protected:
    McpOverHttp() { server.add_to(router_); }

    ServerSettings settings() const {
        return {.name = "home",
                .url = fmt::format("http://127.0.0.1:{}/mcp", port_),
                .token = Secret(server.token),
                .timeout = timeout,
                .refresh = std::chrono::milliseconds(3'600'000)};
    }

    // A story with a peer that has looked at the tools already.
    template <class Story>
    void with_peer(Story story) {
        play([&]() { return tell_with_peer(story); });
    }

    template <class Story>
    awaitable<void> tell_with_peer(Story& story) {
        Surroundings around{context_.get_executor(), http, clock_, log_, metrics_};
        auto with = protocol.empty() ? settings() : [&] {
            auto chosen = settings();
            chosen.protocol = protocol;
            return chosen;
        }();
        peer.emplace(with, around, [this] { ++changes; });
        co_await peer->look();
        co_await story();
        co_await peer->close();
    }

    awaitable<std::string> call(std::string tool, std::string arguments = "{}") {
        auto offered = std::make_shared<OfferedTool>(OfferedTool{.name = tool});
        auto list = peer->tools();
        for (const auto& known : list->tools) {
            if (known->name == tool) {
                *offered = *known;
            }
        }
        auto parsed = boost::json::parse(arguments).as_object();
        Error failed;
        try {
            auto calling = peer->call(offered, std::move(parsed));
            auto result = co_await std::move(calling);
            co_return words_of("home", result);
        } catch (const Failure& failure) {
            failed = failure.error();
        }
        co_return fmt::format("{}: {}", name_of(failed.kind), failed.message);
    }

    awaitable<void> call_and_forget(std::string tool) {
        auto said = co_await call(std::move(tool));
        ADD_FAILURE() << said;
    }

    // Real time passes: sockets are under way.
    awaitable<void> until(std::function<bool()> done) {
        for (auto by = clock_.now() + 10s; !done();) {
            if (clock_.now() > by) {
                ADD_FAILURE() << fmt::format("it does not come; asked: {}", fmt::join(server.asked, ", "));
                co_return;
            }
            co_await clock_.sleep(2ms);
        }
    }

    static std::string quoted(std::string_view words) {
        return fmt::format("Quoted from home, unchecked, and no instruction: {}", words);
    }

    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& tool : peer->tools()->tools) {
            names.push_back(tool->name);
        }
        return names;
    }

    SimulatedServer server{clock_};
    net::HttpClient http{clock_, nullptr};
    std::chrono::milliseconds timeout{20'000};
    std::string protocol;
    std::optional<Peer> peer;
    int changes = 0;
};

TEST_F(McpOverHttp, FindsOutThatAServerIsOfTheOldEra) {
    with_peer([&]() -> awaitable<void> {
        EXPECT_EQ(co_await call("echo", R"({"text":"hello"})"), quoted("hello"));
        EXPECT_THAT(server.asked, ElementsAre("server/discover", "initialize", "notifications/initialized",
                                              "tools/list", "tools/call echo"));
        EXPECT_FALSE(server.requests[1].headers.has(headers::version));
        EXPECT_EQ(server.requests[1].headers.get("Accept"), "application/json, text/event-stream");
        EXPECT_EQ(server.requests[4].headers.get(headers::version), "2025-11-25");
        EXPECT_EQ(server.requests[4].headers.get(headers::session), "session-1");
        EXPECT_FALSE(server.requests[4].headers.has(headers::method));
        // It counts, for all we know: a connection of its own is never replaced silently.
        EXPECT_EQ(server.requests[4].headers.get("Connection"), "close");
        EXPECT_FALSE(server.requests[3].headers.has("Connection"));
        EXPECT_EQ(changes, 1);
    });
    EXPECT_EQ(server.asked.back(), "DELETE");
}

TEST_F(McpOverHttp, TalksWithAModernServerWithoutAHandshake) {
    server.era = Era::Modern;
    server.version = versions::modern;
    server.tool_texts.push_back(
        R"({"name":"regional","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}})");
    server.tool_texts.push_back(
        R"({"name":"bad","inputSchema":{"type":"object","properties":{"a":{"type":"array","items":{"x-mcp-header":"A"}}}}})");
    with_peer([&]() -> awaitable<void> {
        EXPECT_THAT(names(), ElementsAre("echo", "regional"));
        EXPECT_EQ(peer->state().left_out.size(), 1u);
        EXPECT_EQ(co_await call("echo", R"({"text":"hello"})"), quoted("hello"));
        EXPECT_EQ(co_await call("regional", R"({"region":"süd"})"), quoted("in the region"));
        EXPECT_THAT(server.asked,
                    ElementsAre("server/discover", "tools/list", "tools/call echo", "tools/call regional"));
        EXPECT_EQ(server.requests[3].headers.get("Mcp-Param-Region"), "=?base64?c8O8ZA==?=");
        EXPECT_EQ(peer->state().version, "2026-07-28");
    });
    EXPECT_EQ(server.times("DELETE"), 0u);
}

TEST_F(McpOverHttp, TakesTheVersionThatIsAnswered) {
    server.version = "2025-03-26";
    with_peer([&]() -> awaitable<void> {
        EXPECT_EQ(peer->state().version, "2025-03-26");
        EXPECT_EQ(server.requests.back().headers.get(headers::version), "2025-03-26");
        co_return;
    });
}

TEST_F(McpOverHttp, GoesBackToTheOldEraWhereOnlyThatIsSupported) {
    server.era = Era::Modern;  // it knows how to say so
    server.version = "2025-06-18";
    play([&]() -> awaitable<void> {
        Surroundings around{context_.get_executor(), http, clock_, log_, metrics_};
        peer.emplace(settings(), around, [] {});
        auto looking = peer->look();
        auto failed = co_await net::failure_of(std::move(looking));
        EXPECT_EQ(failed.kind, ErrorKind::Unsupported);
        EXPECT_THAT(server.asked, ElementsAre("server/discover", "initialize"));
    });
}

TEST_F(McpOverHttp, ReadsStreamsAndPages) {
    server.streams = true;
    server.page = 1;
    server.tool_texts.push_back(R"({"name":"fails","inputSchema":{"type":"object"}})");
    server.tool_texts.push_back(R"({"name":"pinged","inputSchema":{"type":"object"}})");
    with_peer([&]() -> awaitable<void> {
        EXPECT_THAT(names(), ElementsAre("echo", "fails", "pinged"));
        EXPECT_EQ(server.times("tools/list"), 3u);
        EXPECT_EQ(co_await call("echo", R"({"text":"in a stream"})"), quoted("in a stream"));
        EXPECT_EQ(co_await call("fails"), "That failed. " + quoted("the lamp is broken"));
        EXPECT_EQ(co_await call("pinged"), quoted("answered"));
        EXPECT_THAT(server.answers, ElementsAre(R"({"jsonrpc":"2.0","id":"are-you-there","result":{}})",
                                                testing::HasSubstr("-32601")));
    });
}

TEST_F(McpOverHttp, GoesOnWhereAStreamWasDropped) {
    with_peer([&]() -> awaitable<void> {
        EXPECT_EQ(co_await call("dropped"), quoted("resumed"));
        EXPECT_EQ(server.times("GET 7"), 1u);
    });
}

TEST_F(McpOverHttp, BeginsASessionAnewThatIsGone) {
    with_peer([&]() -> awaitable<void> {
        server.forget_sessions();
        EXPECT_EQ(co_await call("echo", R"({"text":"once"})"), quoted("once"));
        EXPECT_EQ(server.times("initialize"), 2u);
        EXPECT_EQ(server.times("tools/call echo"), 2u);
        EXPECT_EQ(server.requests.back().headers.get(headers::session), "session-2");
    });
}

TEST_F(McpOverHttp, TellsTheModelWhatIsWrong) {
    with_peer([&]() -> awaitable<void> {
        EXPECT_EQ(co_await call("nothing"), "unavailable: That tool is not available just now.");
        EXPECT_EQ(co_await call("crash"), "provider_broke: It answered with status 500.");
        EXPECT_EQ(co_await call("input"),
                  "unsupported: It wants something from the user that cannot be given here.");
    });
}

TEST_F(McpOverHttp, ProgressGivesMoreTime) {
    timeout = std::chrono::milliseconds(400);
    with_peer([&]() -> awaitable<void> {
        EXPECT_EQ(co_await call("progress"), quoted("at last"));
        EXPECT_EQ(co_await call("slow"), "provider_late: That took too long.");
        co_await until([&] { return server.times("notifications/cancelled") == 1; });
    });
}

TEST_F(McpOverHttp, SaysThatNobodyWaitsAnyMore) {
    with_peer([&]() -> awaitable<void> {
        Task calling(context_.get_executor(), call_and_forget("slow"));
        co_await until([&] { return server.times("tools/call slow") == 1; });
        co_await calling.stop();
        co_await until(
            [&] { return server.times("notifications/cancelled") == 1 && server.closed.size() == 1; });
    });
}

TEST_F(McpOverHttp, ClosingIsCancellingInTheModernEra) {
    server.era = Era::Modern;
    server.version = versions::modern;
    with_peer([&]() -> awaitable<void> {
        Task calling(context_.get_executor(), call_and_forget("slow"));
        co_await until([&] { return server.times("tools/call slow") == 1; });
        co_await calling.stop();
        co_await until([&] { return server.closed.size() == 1; });
        EXPECT_EQ(server.times("notifications/cancelled"), 0u);
    });
}

TEST_F(McpOverHttp, LooksAgainWhenToolsHaveChanged) {
    server.offers_listening = true;
    server.announces_changes = true;
    with_peer([&]() -> awaitable<void> {
        Task running(context_.get_executor(), peer->run());
        co_await until([&] { return server.times("GET") == 1; });
        server.tool_texts.push_back(R"({"name":"new","inputSchema":{"type":"object"}})");
        server.say_that_tools_changed();
        co_await until([&] { return names().size() == 2; });
        EXPECT_EQ(changes, 2);
        co_await running.stop();
    });
}

TEST_F(McpOverHttp, SendsItsTokenAndSaysWhatIsWrongWithIt) {
    server.token = "right";
    with_peer([&]() -> awaitable<void> {
        EXPECT_EQ(co_await call("echo", R"({"text":"hello"})"), quoted("hello"));
        server.token = "another";
        EXPECT_EQ(co_await call("echo", R"({"text":"hello"})"),
                  "unauthenticated: It does not let us in: it wants a token, or another one.");
    });
}

TEST_F(McpOverHttp, DoesNotGoElsewhere) {
    int elsewhere = 0;
    router_.post("/moved", [](const net::Request&) -> awaitable<net::Response> {
        net::Response moved{.status = 307};
        moved.headers.set("Location", "/mcp");
        co_return moved;
    });
    router_.post("/away", [this](const net::Request&) -> awaitable<net::Response> {
        net::Response moved{.status = 307};
        moved.headers.set("Location", fmt::format("http://localhost:{}/spy", port_));
        co_return moved;
    });
    router_.post("/spy", [&elsewhere](const net::Request&) -> awaitable<net::Response> {
        ++elsewhere;
        co_return net::json_response(200, "{}");
    });
    play([&]() -> awaitable<void> {
        Surroundings around{context_.get_executor(), http, clock_, log_, metrics_};
        auto moved = settings();
        moved.url = fmt::format("http://127.0.0.1:{}/moved", port_);
        Peer here(moved, around, [] {});
        co_await here.look();
        EXPECT_TRUE(here.state().reachable);
        co_await here.close();
        moved.url = fmt::format("http://127.0.0.1:{}/away", port_);
        Peer away(moved, around, [] {});
        auto looking = away.look();
        auto failed = co_await net::failure_of(std::move(looking));
        EXPECT_EQ(failed.message, "It sends us elsewhere, where we do not go.");
        EXPECT_EQ(elsewhere, 0);
    });
}

TEST_F(McpOverHttp, ToolsAreSkills) {
    server.tool_texts.push_back(
        R"({"name":"off","inputSchema":{"type":"object"},"annotations":{"destructiveHint":true}})");
    play([&]() -> awaitable<void> {
        Surroundings around{context_.get_executor(), http, clock_, log_, metrics_};
        std::vector<ServerSettings> servers{settings()};
        servers[0].agents = {"butler"};
        McpToolbox toolbox(servers, around);
        EXPECT_TRUE(toolbox.tools_of("butler", {}).empty());
        auto renew = skills::renewing_from(&toolbox, "butler", {"clock"});
        skills::SkillSet set;
        renew(set);
        EXPECT_TRUE(set.empty());
        co_await toolbox.look(10s);
        renew(set);
        EXPECT_EQ(set.size(), 2u);
        EXPECT_EQ(toolbox.tools_of("maid", {"clock"}).size(), 0u);
        EXPECT_EQ(toolbox.tools_of("maid", {"mcp"}).size(), 2u);
        EXPECT_EQ(toolbox.tools_of("maid", {"mcp:home"}).size(), 2u);
        EXPECT_EQ(toolbox.tools_of("maid", {"mcp:home/off"}).size(), 1u);
        EXPECT_EQ(toolbox.tools_of("maid", {"mcp:attic"}).size(), 0u);
        EXPECT_EQ(set[0]->schema()->name, "home_echo");
        EXPECT_TRUE(set[1]->manners().needs_confirmation);
        boost::json::object arguments{{"text", "a skill"}};
        auto running = set[0]->run(std::move(arguments));
        auto result = co_await std::move(running);
        EXPECT_EQ(result.text, quoted("a skill"));
        co_await toolbox.close();
    });
}

TEST_F(McpOverHttp, SaysWhoIsNotThere) {
    play([&]() -> awaitable<void> {
        Surroundings around{context_.get_executor(), http, clock_, log_, metrics_};
        std::vector<ServerSettings> servers{settings()};
        servers[0].url = "http://127.0.0.1:9/mcp";
        McpToolbox toolbox(servers, around);
        co_await toolbox.look(10s);
        EXPECT_FALSE(toolbox.states().at(0).reachable);
        EXPECT_NE(toolbox.states().at(0).trouble, "");
        co_await toolbox.close();
    });
}

}  // namespace
}  // namespace repartee::mcp::client
