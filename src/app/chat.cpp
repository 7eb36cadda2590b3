#include "app/chat.h"

#include "agents/built_in.h"
#include "app/core.h"
#include "base/task.h"
#include "base/together.h"
#include "mcp/client/toolbox.h"

#include <iostream>
#include <unistd.h>

namespace repartee::app {

namespace {

// The terminal as the client's side of a conversation.
class Terminal final : public conversation::Outlet {
public:
    explicit Terminal(const Executor& executor) : answered_(executor, 1) {}

    // Waits for the reply to what was typed last.
    awaitable<void> answered() { co_await answered_.next(); }

    bool takes_audio() const override { return false; }
    int audio_rate() const override { return audio::speech_rate; }
    awaitable<void> heard(const Transcript&, const Error*) override { co_return; }
    awaitable<void> skipped() override {
        answered_.try_push(true);
        co_return;
    }
    awaitable<void> reply_began(const conversation::ReplyHead& head) override {
        // A timer speaks up unasked; nobody waits for that.
        answers_a_line_ = !head.prompt.empty();
        co_return;
    }
    awaitable<void> reply_text(std::string delta) override {
        std::cout << delta << std::flush;
        co_return;
    }
    awaitable<void> reply_text_ended(const std::string&) override { co_return; }
    awaitable<void> reply_audio(std::span<const audio::Sample>) override { co_return; }
    awaitable<void> reply_ended(const conversation::ReplyEnd& end) override {
        std::cout << "\n";
        if (end.outcome == conversation::Outcome::Failed) {
            std::cout << "(" << end.error.message << ")\n";
        }
        if (answers_a_line_) {
            answered_.try_push(true);
        }
        co_return;
    }

private:
    bool answers_a_line_ = false;
    Channel<bool> answered_;  // one line is answered at a time
};

std::optional<std::string> read_line(const std::stop_token&) {
    std::string line;
    if (!std::getline(std::cin, line)) {
        return std::nullopt;
    }
    return line;
}

awaitable<void> type(Core& core, conversation::Conversation& conversation, Terminal& terminal) {
    bool asks = isatty(STDIN_FILENO) == 1;
    for (;;) {
        if (asks) {
            std::cout << "you> " << std::flush;
        }
        auto line = co_await core.pool.run(read_line);
        if (!line) {
            break;
        }
        if (line->find_first_not_of(" \t\r") == std::string::npos) {
            continue;
        }
        Timeline timeline;
        timeline.stamp(Moment::FinalText, core.clock.now());
        Transcript typed{.text = std::move(*line), .is_final = true};
        conversation::Conversation::Utterance utterance{std::move(typed), timeline};
        conversation.hear(std::move(utterance));
        co_await terminal.answered();
    }
    conversation.close();
}

awaitable<void> converse(Core& core, Parts& parts, const Settings& settings) {
    co_await core.hall.check();
    auto model = core.hall.model().info();
    std::cout << "Talking to " << model.kind << " (" << model.model << "). Ctrl-D ends it.\n";

    auto executor = co_await asio::this_coro::executor;
    auto agent = agents::repartee_agent();
    conversation::TurnMetrics metrics(core.metrics);
    Terminal terminal(executor);
    conversation::Voicebox voicebox{core.hall.model(), core.hall.synthesiser(), core.clock, core.log};
    skills::SkillSurroundings surroundings{.clock = core.clock, .http = &core.http, .client_acts = false};
    mcp::client::Surroundings around{executor, core.http, core.clock, core.log, core.metrics};
    mcp::client::McpToolbox tools(settings.tool_servers, around);
    Task fetching_tools(executor, tools.run());
    conversation::ConversationOptions options;
    options.renew_skills = skills::renewing_from(&tools, agent.id, agent.skills);
    conversation::Conversation conversation(executor, "chat", agent, voicebox,
                                            skills::build_skills(parts.skills, agent.skills, surroundings),
                                            terminal, metrics, std::move(options));
    co_await together(type(core, conversation, terminal), conversation.run());
    co_await fetching_tools.stop();
    co_await tools.close();
}

}  // namespace

int chat(const Settings& settings, Parts& parts) {
    LogOptions quiet = log_options(settings.log);
    quiet.level = std::max(quiet.level, LogLevel::Warning);
    Core core(settings, parts, Log(quiet));
    core.run(converse(core, parts, settings));
    return 0;
}

}  // namespace repartee::app
