#include "app/reload.h"

#include <boost/asio/signal_set.hpp>

#include <csignal>

namespace repartee::app {

void engage(engines::Hall& hall, const agents::AgentBook& book) {
    for (const auto& agent : book.all()) {
        hall.recogniser(agent.recogniser.kind, agent.recogniser);
        hall.model(agent.model.kind, agent.model);
        hall.synthesiser(agent.synthesiser.kind, agent.synthesiser);
    }
}

awaitable<void> reload_at_hangup(Core& core, agents::AgentShelf& shelf) {
    auto executor = co_await asio::this_coro::executor;
    asio::signal_set hangups(executor, SIGHUP);
    for (;;) {
        co_await hangups.async_wait(use_awaitable);
        auto reading = core.pool.run([&shelf](const std::stop_token&) { return shelf.reload(); });
        auto outcome = co_await std::move(reading);
        if (!outcome) {
            core.log.error("agents were not read again", {{"reason", outcome.error().message}});
            continue;
        }
        auto book = shelf.book();
        engage(core.hall, *book);
        core.log.info("agents read again", {{"agents", book->all().size()}});
        co_await core.hall.check();
    }
}

}  // namespace repartee::app
