#include "surfaces/console/overview.h"

#include "agents/built_in.h"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace repartee::surfaces::console {
namespace {

using testing::HasSubstr;
using testing::Not;

OpenFacts some_facts() {
    std::vector<agents::Definition> definitions(2);
    definitions[0].agent = agents::shinchan_agent();
    definitions[1].agent = agents::repartee_agent();
    return {.ready = true,
            .agents = std::make_shared<const agents::AgentBook>(std::move(definitions), 1),
            .lets_anonymous_in = true,
            .registration_open = false,
            .captions_closed_because = "Captions are switched off.",
            .robot = {.configured = true, .reachable = false, .name = "Misty at 192.0.2.7", .detail = "away"},
            .may_fetch_models = true};
}

engines::Verdict verdict(std::string kind, bool in_use, engines::Health health) {
    return {.engine = {.kind = std::move(kind), .model = "en-us", .place = engines::Place::Local},
            .health = std::move(health),
            .in_use = in_use};
}

TEST(ConsoleOverview, TellsStrangersWhatTheyNeedToTalkAndNoMore) {
    auto overview = describe(some_facts(), {});
    EXPECT_EQ(overview.at("full"), false);
    EXPECT_EQ(overview.at("ready"), true);
    EXPECT_EQ(overview.at("anonymous"), true);
    EXPECT_EQ(overview.at("registration"), false);
    EXPECT_EQ(overview.at("captions").at("allowed"), false);
    EXPECT_EQ(overview.at("version"), "");
    EXPECT_EQ(overview.at("you").at("may_fetch_models"), false);
    const auto& agents = overview.at("agents").as_array();
    EXPECT_EQ(agents.at(0).at("id"), "shinchan");
    EXPECT_EQ(agents.at(0).at("is_default"), false);
    EXPECT_EQ(agents.at(1).at("is_default"), true);
    EXPECT_EQ(agents.at(1).at("language"), "en");
    auto text = boost::json::serialize(overview);
    EXPECT_THAT(text, Not(HasSubstr("192.0.2.7")));
    EXPECT_FALSE(overview.contains("engines") || overview.contains("stores") ||
                 overview.contains("listening"));
}

TEST(ConsoleOverview, TellsWhoMayKnowWhyAnEngineIsInUseAndWhatWouldBeBetter) {
    auto facts = some_facts();
    auto overview = describe(facts, {.local = true});
    HouseFacts house{.version = "1.2.3",
                     .listening = {{"http://127.0.0.1:8000"}, false, true},
                     .trades = {{"recogniser",
                                 "auto",
                                 {verdict("pocketsphinx", true, {true, "is loaded", ""}),
                                  verdict("whisper", false, {false, "no model", "repartee models pull"})}}},
                     .decoders = {verdict("wav", true, {true, "is built in", ""})},
                     .stores = {{"database", "SQLite", {.usable = true, .reason = "is open"}}}};
    describe_in_full(overview, facts, house);
    EXPECT_EQ(overview.at("version"), "1.2.3");
    EXPECT_EQ(overview.at("robot").at("name"), "Misty at 192.0.2.7");
    EXPECT_EQ(overview.at("stores").at(0).at("usable"), true);
    EXPECT_THAT(std::string(overview.at("listening").at("advice").as_string()), HasSubstr("CERT_FILE"));
    const auto& engines = overview.at("engines").as_array();
    EXPECT_EQ(engines.at(0).at("choice"), "auto");
    EXPECT_EQ(engines.at(0).at("candidates").at(1).at("advice"), "repartee models pull");
    EXPECT_EQ(engines.at(0).at("candidates").at(1).at("place"), "local");
    EXPECT_EQ(engines.at(1).at("trade"), "decoder");
}

}  // namespace
}  // namespace repartee::surfaces::console
