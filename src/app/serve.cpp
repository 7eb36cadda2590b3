#include "app/serve.h"

#include "agents/built_in.h"
#include "app/agents.h"
#include "app/archive_keeper.h"
#include "app/banner.h"
#include "app/core.h"
#include "app/house_steward.h"
#include "app/loops.h"
#include "app/reload.h"
#include "app/speech_offer.h"
#include "app/status_routes.h"
#include "app/thrift.h"
#include "base/owned_folder.h"
#include "base/task.h"
#include "capacity/watch.h"

#include <boost/asio/signal_set.hpp>

#include <iostream>
#include <thread>

namespace repartee::app {

namespace {

// How often somebody looks whether the robot is there.
constexpr auto robot_interval = std::chrono::seconds(30);

// Before somebody looks after the archive again, when that failed.
constexpr auto archive_pause = std::chrono::seconds(5);

// A listener of its own for one surface.
struct Annexe {
    Annexe(Core& core, net::ServerOptions options)
        : server(core.context.get_executor(), router, std::move(options), core.clock, core.log,
                 core.metrics) {}

    net::Router router;
    net::Server server;
};

// The rest of the house, built upon the engines.
struct House {
    House(Parts& parts, Core& core, agents::AgentShelf& shelf, ArchiveKeeper& the_archive,
          HouseSteward& the_steward, capacity::Gate& the_capacity, bool on_loopback,
          net::ServerOptions options)
        : agent(agents::repartee_agent()),
          agents(shelf),
          archive(the_archive),
          steward(the_steward),
          turn_metrics(core.metrics),
          robot(devices::build_robot(parts.devices, core.device_surroundings)),
          microphone(devices::build_microphone(parts.devices, core.device_surroundings)),
          stage{core.hall,    core.ears,
                parts.skills, agent,
                agents,       turn_metrics,
                core.clock,   core.log,
                core.metrics, robot.get(),
                core.http,    archive,
                on_loopback,  core.context.get_executor(),
                *microphone,  room,
                entrance,     steward,
                the_capacity},
          server(core.context.get_executor(), router, std::move(options), core.clock, core.log,
                 core.metrics) {
        add_status_routes(router, core.hall, *robot, archive, core.metrics);
        for (const auto& offer : parts.surfaces) {
            surfaces.push_back(offer.create(stage));
            surfaces.back()->add_routes(router);
        }
    }

    // The ports that carry one surface alone. One that is taken is a pity and no more.
    void listen_besides(Core& core, const std::string& address, const net::ServerOptions& options) {
        for (const auto& surface : surfaces) {
            auto port = surface->port_of_its_own();
            if (port == 0) {
                continue;
            }
            auto& annexe = annexes.emplace_back(std::make_unique<Annexe>(core, options));
            add_status_routes(annexe->router, core.hall, *robot, archive, core.metrics);
            surface->add_routes(annexe->router);
            auto endpoint = annexe->server.listen({address, port});
            if (endpoint) {
                core.log.info("listening besides", {{"port", endpoint->port}});
            } else {
                core.log.warning("not listening besides", {{"reason", endpoint.error().message}});
            }
        }
    }

    std::size_t connections() const {
        auto count = server.connections();
        for (const auto& annexe : annexes) {
            count += annexe->server.connections();
        }
        return count;
    }

