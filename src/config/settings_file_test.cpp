#include "config/settings_file.h"

#include "config/demo_settings.h"

#include <gmock/gmock.h>

namespace repartee::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Layers {
    std::string file = {};
    std::string dotenv = {};
    Environment environment = {};
};

struct Outcome {
    DemoSettings settings;
    Reading reading;
    std::string mistakes;
};

Outcome read_demo(const Layers& layers) {
    Outcome outcome;
    Sources sources;
    sources.file_text = layers.file;
    sources.dotenv_text = layers.dotenv;
    sources.environment = layers.environment;
    outcome.reading = read(demo_sections(outcome.settings), sources);
    outcome.mistakes = to_text(outcome.reading.mistakes);
    return outcome;
}

TEST(Settings, AreDefaultsWhenNothingIsSaid) {
    const Outcome outcome = read_demo({});
    EXPECT_EQ(outcome.mistakes, "");
    EXPECT_EQ(outcome.settings.port, 8000);
    EXPECT_THAT(outcome.reading.origins, IsEmpty());
}

TEST(Settings, HaveEveryTypeInTheFile) {
    const Outcome outcome = read_demo({.file = R"(
        [server]
        host = "0.0.0.0"
        port = 5050
        level = "DEBUG"
        origins = ["http://a", "http://b"]
        key = "hush"
        grace = 2000
        [engines.demo]
        enabled = false
        speed = 2
        timeout = "1.5s"
        kinds = ["exact", "FAST"]
        limits.retries = 7
    )"});
    EXPECT_EQ(outcome.mistakes, "");
    EXPECT_EQ(outcome.settings.host, "0.0.0.0");
    EXPECT_EQ(outcome.settings.port, 5050);
    EXPECT_EQ(outcome.settings.level, "debug");
    EXPECT_THAT(outcome.settings.origins, ElementsAre("http://a", "http://b"));
    EXPECT_EQ(outcome.settings.key.reveal(), "hush");
    EXPECT_EQ(outcome.settings.grace, 2s);
    EXPECT_FALSE(outcome.settings.enabled);
    EXPECT_EQ(outcome.settings.speed, 2.0);
    EXPECT_EQ(outcome.settings.timeout, 1500ms);
    EXPECT_THAT(outcome.settings.kinds, ElementsAre("exact", "fast"));
    EXPECT_EQ(outcome.settings.retries, 7);
}

TEST(Settings, HaveEveryTypeInVariables) {
    const Outcome outcome = read_demo({.environment = {{"host", "::1"},
                                                       {"Port", " 5050 "},
                                                       {"LOG_LEVEL", "Warning"},
                                                       {"BACKEND_CORS_ORIGINS", "[\"*\"]"},
                                                       {"SECRET_KEY", " hush "},
                                                       {"ENGINE_ENABLED", "off"},
                                                       {"ENGINE_SPEED", "1.25"},
                                                       {"ENGINE_TIMEOUT", "30"},
                                                       {"ENGINE_KINDS", "fast, exact"},
                                                       {"RETRIES", "0"}}});
    EXPECT_EQ(outcome.mistakes, "");
    EXPECT_EQ(outcome.settings.host, "::1");
    EXPECT_EQ(outcome.settings.port, 5050);
    EXPECT_EQ(outcome.settings.level, "warning");
    EXPECT_THAT(outcome.settings.origins, ElementsAre("*"));
    EXPECT_EQ(outcome.settings.key.reveal(), " hush ");
    EXPECT_FALSE(outcome.settings.enabled);
    EXPECT_EQ(outcome.settings.speed, 1.25);
    EXPECT_EQ(outcome.settings.timeout, 30s);
    EXPECT_THAT(outcome.settings.kinds, ElementsAre("fast", "exact"));
    EXPECT_EQ(outcome.settings.retries, 0);
}

TEST(Settings, EnvironmentBeatsDotEnvBeatsFile) {
    const std::string file = "[server]\nhost = \"file\"\nport = 1\n[engines.demo]\nspeed = 1.0\n";
    const std::string dotenv = "HOST=dotenv\nPORT=2\n";
    const Outcome outcome =
        read_demo({.file = file, .dotenv = dotenv, .environment = {{"HOST", "environment"}}});
    EXPECT_EQ(outcome.mistakes, "");
    EXPECT_EQ(outcome.settings.host, "environment");
    EXPECT_EQ(outcome.settings.port, 2);
    EXPECT_EQ(outcome.settings.speed, 1.0);
    EXPECT_THAT(outcome.reading.origins, ElementsAre(std::pair("engines.demo.speed", "repartee.toml:5"),
                                                     std::pair("server.host", "HOST in the environment"),
                                                     std::pair("server.port", "PORT in .env:2")));
}

TEST(Settings, OfSeveralNamesTheFirstCounts) {
    const Outcome both =
        read_demo({.environment = {{"CORS_ALLOW_ORIGINS", "a"}, {"BACKEND_CORS_ORIGINS", "b"}}});
    EXPECT_THAT(both.settings.origins, ElementsAre("a"));
    const Outcome across =
        read_demo({.dotenv = "CORS_ALLOW_ORIGINS=a", .environment = {{"BACKEND_CORS_ORIGINS", "b"}}});
    EXPECT_THAT(across.settings.origins, ElementsAre("b"));
}

TEST(Settings, EmptyVariablesOnlyEmptyTexts) {
    const Outcome outcome = read_demo({.dotenv = "PORT=7\n",
                                       .environment = {{"HOST", ""},
                                                       {"PORT", ""},
                                                       {"LOG_LEVEL", ""},
                                                       {"ENGINE_ENABLED", ""},
                                                       {"ENGINE_TIMEOUT", " "},
                                                       {"ENGINE_KINDS", ""}}});
    EXPECT_EQ(outcome.mistakes, "");
    EXPECT_EQ(outcome.settings.host, "");
    EXPECT_EQ(outcome.settings.port, 7);
    EXPECT_EQ(outcome.settings.level, "info");
    EXPECT_TRUE(outcome.settings.enabled);
    EXPECT_EQ(outcome.settings.timeout, 2min);
    EXPECT_THAT(outcome.settings.kinds, ElementsAre("fast"));
}

TEST(Settings, UnknownVariablesAreNobodysBusiness) {
    EXPECT_EQ(read_demo({.dotenv = "PROT=1", .environment = {{"HOSTS", "x"}}}).mistakes, "");
}

TEST(Settings, NameVariablesWithoutEffect) {
    const Outcome outcome =
        read_demo({.dotenv = "algorithm=HS256\n", .environment = {{"APP_NAME", "x"}, {"OTHER", "y"}}});
    EXPECT_THAT(outcome.reading.without_effect, ElementsAre("APP_NAME", "ALGORITHM"));
}

TEST(SettingsMistakes, SayWhatWasFoundAndWhatIsAllowed) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"server.host = 1", R"(server.host: found 1; it must be a text in quotes)"},
        {"server.port = 0", R"(server.port: found 0; it must be a whole number from 1 to 65535)"},
        {"server.port = 80.5", R"(server.port: found 80.5; it must be a whole number from 1 to 65535)"},
        {"server.port = \"80\"", R"(server.port: found "80"; it must be a whole number from 1 to 65535)"},
        {"server.port = {}", R"(server.port: found a table; it must be a whole number from 1 to 65535)"},
        {"server.port = 2024-01-01",
         R"(server.port: found a date or time; it must be a whole number from 1 to 65535)"},
        {"server.level = \"inof\"",
         R"(server.level: found "inof"; it must be one of "debug", "info", "warning", "error"; did you mean "info"?)"},
        {"server.level = \"loud\"",
         R"(server.level: found "loud"; it must be one of "debug", "info", "warning", "error")"},
        {"server.origins = \"*\"",
         R"(server.origins: found "*"; it must be a list of texts such as ["a", "b"])"},
        {"server.origins = [\"a\", 1]",
         R"(server.origins: found ["a", 1]; it must be a list of texts such as ["a", "b"])"},
        {"server.grace = \"soon\"",
         R"(server.grace: found "soon"; it must be a duration such as "250ms", "1.5s" or "2min" or a number of milliseconds)"},
        {"server.grace = -1",
         R"(server.grace: found -1; it must be a duration such as "250ms", "1.5s" or "2min" or a number of milliseconds)"},
        {"engines.demo.enabled = 1", R"(engines.demo.enabled: found 1; it must be true or false)"},
        {"engines.demo.speed = nan", R"(engines.demo.speed: found nan; it must be a number from 0.25 to 4)"},
        {"engines.demo.timeout = 5",
         R"(engines.demo.timeout: found 5; it must be a duration such as "250ms", "1.5s" or "2min" or a number of milliseconds from 10ms to 10min)"},
        {"engines.demo.kinds = [\"fast\", \"slow\"]",
         R"(engines.demo.kinds: found ["fast", "slow"]; it must be a list of texts such as ["a", "b"], each one of "fast", "exact")"},
        {"engines.demo.limits.retries = -1",
         R"(engines.demo.limits.retries: found -1; it must be a whole number, at least 0)"},
    };
    for (const auto& [text, expected] : cases) {
        const std::size_t column = text.find("= ") + 3;
        EXPECT_EQ(read_demo({.file = std::string(text)}).mistakes,
                  "repartee.toml:1:" + std::to_string(column) + ": " + std::string(expected) + "\n");
    }
}

