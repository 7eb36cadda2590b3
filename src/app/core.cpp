#include "app/core.h"

#include <boost/asio/co_spawn.hpp>

#include <thread>

namespace repartee::app {

namespace {

// Blocking calls besides the engines' own threads: few and short.
constexpr std::size_t pool_queue = 256;

std::size_t cores() {
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Core::Core(const Settings& settings, Parts& parts, Log the_log, const std::filesystem::path& authority_file)
    : context(1),  // for Asio: one thread runs it
      clock(),
      log(std::move(the_log)),
      metrics(),
      pool(std::max<std::size_t>(2, cores()), pool_queue),
      http(clock, net::client_tls(authority_file).value()),
      surroundings{context.get_executor(), clock, log, metrics, pool, http, data_directory(settings.server)},
      device_surroundings{context.get_executor(), clock, log, http},
      hall(parts.catalogue, surroundings, settings.engines),
      ears{hall.recogniser(), hall.detector(),
           [this](std::span<const std::byte> head) { return hall.decoder_for(head); }, clock,
           hall.speaker_embedder()} {}

namespace {

awaitable<void> run_and_close(awaitable<void> coroutine, engines::Hall& hall) {
    std::exception_ptr failure;
    try {
        co_await std::move(coroutine);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await hall.close();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace

void Core::run(awaitable<void> coroutine) {
    std::exception_ptr failure;
    asio::co_spawn(context, run_and_close(std::move(coroutine), hall), [&](std::exception_ptr thrown) {
        failure = std::move(thrown);
        context.stop();
    });
    context.restart();
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace repartee::app
