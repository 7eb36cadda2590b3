// The client against programs: shells that say what a server would, and what none should.
#include "base/test_loop.h"
#include "mcp/client/peer.h"
#include "mcp/client/stdio_carrier.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

namespace repartee::mcp::client {
namespace {

// Answers line after line by what is in it; ids are taken from the requests.
constexpr std::string_view old_server = R"sh(
echo 'a server that likes to talk' >&2
while read -r line; do
    id=$(expr "$line" : '.*"id":\([0-9]*\)')
    case $line in
        *'"server/discover"'*) echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"Method not found"}}' ;;
        *'"initialize"'*)
            echo 'not a frame'
            echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"1"}}}' ;;
        *'"tools/list"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"say","inputSchema":{"type":"object"}}]}}' ;;
        *'"quit"'*) exit 3 ;;
        *'"wait"'*) ;;
        *'"tools/call"'*)
            echo '{"jsonrpc":"2.0","id":"s1","method":"ping"}'
            read -r pong
            case $pong in *'"s1","result"'*) word=there ;; *) word=silent ;; esac
            echo '{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"'"$GREETING $word"'"}]}}' ;;
        *'"ping"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{}}' ;;
        *'"notifications/cancelled"'*) echo 'cancelled' >&2 ;;
    esac
done)sh";

constexpr std::string_view modern_server = R"sh(
while read -r line; do
    id=$(expr "$line" : '.*"id":\([0-9]*\)')
    case $line in
        *'"server/discover"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}}' ;;
        *'"tools/list"'*'2026-07-28'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"say","inputSchema":{"type":"object"}}]}}' ;;
        *'"tools/call"'*'2026-07-28'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"resultType":"complete","content":[{"type":"text","text":"modern"}]}}' ;;
    esac
done)sh";

class McpOverPipes : public testing::Test {
protected:
    void TearDown() override {
        if (HasFailure()) {
            std::cout << fmt::format("{}\n", fmt::join(lines, "\n"));
        }
    }

    template <class Story>
    void play(std::string_view script, Story story) {
        ServerSettings settings{.name = "shell",
                                .command = "sh",
                                .arguments = {"-c", std::string(script)},
                                .environment = Secret("GREETING=hello"),
                                .timeout = std::chrono::milliseconds(3000)};
        Surroundings around{context.get_executor(), http, clock, log, metrics};
        peer.emplace(settings, around, [this] { ++changes; });
        run_to_end(context, tell(story));
        peer.reset();
    }

    template <class Story>
    awaitable<void> tell(Story& story) {
        co_await peer->look();
        co_await story();
        co_await peer->close();
    }

    awaitable<std::string> call(std::string with) {
        auto list = peer->tools();
        if (!list) {
            co_return "no tools";
        }
        auto tool = list->tools.at(0);
        boost::json::object arguments{{"with", with}};
        Error failed;
        try {
            auto calling = peer->call(tool, std::move(arguments));
            auto result = co_await std::move(calling);
            co_return result.content.at(0).text;
        } catch (const Failure& failure) {
            failed = failure.error();
        }
        co_return failed.message;
    }

    awaitable<void> call_and_forget() {
        auto said = co_await call("wait");
        ADD_FAILURE() << said;
    }

    awaitable<void> fails_to_look() {
        Error failed;
        try {
            co_await peer->look();
        } catch (const Failure& failure) {
            failed = failure.error();
        }
        EXPECT_EQ(failed.message, "There is no program 'no-such-program-here' along PATH.");
    }

    awaitable<void> until(std::function<bool()> done) {
        for (auto by = clock.now() + 10s; !done();) {
            if (clock.now() > by) {
                ADD_FAILURE() << "it does not come";
                co_return;
            }
            co_await clock.sleep(5ms);
        }
    }

    bool was_logged(std::string_view words) const {
        return std::ranges::any_of(lines,
                                   [&](const auto& line) { return line.find(words) != std::string::npos; });
    }

    asio::io_context context;
    SystemClock clock;
    Metrics metrics;
    std::vector<std::string> lines;
    Log log = Log::into(lines, {.level = LogLevel::Debug});
    net::HttpClient http{clock, nullptr};
    std::optional<Peer> peer;
    int changes = 0;
};

TEST_F(McpOverPipes, TalksWithAProgramOfTheOldEra) {
    play(old_server, [&]() -> awaitable<void> {
        EXPECT_EQ(peer->state().version, "2025-06-18");
        EXPECT_EQ(co_await call("x"), "hello there");
        co_await until([&] { return was_logged("a server that likes to talk"); });
    });
    EXPECT_TRUE(was_logged("a line that is no frame"));
}

TEST_F(McpOverPipes, TalksWithAModernProgram) {
    play(modern_server, [&]() -> awaitable<void> {
        EXPECT_EQ(peer->state().version, "2026-07-28");
        EXPECT_EQ(co_await call("x"), "modern");
    });
}

TEST_F(McpOverPipes, StartsAProgramAgainThatHasEnded) {
    play(old_server, [&]() -> awaitable<void> {
        Task running(context.get_executor(), peer->run());
        EXPECT_EQ(co_await call("quit"), "The program has ended.");
        // Between two lives nobody is there.
        std::string said;
        for (auto by = clock.now() + 10s; said != "hello there" && clock.now() < by;) {
            co_await clock.sleep(10ms);
            said = co_await call("x");
        }
        EXPECT_EQ(said, "hello there");
        co_await until([&] { return peer->state().reachable; });
        co_await running.stop();
    });
}

TEST_F(McpOverPipes, TellsAProgramThatNobodyWaits) {
    play(old_server, [&]() -> awaitable<void> {
        Task calling(context.get_executor(), call_and_forget());
        co_await clock.sleep(50ms);
        co_await calling.stop();
        co_await until([&] { return was_logged("cancelled"); });
    });
}

TEST_F(McpOverPipes, SaysWhyAProgramDoesNotRun) {
    ServerSettings settings{.name = "none", .command = "no-such-program-here"};
    Surroundings around{context.get_executor(), http, clock, log, metrics};
    peer.emplace(settings, around, [] {});
    run_to_end(context, fails_to_look());
    peer.reset();
}

TEST(FoundAlong, LooksWhereAShellWould) {
    EXPECT_EQ(found_along("/nowhere::/bin", "sh"), "/bin/sh");
    EXPECT_EQ(found_along("/nowhere", "./mine"), "./mine");
    EXPECT_THROW(found_along("/nowhere:", "sh"), Failure);
}

}  // namespace
}  // namespace repartee::mcp::client
