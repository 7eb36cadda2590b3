#include "config/writing.h"

#include "config/demo_settings.h"
#include "config/dotenv.h"

#include <gmock/gmock.h>

namespace repartee::config {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Reading read_file(DemoSettings& settings, std::string text) {
    Sources sources;
    sources.file_text = std::move(text);
    return read(demo_sections(settings), sources);
}

TEST(PrintedSettings, SayWhereEachValueCameFrom) {
    DemoSettings settings;
    Sources sources;
    sources.file_text = "[server]\nport = 5050\nkey = \"hush\"\n";
    sources.dotenv_text = "ENGINE_TIMEOUT=30\n";
    sources.environment = {{"HOST", "0.0.0.0"}};
    const Reading reading = read(demo_sections(settings), sources);
    EXPECT_EQ(print(demo_sections(settings), reading.origins),
              "[server]\n"
              "host = \"0.0.0.0\"                              # HOST in the environment\n"
              "port = 5050                                   # repartee.toml:2\n"
              "level = \"info\"                                # default\n"
              "origins = []                                  # default\n"
              "key = \"********\"                              # repartee.toml:3\n"
              "grace = \"1.5s\"                                # default\n"
              "\n"
              "[engines.demo]\n"
              "enabled = true                                # default\n"
              "speed = 0.85                                  # default\n"
              "timeout = \"30s\"                               # ENGINE_TIMEOUT in .env:1\n"
              "kinds = [\"fast\"]                              # default\n"
              "\n"
              "[engines.demo.limits]\n"
              "retries = 3                                   # default\n");
}

TEST(PrintedSettings, CanBeReadBack) {
    DemoSettings settings;
    settings.host = "line\nquote\" back\\slash \x01";
    settings.origins = {"a, b", ""};
    settings.speed = 1;
    settings.grace = std::chrono::milliseconds(12345);
    DemoSettings copy;
    EXPECT_THAT(read_file(copy, print(demo_sections(settings), {})).mistakes, IsEmpty());
    EXPECT_EQ(copy.host, settings.host);
    EXPECT_EQ(copy.origins, settings.origins);
    EXPECT_EQ(copy.speed, settings.speed);
    EXPECT_EQ(copy.grace, settings.grace);
}

TEST(PrintedSettings, OfOneTableComeTogether) {
    std::int64_t a = 1;
    std::int64_t b = 2;
    std::int64_t c = 3;
    const auto describe = [](std::string_view name, std::int64_t& value) {
        return [name, &value](Fields& fields) { fields.field(name, value, {.help = ""}); };
    };
    const Sections sections = {{"t", "", describe("a", a)},
                               {"u", "", describe("b", b)},
                               {"t", "", describe("c", c)},
                               {"", "", describe("top", a)}};
    EXPECT_EQ(print(sections, {}),
              "top = 1                                       # default\n"
              "\n[t]\n"
              "a = 1                                         # default\n"
              "c = 3                                         # default\n"
              "\n[u]\n"
              "b = 2                                         # default\n");
}

TEST(Documentation, HasARowForEachField) {
    DemoSettings settings;
    const std::string page = document(demo_sections(settings));
    EXPECT_THAT(page, HasSubstr("\n## `[server]`\n\nWhere to listen.\n\n| Key |"));
    EXPECT_THAT(page,
                HasSubstr("| `port` | whole number | `8000` | 1 to 65535 | `PORT` | Port to listen on. |\n"));
    EXPECT_THAT(page,
                HasSubstr("| `level` | text | `\"info\"` | \"debug\", \"info\", \"warning\", \"error\" | "
                          "`LOG_LEVEL` | What to log. |\n"));
    EXPECT_THAT(page, HasSubstr("| `CORS_ALLOW_ORIGINS`, `BACKEND_CORS_ORIGINS` |"));
    EXPECT_THAT(page, HasSubstr("| `timeout` | duration | `\"2min\"` | 10ms to 10min | `ENGINE_TIMEOUT` "
                                "(bare number: seconds) | How long to wait. |\n"));
    EXPECT_THAT(page, HasSubstr("| `grace` | duration | `\"1.5s\"` |  |  | Time to end. |\n"));
    EXPECT_THAT(page, HasSubstr("Attempts \\| in all."));
    EXPECT_THAT(page, HasSubstr("`KMP_DUPLICATE_LIB_OK`"));
}

TEST(ExampleFile, ChangesNothingUntilAMarkIsTakenAway) {
    DemoSettings settings;
    const std::string text = example_file(demo_sections(settings));
    DemoSettings untouched;
    const Reading reading = read_file(untouched, text);
    EXPECT_EQ(to_text(reading.mistakes), "");
    EXPECT_THAT(reading.origins, IsEmpty());
    EXPECT_THAT(text, HasSubstr("# Port to listen on. (1 to 65535)\n# port = 8000\n"));
}

TEST(ExampleFile, IsRightWhenEveryMarkIsTakenAway) {
    DemoSettings settings;
    std::string text = example_file(demo_sections(settings));
    for (std::size_t at = 0; (at = text.find("\n# ", at)) != std::string::npos; ++at) {
        const std::size_t end = text.find('\n', at + 1);
        const bool is_setting = text.substr(at, end - at).find(" = ") != std::string::npos;
        if (is_setting) {
            text.erase(at + 1, 2);
        }
    }
    DemoSettings copy;
    copy.port = 1;
    const Reading reading = read_file(copy, text);
    EXPECT_EQ(to_text(reading.mistakes), "");
    EXPECT_EQ(reading.origins.size(), 11u);
    EXPECT_EQ(copy.port, 8000);
}

TEST(ExampleDotEnv, IsRightWhenEveryMarkIsTakenAway) {
    DemoSettings settings;
    settings.host = "two words";
    std::string text = example_dotenv(demo_sections(settings));
    EXPECT_THAT(parse_dotenv(text).mistakes, IsEmpty());
    EXPECT_TRUE(parse_dotenv(text).variables.empty());
    EXPECT_THAT(text, HasSubstr("# How long to wait. (10ms to 10min) A bare number counts seconds.\n"
                                "# ENGINE_TIMEOUT=2min\n"));
    for (const std::string_view name : {"HOST", "PORT", "ENGINE_TIMEOUT", "ENGINE_KINDS"}) {
        const std::string marked = "# " + std::string(name) + "=";
        text.erase(text.find(marked), 2);
    }
    DemoSettings copy;
    Sources sources;
    sources.dotenv_text = text;
    EXPECT_EQ(to_text(read(demo_sections(copy), sources).mistakes), "");
    EXPECT_EQ(copy.host, "two words");
}

}  // namespace
}  // namespace repartee::config