TEST(SettingsMistakes, InVariablesSpeakOfVariables) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"PORT=http", R"(PORT: found "http"; it must be a whole number from 1 to 65535)"},
        {"port=70000", R"(port: found "70000"; it must be a whole number from 1 to 65535)"},
        {"LOG_LEVEL=warn",
         R"(LOG_LEVEL: found "warn"; it must be one of "debug", "info", "warning", "error")"},
        {"ENGINE_ENABLED=perhaps",
         R"(ENGINE_ENABLED: found "perhaps"; it must be true or false, yes or no, on or off, 1 or 0)"},
        {"ENGINE_SPEED=fast", R"(ENGINE_SPEED: found "fast"; it must be a number from 0.25 to 4)"},
        {"ENGINE_TIMEOUT=900",
         R"(ENGINE_TIMEOUT: found "900"; it must be a duration such as 250ms, 1.5s or 2min or a number of seconds from 10ms to 10min)"},
        {"CORS_ALLOW_ORIGINS=[1]",
         R"(CORS_ALLOW_ORIGINS: found "[1]"; it must be a JSON list such as ["a", "b"] or words with commas between)"},
        {"HOST=\xFF", R"(HOST: found bytes that are not UTF-8; it must be text in UTF-8)"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(read_demo({.dotenv = "\n" + std::string(text)}).mistakes,
                  ".env:2: " + std::string(expected) + "\n");
        const std::size_t equals = text.find('=');
        EXPECT_EQ(read_demo({.environment = {{text.substr(0, equals), text.substr(equals + 1)}}}).mistakes,
                  "environment: " + std::string(expected) + "\n");
    }
}

