#include "mcp/client/toolbox.h"

#include "base/together.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::mcp::client {

namespace {

// Providers take 128 functions, with the agent's own skills among them. Fewer are chosen from better.
constexpr std::size_t most_tools_of_an_agent = 100;
// Of what they say of themselves, which is in every prompt: some 30 000 tokens. One server that talks too
// much shall not make the prompts of an agent larger than its model bears.
constexpr std::size_t largest_tools_of_an_agent = std::size_t{128} << 10;  // bytes

// How often somebody looks who waits for the first attempt.
constexpr Duration looking_interval_at_the_start = 100ms;

class ToolSkill final : public skills::Skill {
public:
    // The peer outlives it.
    ToolSkill(Peer& peer, std::shared_ptr<const OfferedTool> tool) : peer_(peer), tool_(std::move(tool)) {}

    SharedSchema schema() const override { return tool_->schema; }
    skills::SkillManners manners() const override { return tool_->manners; }

    awaitable<skills::SkillResult> run(boost::json::object arguments) override {
        auto calling = peer_.call(tool_, std::move(arguments));
        auto result = co_await std::move(calling);
        skills::SkillResult told{.text = words_of(peer_.settings().name, result)};
        co_return told;
    }

private:
    Peer& peer_;
    std::shared_ptr<const OfferedTool> tool_;
};

std::size_t size_of(const SkillSchema& schema) {
    return schema.name.size() + schema.description.size() + boost::json::serialize(schema.parameters).size();
}

// What is wrong with it, it notes itself.
awaitable<void> look_at(Peer& peer, Clock& clock, Duration patience) {
    Error late{ErrorKind::ProviderLate, fmt::format("It did not answer within {} s.", patience / 1s), {}};
    auto looking = peer.look();
    try {
        co_await with_deadline(clock, patience, std::move(looking), std::move(late));
    } catch (const Failure& failure) {
        peer.note(failure.error());
    }
}

}  // namespace

McpToolbox::McpToolbox(const std::vector<ServerSettings>& servers, const Surroundings& around)
    : home_(around.home), clock_(around.clock) {
    for (const auto& server : servers) {
        peers_.push_back(std::make_unique<Peer>(server, around, [this] { ++edition_; }));
    }
}

McpToolbox::~McpToolbox() = default;

awaitable<void> McpToolbox::run() {
    std::vector<Task> running;
    for (auto& peer : peers_) {
        running.emplace_back(home_, peer->run());
    }
    co_await join_all(running);
}

awaitable<void> McpToolbox::look(Duration patience) {
    std::vector<Task> looking;
    for (auto& peer : peers_) {
        looking.emplace_back(home_, look_at(*peer, clock_, patience));
    }
    co_await join_all(looking);
}

awaitable<void> McpToolbox::close() {
    std::vector<Task> closing;
    for (auto& peer : peers_) {
        closing.emplace_back(home_, peer->close());
    }
    co_await join_all(closing);
}

skills::SkillSet McpToolbox::tools_of(const std::string& agent, const std::vector<std::string>& names) const {
    skills::SkillSet tools;
    std::size_t size = 0;
    for (const auto& peer : peers_) {
        auto list = peer->tools();
        if (!list) {
            continue;
        }
        for (const auto& tool : list->tools) {
            if (!may_have(peer->settings(), tool->name, agent, names)) {
                continue;
            }
            size += size_of(*tool->schema);
            if (tools.size() == most_tools_of_an_agent || size > largest_tools_of_an_agent) {
                return tools;
            }
            tools.push_back(std::make_unique<ToolSkill>(*peer, tool));
        }
    }
    return tools;
}

awaitable<void> McpToolbox::until_tried() const {
    for (const auto& peer : peers_) {
        while (!peer->was_tried()) {
            co_await clock_.sleep(looking_interval_at_the_start);
        }
    }
}

std::vector<PeerState> McpToolbox::states() const {
    std::vector<PeerState> states;
    for (const auto& peer : peers_) {
        states.push_back(peer->state());
    }
    return states;
}

}  // namespace repartee::mcp::client
