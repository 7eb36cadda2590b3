#include "app/agents.h"

#include "app/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace repartee::app {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Files in a folder of their own, and settings that name them.
class AgentsTest : public testing::Test {
protected:
    AgentsTest() { std::filesystem::create_directories(folder); }
    ~AgentsTest() override { std::filesystem::remove_all(folder); }

    std::string write(const std::string& name, std::string_view text) const {
        auto path = folder / name;
        std::ofstream(path, std::ios::binary) << text;
        return path.string();
    }

    // Everything, as the program reads it at its start.
    config::Reading read(std::string_view toml, config::Environment environment = {}) {
        config::Sources sources;
        sources.file_text = toml;
        sources.environment = std::move(environment);
        parts = all_parts();
        settings = {};
        return read_settings(settings, parts, sources);
    }
    std::string mistakes(std::string_view toml, config::Environment environment = {}) {
        return config::to_text(read(toml, std::move(environment)).mistakes);
    }
    const agents::Definition& agent(std::string_view id) const { return *settings.agent_book->find(id); }

    const std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                         ("repartee-agents-" + std::to_string(::getpid()) + "-" +
                                          testing::UnitTest::GetInstance()->current_test_info()->name());
    Parts parts;
    Settings settings;
};

TEST_F(AgentsTest, AreBuiltInWithoutAnyFile) {
    EXPECT_EQ(mistakes(""), "");
    ASSERT_TRUE(settings.agent_book);
    EXPECT_EQ(settings.agent_book->default_agent().agent.id, "shinchan");
    EXPECT_EQ(settings.agent_book->all().size(), 2u);
}

TEST_F(AgentsTest, AreMadeOfTheOriginalsFilesAndTheTables) {
    auto agents_json = write("agents.json", R"({"zoe":{"name":"Zoe","temperature":0.4},"anna":{}})");
    auto config_json =
        write("config.json", R"({"models":{"llm_model":{"model_provider":"qwen","temperature":0.7},
        "tts_model":{"speed":1.2,"language":"hi"}},"server":{"port":6060}})");
    auto reading = read(
        "[agents]\ndefault = \"anna\"\n[agents.zoe]\nspeed = 0.9\n[agents.zoe.model]\nkind = \"rules\"\n"
        "[agents.bob]\nname = \"Bob\"\ntemperature = 1\n[agents.bob.turn_taking]\nmin_silence = \"700ms\"\n",
        {{"REPARTEE_AGENTS_JSON", agents_json}, {"REPARTEE_CONFIG_JSON", config_json}});
    EXPECT_EQ(config::to_text(reading.mistakes), "");
    ASSERT_TRUE(settings.agent_book);
    EXPECT_EQ(settings.agent_book->all().size(), 3u);
    EXPECT_EQ(settings.agent_book->default_agent().agent.id, "anna");
    EXPECT_EQ(settings.agent_book->port(), 6060);

    EXPECT_EQ(agent("zoe").agent.name, "Zoe");
    EXPECT_EQ(agent("zoe").agent.sampling.temperature, 0.4);
    EXPECT_EQ(agent("zoe").agent.voice.speed, 0.9);
    EXPECT_EQ(agent("zoe").agent.voice.language, "hi");
    EXPECT_EQ(agent("zoe").model.kind, "rules");
    EXPECT_EQ(agent("anna").model.kind, "openai");
    EXPECT_EQ(agent("anna").agent.sampling.temperature, 0.7);
    EXPECT_EQ(agent("anna").agent.sampling.max_tokens, std::nullopt);
    EXPECT_EQ(agent("bob").agent.voice.speed, 1.2);
    EXPECT_EQ(agent("bob").agent.sampling.temperature, 1);
    EXPECT_EQ(agent("bob").turn_taking.min_silence, 700ms);
    EXPECT_TRUE(reading.origins.contains("agents.zoe.speed"));
}

TEST_F(AgentsTest, MayBeChangedByATableThoughTheyAreBuiltIn) {
    EXPECT_EQ(mistakes("[agents.shinchan]\nspeed = 1\nfirst_response_message = \"hi\"\n"), "");
    EXPECT_EQ(settings.agent_book->all().size(), 2u);
    EXPECT_EQ(agent("shinchan").agent.voice.speed, 1);
    EXPECT_EQ(agent("shinchan").first_message, "hi");
    EXPECT_EQ(agent("shinchan").agent.voice.language, "hi");
}

TEST_F(AgentsTest, TellAllMistakesAtOnce) {
    auto agents_json = write("agents.json", R"({"a":{"name":7},"b":{"temperature":"hot"}})");
    auto config_json = write("config.json", "{\n\"models\": {");
    auto told = mistakes("[agents.nora]\nspeed = 9\nsped = 1\n[server]\nport = \"x\"\n",
                         {{"REPARTEE_AGENTS_JSON", agents_json}, {"REPARTEE_CONFIG_JSON", config_json}});
    EXPECT_THAT(told, HasSubstr("agents.json: a.name: found 7; it must be a text in quotes"));
    EXPECT_THAT(told,
                HasSubstr("agents.json: b.temperature: found \"hot\"; it must be a number from 0 to 2"));
    EXPECT_THAT(told, HasSubstr("config.json:2:"));
    EXPECT_THAT(
        told,
        HasSubstr("repartee.toml:2:9: agents.nora.speed: found 9; it must be a number from 0.6 to 1.5"));
    EXPECT_THAT(told, HasSubstr("did you mean \"agents.nora.speed\"?"));
    EXPECT_THAT(told, HasSubstr("server.port"));
    EXPECT_FALSE(settings.agent_book);
}