    conversation::Agent agent;
    agents::AgentShelf& agents;
    ArchiveKeeper& archive;
    HouseSteward& steward;
    conversation::TurnMetrics turn_metrics;
    std::unique_ptr<devices::Robot> robot;
    std::unique_ptr<devices::Microphone> microphone;
    surfaces::RoomPlace room;
    surfaces::Entrance entrance;
    surfaces::Stage stage;
    std::vector<std::unique_ptr<surfaces::Surface>> surfaces;
    net::Router router;
    net::Server server;
    std::vector<std::unique_ptr<Annexe>> annexes;
};

awaitable<void> wait_for_signal(asio::signal_set& signals, const Log& log) {
    int signal = co_await signals.async_wait(use_awaitable);
    log.info("stopping", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
}

awaitable<void> check_and_greet(Core& core, const devices::Robot& robot, const Banner& banner,
                                Duration interval) {
    co_await core.hall.check();
    print_engines(std::cout, banner, core.hall, robot.state());
    for (;;) {
        co_await core.clock.sleep(interval);
        co_await core.hall.check();
    }
}

// Beside the engines and not with them: nobody waits for a robot that is switched off.
awaitable<void> check_robot(Core& core, devices::Robot& robot) {
    for (;;) {
        co_await robot.check();
        co_await core.clock.sleep(robot_interval);
    }
}

// Whatever goes wrong in it, somebody looks after the archive again a moment later.
awaitable<void> keep(ArchiveKeeper& archive, Clock& clock, Log log) {
    for (;;) {
        std::exception_ptr failure;
        try {
            co_await archive.run();
        } catch (...) {
            failure = std::current_exception();
        }
        auto error = failure ? error_of(failure) : Error{ErrorKind::Cancelled, {}, {}};
        if (error.kind == ErrorKind::Cancelled) {
            co_return;
        }
        log.error("looking after the archive failed, and begins anew",
                  {{"reason", error.message}, {"detail", error.detail}});
        co_await clock.sleep(archive_pause);
    }
}

awaitable<void> live(Core& core, House& house, asio::signal_set& signals, asio::signal_set& hangups,
                     const Settings& settings, const Banner& banner) {
    auto strand = co_await asio::this_coro::executor;
    Task checking_robot(strand, check_robot(core, *house.robot));
    Task checking(strand, check_and_greet(core, *house.robot, banner, settings.check_interval));
    Task reloading(strand, reload_at_hangup(core, house.agents, hangups));
    Task keeping(strand, keep(house.archive, core.clock, core.log));
    Task stewarding(strand, house.steward.run(*house.robot, *house.microphone));
    Task saving(strand, give_back_memory(core.clock, [&house] { return house.connections(); }));
    co_await wait_for_signal(signals, core.log);
    std::vector<Task> draining;
    for (const auto& surface : house.surfaces) {
        draining.emplace_back(strand, surface->drain(settings.server.drain_time));
    }
    for (const auto& annexe : house.annexes) {
        draining.emplace_back(strand, annexe->server.drain(settings.server.drain_time));
    }
    co_await house.server.drain(settings.server.drain_time);
    for (auto& surface : draining) {
        co_await surface.join();
    }
    co_await saving.stop();
    co_await stewarding.stop();
    co_await keeping.stop();
    co_await reloading.stop();
    co_await checking.stop();
    co_await checking_robot.stop();
    co_await house.robot->close();
    co_await core.hall.close();
    core.log.info("stopped");
}

}  // namespace

int serve(Settings settings, Parts& parts, const config::Reading& reading, const ServeOptions& options) {
    if (options.lan) {
        settings.server.host = "0.0.0.0";
        settings.log.texts = settings.log.texts && reading.origins.contains("log.texts");
    }
    if (offer_speech_model(settings, parts, options.offer ? Offering::WhereSomebodyIs : Offering::Never) ==
        OfferOutcome::Stop) {
        return 1;
    }
    auto tail = std::make_shared<LogTail>();
    Log log(log_options(settings.log), tail);
    for (const auto& name : reading.without_effect) {
        log.info("variable without effect", {{"name", name}});
    }

    auto server_settings = server_options(settings.server);
    if (!settings.server.certificate_file.empty()) {
        auto identity = net::TlsIdentity::load(settings.server.certificate_file, settings.server.key_file);
        if (!identity) {
            std::cerr << "repartee: " << identity.error().message << "\n";
            return 1;
        }
        server_settings.tls = std::move(*identity);
    }

    auto folder = OwnedFolder::take(data_directory(settings.server), "repartee serve");
    if (!folder) {
        std::cerr << "repartee: " << folder.error().message << "\n";
        return 1;
    }

    Loops loops(settings.server.threads > 0 ? static_cast<std::size_t>(settings.server.threads)
                                            : std::max(1U, std::thread::hardware_concurrency()));
    Core core(settings, parts, log);
    server_settings.loops = loops.executors(core.context);
    agents::AgentShelf shelf(*settings.agent_book,
                             [&] { return read_agents_again(options.sources, parts.catalogue); });
    engage(core.hall, *shelf.book());
    if (const auto& capacity = settings.capacity; !capacity.small_model.empty()) {
        // Now, so that it is looked at and loaded before somebody needs it.
        engines::Wishes wishes{.model = capacity.small_model_name};
        core.hall.model(capacity.small_model, wishes);
    }
    ArchiveKeeper archive(settings, parts, core);
    HouseSteward steward(settings, parts, core, archive, tail);
    capacity::Gate capacity(settings.capacity, core.clock, core.log, core.metrics);
    House house(parts, core, shelf, archive, steward, capacity, settings.server.loopback_only(),
                server_settings);
    capacity::Watch watch(capacity, server_settings.loops, core.metrics, core.clock);
    asio::signal_set signals(core.context, SIGINT, SIGTERM);  // from here on a signal means: end in order
    asio::signal_set hangups(core.context, SIGHUP);           // ... and this one, to the end: read again
    auto endpoint =
        house.server.listen({settings.server.host == "localhost" ? "127.0.0.1" : settings.server.host,
                             static_cast<std::uint16_t>(settings.server.port)});
    if (!endpoint) {
        std::cerr << "repartee: " << endpoint.error().message << "\n";
        return 1;
    }
    house.listen_besides(core, endpoint->address, server_settings);
    auto banner = make_banner(settings, *endpoint, options.program);
    steward.is_listening({banner.urls, banner.secure, banner.others_can_reach_us});
    print_addresses(std::cout, banner);
    for (const auto& url : banner.urls) {
        log.info("listening", {{"url", url}});
    }

    asio::co_spawn(core.context.get_executor(), live(core, house, signals, hangups, settings, banner),
                   [&](const std::exception_ptr& failure) {
                       if (failure) {
                           log.error("stopped by a failure", {{"detail", error_of(failure).detail}});
                       }
                       core.context.stop();
                   });
    loops.run(core.context);
    return 0;
}

}  // namespace repartee::app
