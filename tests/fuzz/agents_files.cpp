// agents.json and config.json of the original, with a line "%%" between. Whatever they say, reading ends;
// without mistakes there is a book whose numbers are in bounds.
#include "agents/agent_book.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace repartee;

namespace {

void insist(bool holds) {
    if (!holds) {
        std::abort();
    }
}

template <class T>
bool within(T value, T least, T most) {
    return value >= least && value <= most;
}

void look_at(const agents::Definition& definition) {
    using namespace std::chrono_literals;
    const auto& agent = definition.agent;
    insist(!agent.id.empty());
    insist(within(agent.voice.speed, agents::slowest, agents::fastest));
    insist(within(agent.voice.volume, agents::quietest, agents::loudest));
    insist(within(agent.sampling.temperature.value_or(0), 0.0, 2.0));
    insist(agent.sampling.max_tokens.value_or(1) > 0);
    insist(within(definition.turn_taking.threshold, 0.0, 1.0));
    insist(definition.turn_taking.min_silence > 0ms && definition.turn_taking.min_speech > 0ms);
    insist(
        within(definition.session_timeout, std::chrono::milliseconds(1000), std::chrono::milliseconds(24h)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::string_view divider = "\n%%\n";
    std::string_view text(reinterpret_cast<const char*>(data), size);
    auto end = text.find(divider);
    agents::FileMistakes mistakes;
    auto entries = agents::read_agents_json(text.substr(0, end), "agents.json", mistakes);
    std::optional<agents::ConfigJson> config;
    if (end != std::string_view::npos) {
        config = agents::read_config_json(text.substr(end + divider.size()), "config.json", mistakes);
    }
    for (const auto& mistake : mistakes) {
        insist(!mistake.file.empty() && !mistake.message.empty());
    }
    if (!mistakes.empty()) {
        return 0;
    }
    insist(!entries.empty());
    agents::AgentBook book(agents::gather(entries, config, {"one_more"}), 0);
    for (const auto& definition : book.all()) {
        look_at(definition);
        insist(book.find(definition.agent.id) != nullptr);
    }
    return 0;
}