TEST_F(AgentsTest, TellOfFilesEnginesAndAgentsThatAreNotThere) {
    EXPECT_THAT(mistakes("", {{"REPARTEE_AGENTS_JSON", (folder / "absent.json").string()}}),
                HasSubstr("absent.json: there is no such file"));
    EXPECT_THAT(mistakes("", {{"REPARTEE_CONFIG_JSON", folder.string()}}), HasSubstr("this is a directory"));
    EXPECT_THAT(mistakes("", {{"REPARTEE_AGENTS_JSON", write("big.json", std::string(2 << 20, ' '))}}),
                HasSubstr("larger than 1 MiB"));
    EXPECT_THAT(mistakes("[agents]\ndefault = \"nobody\"\n"),
                HasSubstr("agents.default: there is no agent 'nobody'"));
    EXPECT_THAT(mistakes("[agents.nora.model]\nkind = \"telepathy\"\n"),
                HasSubstr("agents.nora.model.kind: there is no engine 'telepathy'; known here: auto"));
    auto config_json = write("config.json", R"({"models":{"tts_model":{"model_provider":"megaphone"}}})");
    auto told = mistakes("", {{"REPARTEE_CONFIG_JSON", config_json}});
    EXPECT_THAT(told,
                HasSubstr("config.json: models.tts_model: model_provider: there is no engine 'megaphone'"));
    EXPECT_EQ(std::ranges::count(told, '\n'), 1);  // once, and not for every agent
    EXPECT_THAT(mistakes("[agents.\"a.b\"]\nname = \"x\"\n"), HasSubstr("an agent's id has 1 to 64 letters"));
    EXPECT_THAT(mistakes("[agents.default]\nname = \"x\"\n"), HasSubstr("agents.default"));
}

TEST_F(AgentsTest, AreShownWithAllThatIsInForceAndNoKeys) {
    auto config_json =
        write("config.json", R"({"models":{"llm_model":{"model_provider":"openai","api_key":"sk-secret"}}})");
    auto reading = read("[agents.shinchan]\nspeed = 1\n", {{"REPARTEE_CONFIG_JSON", config_json}});
    auto shown = print_agents(*settings.agent_book, reading.origins);
    EXPECT_THAT(shown, HasSubstr("Who names none talks to shinchan."));
    EXPECT_THAT(shown, HasSubstr("[agents.repartee]\n"));
    EXPECT_THAT(shown, HasSubstr("[agents.shinchan.model]\nkind = \"openai\""));
    EXPECT_THAT(shown, HasSubstr("speed = 1.0"));
    EXPECT_THAT(shown, HasSubstr("# repartee.toml:2"));
    EXPECT_THAT(shown, HasSubstr("config.json: models.llm_model\n"));
    EXPECT_THAT(shown, HasSubstr("# built in\n"));
    EXPECT_THAT(shown, Not(HasSubstr("sk-secret")));
    // It is a settings file that can be read again.
    config::Sources again;
    again.file_text = shown;
    Settings copy;
    auto same = all_parts();
    EXPECT_EQ(config::to_text(read_settings(copy, same, again).mistakes), "");
}

TEST_F(AgentsTest, AreReadAgainWhileTheServerRuns) {
    auto agents_json = write("agents.json", R"({"a":{}})");
    auto toml =
        write("repartee.toml", "[agents]\nagents_json = \"" + agents_json + "\"\n[server]\nport = 8001\n");
    config::SourceOptions options{.file = toml, .directory = folder};
    parts = all_parts();
    auto first = read_agents_again(options, parts.catalogue);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->default_agent().agent.id, "a");

    write("agents.json", R"({"b":{"name":"B"}})");
    auto second = read_agents_again(options, parts.catalogue);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(second->default_agent().agent.name, "B");

    write("agents.json", R"({"b":{"name":)");
    auto broken = read_agents_again(options, parts.catalogue);
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message, HasSubstr("agents.json:1:"));
    // Mistakes elsewhere in the file are none of the agents' business; the server runs.
    write("agents.json", R"({"b":{}})");
    write("repartee.toml", "[agents]\nagents_json = \"" + agents_json + "\"\n[server]\nport = \"x\"\n");
    EXPECT_TRUE(read_agents_again(options, parts.catalogue));
    write("repartee.toml", "[agents\n");
    EXPECT_FALSE(read_agents_again(options, parts.catalogue));
}

}  // namespace

}  // namespace repartee::app
