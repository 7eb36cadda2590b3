#include "surfaces/console/overview.h"

namespace repartee::surfaces::console {

namespace json = boost::json;

namespace {

json::array describe_agents(const agents::AgentBook& book) {
    json::array described;
    for (const auto& definition : book.all()) {
        const auto& agent = definition.agent;
        described.push_back(json::object{{"id", agent.id},
                                         {"name", agent.name},
                                         {"language", agent.voice.language},
                                         {"is_default", &definition == &book.default_agent()}});
    }
    return described;
}

std::string_view name_of(engines::Place place) {
    switch (place) {
        case engines::Place::Embedded: return "embedded";
        case engines::Place::Local: return "local";
        case engines::Place::Cloud: return "cloud";
    }
    return "";
}

json::object describe_trade(const std::string& name, const std::string& choice,
                            const std::vector<engines::Verdict>& verdicts) {
    json::array candidates;
    for (const auto& verdict : verdicts) {
        candidates.push_back(json::object{{"kind", verdict.engine.kind},
                                          {"model", verdict.engine.model},
                                          {"place", name_of(verdict.engine.place)},
                                          {"in_use", verdict.in_use},
                                          {"usable", verdict.health.usable},
                                          {"reason", verdict.health.reason},
                                          {"advice", verdict.health.advice}});
    }
    return {{"trade", name}, {"choice", choice}, {"candidates", std::move(candidates)}};
}

json::array describe_stores(const std::vector<StoreFacts>& stores) {
    json::array described;
    for (const auto& store : stores) {
        described.push_back(json::object{{"role", store.role},
                                         {"name", store.name},
                                         {"usable", store.health.usable},
                                         {"reason", store.health.reason},
                                         {"advice", store.health.advice}});
    }
    return described;
}

json::object describe_listening(const Listening& listening) {
    json::array urls;
    for (const auto& url : listening.urls) {
        urls.emplace_back(url);
    }
    bool lacks_tls = listening.others_can_reach_us && !listening.secure;
    return {{"urls", std::move(urls)},
            {"secure", listening.secure},
            {"others_can_reach_us", listening.others_can_reach_us},
            {"advice", lacks_tls ? "Browsers on other machines give a microphone only to https pages: set "
                                   "CERT_FILE and KEY_FILE."
                                 : ""}};
}

}  // namespace

json::object describe(const OpenFacts& facts, const Visitor& visitor) {
    return {{"version", ""},  // nobody's business but that of who sees all
            {"ready", facts.ready},
            {"full", visitor.sees_all()},
            {"you", json::object{{"local", visitor.local},
                                 {"admin", visitor.admin},
                                 {"may_fetch_models", visitor.may_act() && facts.may_fetch_models},
                                 {"may_examine", visitor.may_act()}}},
            {"agents", describe_agents(*facts.agents)},
            {"anonymous", facts.lets_anonymous_in},
            {"registration", facts.registration_open},
            {"captions", json::object{{"allowed", facts.captions_closed_because.empty()},
                                      {"reason", facts.captions_closed_because}}},
            {"robot",
             json::object{{"configured", facts.robot.configured}, {"reachable", facts.robot.reachable}}}};
}

void describe_in_full(json::object& overview, const OpenFacts& facts, const HouseFacts& house) {
    auto& robot = overview.at("robot").as_object();
    robot["name"] = facts.robot.name;
    robot["detail"] = facts.robot.detail;
    overview["version"] = house.version;
    overview["listening"] = describe_listening(house.listening);
    overview["engines"] = describe_engines(house.trades, house.decoders);
    overview["stores"] = describe_stores(house.stores);
}

json::array describe_engines(const std::vector<engines::Hall::Trade>& trades,
                             const std::vector<engines::Verdict>& decoders) {
    json::array described;
    for (const auto& trade : trades) {
        described.push_back(describe_trade(trade.name, trade.choice, trade.verdicts));
    }
    described.push_back(describe_trade("decoder", "", decoders));
    return described;
}

}  // namespace repartee::surfaces::console
