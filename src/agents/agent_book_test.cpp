#include "agents/agent_book.h"

#include "agents/agent_shelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace repartee::agents {

namespace {

using testing::HasSubstr;

std::vector<AgentEntry> entries_of(std::string_view text) {
    FileMistakes mistakes;
    auto entries = read_agents_json(text, "agents.json", mistakes);
    EXPECT_TRUE(mistakes.empty()) << (mistakes.empty() ? "" : mistakes[0].key + ": " + mistakes[0].message);
    return entries;
}

ConfigJson global_config(std::string_view text) {
    FileMistakes mistakes;
    return read_config_json(text, "config.json", mistakes);
}

std::string ids_of(const std::vector<Definition>& definitions) {
    std::string ids;
    for (const auto& definition : definitions) {
        ids += (ids.empty() ? "" : " ") + definition.agent.id;
    }
    return ids;
}

TEST(AgentsJson, ReadsAgentsInTheOrderOfTheFile) {
    auto entries = entries_of(R"({"zoe":{"id":"zoe","name":"Zoe","system_prompt":"# Be kind.",
        "first_response_message":"नमस्ते!","temperature":0.4,"max_tokens":500,"more":[1]},"anna":{}})");
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].id, "zoe");
    EXPECT_EQ(entries[0].name, "Zoe");
    EXPECT_EQ(entries[0].system_prompt, "# Be kind.");
    EXPECT_EQ(entries[0].first_message, "नमस्ते!");
    EXPECT_EQ(entries[0].temperature, 0.4);
    EXPECT_EQ(entries[0].max_tokens, 500);
    EXPECT_EQ(entries[1].id, "anna");
    EXPECT_EQ(entries[1].name, std::nullopt);
}

TEST(AgentsJson, TellsEveryMistakeWithItsKey) {
    FileMistakes mistakes;
    (void)read_agents_json(R"({"a":{"name":1,"temperature":"warm","max_tokens":-1,"system_prompt":[]},"b":"x",
                               "c":null,"":{},"d":{"skills":"clock"}})",
                           "agents.json", mistakes);
    std::vector<std::string> keys;
    for (const auto& mistake : mistakes) {
        keys.push_back(mistake.key);
    }
    EXPECT_THAT(keys, testing::UnorderedElementsAre("a.name", "a.temperature", "a.max_tokens",
                                                    "a.system_prompt", "b", "c", "", "d.skills"));
    mistakes.clear();
    EXPECT_TRUE(read_agents_json("{}", "agents.json", mistakes).empty());
    ASSERT_EQ(mistakes.size(), 1u);
    EXPECT_EQ(mistakes[0].message, "there is no agent in this file");
}

TEST(Gathering, BeginsWithTheBuiltInAgents) {
    auto definitions = gather({}, {}, {});
    ASSERT_EQ(ids_of(definitions), "shinchan repartee");
    EXPECT_EQ(definitions[0].agent.voice.language, "hi");
    EXPECT_EQ(definitions[0].agent.voice.speed, 0.85);
    EXPECT_THAT(definitions[0].agent.instructions, HasSubstr("Safety"));
    EXPECT_EQ(definitions[1].agent.voice.language, "en");
    EXPECT_EQ(definitions[1].agent.voice.speed, 1.0);
    EXPECT_EQ(definitions[0].first_message, "");
    EXPECT_EQ(definitions[0].model.kind, "");
}

TEST(Gathering, TakesThePlaceOfTheBuiltInAgentsWithAFile) {
    EXPECT_EQ(ids_of(gather(entries_of(R"({"a":{},"b":{}})"), {}, {})), "a b");
    EXPECT_EQ(ids_of(gather(entries_of(R"({"a":{},"b":{}})"), {}, {"c", "a"})), "a b c");
    EXPECT_EQ(ids_of(gather({}, {}, {"c", "shinchan"})), "c shinchan repartee");
}

TEST(Gathering, LetsAnAgentsValuesGoBeforeTheModels) {
    auto config =
        global_config(R"({"models":{"llm_model":{"model_provider":"qwen","temperature":0.7,"max_tokens":1000},
                                "tts_model":{"language":"hi","default_voice":"v"}}})");
    auto definitions = gather(entries_of(R"({"a":{"temperature":0.4},"b":{"max_tokens":50}})"), config, {});
    EXPECT_EQ(definitions[0].agent.sampling.temperature, 0.4);
    EXPECT_EQ(definitions[0].agent.sampling.max_tokens, 1000);
    EXPECT_EQ(definitions[1].agent.sampling.temperature, 0.7);
    EXPECT_EQ(definitions[1].agent.sampling.max_tokens, 50);
    for (const auto& definition : definitions) {
        EXPECT_EQ(definition.agent.voice.language, "hi");
        EXPECT_EQ(definition.agent.voice.name, "v");
        EXPECT_EQ(definition.agent.voice.speed, 0.85);
        EXPECT_EQ(definition.model.kind, "openai");
    }
    // The file speaks for the built-in agents as well.
    auto built_in = gather({}, config, {});
    EXPECT_EQ(built_in[1].agent.voice.language, "hi");
    EXPECT_EQ(built_in[1].agent.sampling.temperature, 0.7);
}

TEST(AgentBook, FindsAgentsByTheirId) {
    AgentBook book(gather({}, {}, {"nora"}), 1, 6060);
    ASSERT_NE(book.find("repartee"), nullptr);
    EXPECT_EQ(book.find("repartee")->agent.name, "Repartee");
    EXPECT_EQ(book.find("harry_potter"), nullptr);
    EXPECT_EQ(book.find(""), nullptr);
    EXPECT_EQ(book.default_agent().agent.id, "shinchan");
    EXPECT_EQ(book.port(), 6060);
    EXPECT_EQ(book.all().size(), 3u);
}

TEST(AgentShelf, KeepsTheOldBookWhenTheNewOneIsBad) {
    std::deque<Result<AgentBook>> next;
    AgentShelf shelf(AgentBook(gather({}, {}, {}), 0), [&] {
        auto read = std::move(next.front());
        next.pop_front();
        return read;
    });
    auto first = shelf.book();
    next.emplace_back(Error{ErrorKind::Unprocessable, "agents.json: there is no agent in this file", {}});
    auto failed = shelf.reload();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "agents.json: there is no agent in this file");
    EXPECT_EQ(shelf.book(), first);

    next.emplace_back(AgentBook(gather({}, {}, {"nora"}), 0));
    EXPECT_TRUE(shelf.reload());
    EXPECT_NE(shelf.book()->find("nora"), nullptr);
    // A call that began with the old one goes on with it.
    EXPECT_EQ(first->find("nora"), nullptr);
    EXPECT_EQ(first->default_agent().agent.id, "shinchan");
}

}  // namespace

}  // namespace repartee::agents