TEST(SettingsMistakes, UnknownKeysGetTheNearestName) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"[server]\nprot = 1", R"(2:1: server.prot: there is no such key; did you mean "server.port"?)"},
        {"[server]\nHost = \"x\"", R"(2:1: server.Host: there is no such key; did you mean "server.host"?)"},
        {"port = 1", R"(1:1: port: there is no such key; did you mean "server.port"?)"},
        {"[sevrer]\nport = 1", R"(1:2: sevrer: there is no such table; did you mean "server"?)"},
        {"[engines.dmeo]\nx = 1",
         R"(1:10: engines.dmeo: there is no such table; did you mean "engines.demo"?)"},
        {"[demo]\nspeed = 1", R"(1:2: demo: there is no such table; did you mean "engines.demo"?)"},
        {"[engines.demo]\n\"a b\" = 1",
         R"(2:1: engines.demo."a b": there is no such key; known here: enabled, kinds, limits, speed, timeout)"},
        {"server = 3", R"(1:1: server: this is a table; write [server] and its keys below)"},
        {"[[server]]\nport = 3", R"(1:3: server: this is a table; write [server] and its keys below)"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(read_demo({.file = std::string(text)}).mistakes,
                  "repartee.toml:" + std::string(expected) + "\n");
    }
}

TEST(SettingsMistakes, AllComeAtOnceAndInOrder) {
    const Outcome outcome = read_demo({.file = "[server]\n"
                                               "port = 99999\n"
                                               "hots = \"x\"\n"
                                               "level = \"loud\"\n"
                                               "[engines.demo]\n"
                                               "speed = \"fast\"\n"
                                               "enabled = \"yes\"\n"
                                               "[engine]\n"
                                               "x = 1\n",
                                       .dotenv = "PORT=a\nnonsense\nRETRIES=-1\n",
                                       .environment = {{"PORT", "b"}, {"ENGINE_TIMEOUT", "0"}}});
    std::vector<std::string> places;
    for (const Mistake& mistake : outcome.reading.mistakes) {
        places.push_back(mistake.source + ":" + std::to_string(mistake.line));
    }
    EXPECT_THAT(places, ElementsAre("repartee.toml:2", "repartee.toml:3", "repartee.toml:4",
                                    "repartee.toml:6", "repartee.toml:7", "repartee.toml:8", ".env:1",
                                    ".env:2", ".env:3", "environment:0", "environment:0"));
    EXPECT_EQ(outcome.settings.port, 8000);
    EXPECT_EQ(outcome.settings.speed, 0.85);
}

