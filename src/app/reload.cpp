#include "app/reload.h"

namespace repartee::app {

namespace {

awaitable<void> read_again(Core& core, agents::AgentShelf& shelf) {
    auto reading = core.pool.run([&shelf](const std::stop_token&) { return shelf.reload(); });
    auto outcome = co_await std::move(reading);
    if (!outcome) {
        throw Failure(outcome.error());
    }
    auto book = shelf.book();
    engage(core.hall, *book);
    core.log.info("agents read again", {{"agents", book->all().size()}});
    co_await core.hall.check();
}

}  // namespace

void engage(engines::Hall& hall, const agents::AgentBook& book) {
    for (const auto& agent : book.all()) {
        hall.recogniser(agent.recogniser.kind, agent.recogniser);
        hall.model(agent.model.kind, agent.model);
        hall.synthesiser(agent.synthesiser.kind, agent.synthesiser);
    }
}

awaitable<void> reload_at_hangup(Core& core, agents::AgentShelf& shelf, asio::signal_set& hangups,
                                 const processes::ServiceManager& service) {
    for (;;) {
        co_await hangups.async_wait(use_awaitable);
        service.tell("RELOADING=1");
        try {
            co_await read_again(core, shelf);
        } catch (const Failure& failure) {
            core.log.error("agents were not read again",
                           {{"reason", failure.error().message}, {"detail", failure.error().detail}});
        }
        service.tell("READY=1");
    }
}

}  // namespace repartee::app