TEST(SettingsMistakes, BrokenTomlDoesNotHideTheRest) {
    const Outcome outcome = read_demo({.file = "[server\nport = 1", .environment = {{"PORT", "b"}}});
    ASSERT_EQ(outcome.reading.mistakes.size(), 2u);
    EXPECT_THAT(outcome.mistakes, HasSubstr("repartee.toml:1:8: this cannot be read as TOML"));
    EXPECT_THAT(outcome.mistakes, HasSubstr("environment: PORT: found \"b\""));
}

TEST(SettingsMistakes, AreToldOncePerVariable) {
    std::int64_t first = 0;
    std::int64_t second = 0;
    const auto describe = [](std::int64_t& value) {
        return [&value](Fields& fields) { fields.field("port", value, {.help = "", .environment = "PORT"}); };
    };
    Sources sources;
    sources.environment = {{"PORT", "x"}};
    EXPECT_EQ(read({{"a", "", describe(first)}, {"b", "", describe(second)}}, sources).mistakes.size(), 1u);
    sources.environment = {{"PORT", "5"}};
    EXPECT_THAT(read({{"a", "", describe(first)}, {"b", "", describe(second)}}, sources).mistakes, IsEmpty());
    EXPECT_EQ(first + second, 10);
}

TEST(SettingsMistakes, NeverTellSecrets) {
    const std::string files[] = {
        "server.key = 123456",
        "server.key = 12.25",
        "server.key = [\"secret-123456\"]",
        "server.key = true",
        "server.key = secret",
        "server.key = {secret = \"123456\"}",
        "server.key = 1234561234561234561234561",
        "server.kye = \"secret-123456\"",
        "[server]\nkey = \"secret",
    };
    for (const std::string& file : files) {
        const std::string mistakes = read_demo({.file = file}).mistakes;
        EXPECT_THAT(mistakes, Not(IsEmpty()));
        EXPECT_THAT(mistakes, Not(HasSubstr("123456"))) << mistakes;
        EXPECT_THAT(mistakes, Not(HasSubstr("12.25"))) << mistakes;
        EXPECT_THAT(mistakes, Not(HasSubstr("\"secret"))) << mistakes;
    }
    EXPECT_EQ(read_demo({.environment = {{"SECRET_KEY", "secret\xFF"}}}).mistakes,
              "environment: SECRET_KEY: found bytes that are not UTF-8; it must be text in UTF-8\n");
}

TEST(SettingsMistakes, AreFitForATerminal) {
    const std::string mistakes =
        read_demo({.environment = {{"PORT", "\x1b[2J\n" + std::string(500, 'x')}}}).mistakes;
    EXPECT_THAT(mistakes, HasSubstr("found \"\\u001B[2J\\nxxx"));
    EXPECT_THAT(mistakes, HasSubstr("xxx...\""));
    EXPECT_LT(mistakes.size(), 200u);
}

TEST(Settings, MayStandAtTheTopOfTheFile) {
    bool log_texts = false;
    std::int64_t port = 0;
    const Sections sections = {
        {"server", "", [&](Fields& fields) { fields.field("port", port, {.help = ""}); }},
        {"", "", [&](Fields& fields) { fields.field("log_texts", log_texts, {.help = ""}); }}};
    Sources sources;
    sources.file_text = "log_texts = true\n[server]\nport = 1\n";
    EXPECT_THAT(read(sections, sources).mistakes, IsEmpty());
    EXPECT_TRUE(log_texts);
    EXPECT_EQ(port, 1);
}

TEST(Settings, TellTheTablesInATableInTheOrderOfTheFile) {
    Sources sources;
    sources.file_text =
        "[agents]\ndefault = \"b\"\n[agents.zoe]\nx = 1\n[agents.bob.voice]\ny = 1\n[agents.anna]\n";
    EXPECT_THAT(tables_below(sources, "agents"), testing::ElementsAre("zoe", "bob", "anna"));
    EXPECT_THAT(tables_below(sources, "other"), IsEmpty());
    sources.file_text = "[mcp.servers.home]\n[mcp.servers.attic]\n[mcp.other.x]\n";
    EXPECT_THAT(tables_below(sources, "mcp.servers"), testing::ElementsAre("home", "attic"));
    EXPECT_THAT(tables_below(sources, "mcp.servers.home"), IsEmpty());
    EXPECT_THAT(tables_below(sources, "mcp.clients"), IsEmpty());
    sources.file_text = "agents = 7\n";
    EXPECT_THAT(tables_below(sources, "agents"), IsEmpty());
    sources.file_text = "[agents";
    EXPECT_THAT(tables_below(sources, "agents"), IsEmpty());
}

}  // namespace
}  // namespace repartee::config
