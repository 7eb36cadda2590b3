#include "app/serve.h"

#include "app/agents.h"
#include "app/banner.h"
#include "app/handover.h"
#include "app/heritage.h"
#include "app/house.h"
#include "app/loops.h"
#include "app/reload.h"
#include "app/speech_offer.h"
#include "app/thrift.h"
#include "base/owned_folder.h"
#include "base/task.h"
#include "base/together.h"
#include "capacity/watch.h"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <thread>
#include <utility>

namespace repartee::app {

namespace {

// How often somebody looks whether the robot is there.
constexpr auto robot_interval = std::chrono::seconds(30);

// Before somebody looks after the archive again, when that failed.
constexpr auto archive_pause = std::chrono::seconds(5);

// What a process that is to take the place of another gives its engines and its database to be usable, and
// how often it looks again meanwhile: the other one goes on, so nobody waits.
constexpr auto patience_with_engines = std::chrono::minutes(1);
constexpr auto pause_between_looks = std::chrono::seconds(1);

// How long the banner waits for servers of tools that do not answer at once.
constexpr auto patience_with_tools = std::chrono::seconds(3);

// For engines and devices to be closed, once nobody is left.
constexpr auto longest_farewell = std::chrono::seconds(15);

constexpr std::string_view owner = "repartee serve";

awaitable<void> check_and_greet(Core& core, const House& house, const Banner& banner, Duration interval) {
    co_await core.hall.check();
    co_await first_of(house.tools.until_tried(), core.clock.sleep(patience_with_tools));
    print_engines(std::cout, banner, core.hall, house.robot->state(), house.tools.states());
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

// --- from the first connection to the last ---

// The signals that mean something to a server that runs.
struct Signals {
    explicit Signals(asio::io_context& context)
        : end(context, SIGINT, SIGTERM), hangup(context, SIGHUP), succession(context, SIGUSR2) {}
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    // One that comes at the very end finds everything done already.
    ~Signals() {
        for (auto* set : {&end, &hangup, &succession}) {
            set->clear();
        }
        for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR2}) {
            std::signal(signal, SIG_IGN);
        }
    }

    asio::signal_set end;         // end in order
    int told_by = 0;              // one of these that nobody has acted upon yet
    asio::signal_set hangup;      // read the agents again
    asio::signal_set succession;  // have a new process take the place
};

// Who was there before, who comes behind, and who is told of it.
struct Line {
    Predecessor& predecessor;
    Handover handover;
    processes::ServiceManager service;
    const OwnedFolder& folder;
    Descriptor& held_to_the_end;
};

// Nor is one lost that came together with something else.
awaitable<void> wait_for_end(Signals& signals) {
    if (signals.told_by == 0) {
        signals.told_by = co_await signals.end.async_wait(use_awaitable);
    }
}

// And acts upon it: the next one is another.
void tell_of_end(Signals& signals, const Log& log) {
    auto signal = std::exchange(signals.told_by, 0);
    log.info("stopping", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
}

bool is_ready(const Core& core, const ArchiveKeeper& archive) {
    return core.hall.ready() && archive.states().front().health.usable;
}

std::string what_is_missing(const Core& core, const ArchiveKeeper& archive) {
    std::string missing;
    auto add = [&](std::string_view what, std::string_view reason) {
        missing += fmt::format("{}{}: {}", missing.empty() ? "" : "; ", what, reason);
    };
    for (const auto& trade : core.hall.trades()) {
        for (const auto& verdict : trade.verdicts) {
            if (verdict.in_use && !verdict.health.usable) {
                add(trade.name, verdict.health.reason);
            }
        }
    }
    if (auto database = archive.states().front(); !database.health.usable) {
        add("database", database.health.reason);
    }
    return missing;
}

// Is this server as good as the one whose place it is to take? Then that one gives it.
awaitable<void> take_place(Core& core, const ArchiveKeeper& archive, Predecessor& predecessor,
                           bool& is_ours) {
    auto give_up = core.clock.now() + patience_with_engines;
    co_await core.hall.check();
    while (!predecessor.has_ended() && !is_ready(core, archive) && core.clock.now() < give_up) {
        co_await core.clock.sleep(pause_between_looks);
        co_await core.hall.check();
    }
    auto missing = is_ready(core, archive) ? "" : what_is_missing(core, archive);
    is_ours = co_await predecessor.gives_place(std::move(missing));
}

awaitable<void> until_nobody_is_left(House& house, Predecessor& predecessor) {
    co_await house.until_empty();
    co_await predecessor.until_ended();
}

awaitable<void> until_nobody_asks(House& house, Predecessor& predecessor) {
    co_await together(house.succeeded(), until_nobody_is_left(house, predecessor));
}

// Unhurried, where the settings leave time for it: a load balancer sees it first, then calls come to their
// own end.
awaitable<void> leave(Core& core, House& house, Predecessor& predecessor, const ServerSettings& settings) {
    co_await core.clock.sleep(settings.notice_time);
    house.retire();
    co_await first_of(until_nobody_is_left(house, predecessor), core.clock.sleep(settings.calls_time));
}

// Has been told to stop.
awaitable<void> stop_in_order(Core& core, House& house, Signals& signals, Line& line,
                              const ServerSettings& settings) {
    tell_of_end(signals, core.log);
    line.handover.give_up();
    house.leaving = true;
    auto longest = settings.notice_time + settings.calls_time + settings.drain_time + longest_farewell;
    line.service.tell(
        fmt::format("STOPPING=1\nEXTEND_TIMEOUT_USEC={}", std::chrono::microseconds(longest).count()));
    if (settings.notice_time + settings.calls_time > Duration::zero()) {
        auto reason =
            co_await first_of(leave(core, house, line.predecessor, settings), wait_for_end(signals));
        if (reason == 1) {
            tell_of_end(signals, core.log);
        }
    }
    line.predecessor.tell_to_end();
}

// Another process is the server now. How long what is left here then gets to end.
awaitable<Duration> outlive_own_place(Core& core, House& house, Signals& signals, Line& line,
                                      const ServerSettings& settings) {
    house.retire();
    line.held_to_the_end = line.handover.give_place();
    core.log.info("handed over", {{"connections", house.connections()}});
    auto until = core.clock.now() + settings.handover_time;
    enum Reason : std::size_t { NobodyIsLeft, TimeIsOver, SuccessorStops, SignalCame };
    auto reason = co_await first_of(
        until_nobody_asks(house, line.predecessor), core.clock.sleep(settings.handover_time),
        line.handover.until_told_to_end(), wait_for_end(signals),
        line.handover.refuse(signals.succession, "another process has taken this one's place already"));
    if (reason == SignalCame) {
        tell_of_end(signals, core.log);
    }
    line.predecessor.tell_to_end();
    co_return reason == NobodyIsLeft ? std::max<Duration>(settings.drain_time, until - core.clock.now())
                                     : settings.drain_time;
}

// Returns when it is time to end, with the time for that.
awaitable<Duration> receive_callers(Core& core, House& house, Signals& signals, Line& line,
                                    const ServerSettings& settings) {
    line.folder.say_owner(owner);
    house.open();
    line.service.tell("READY=1\nSTATUS=Listening");
    co_await first_of(wait_for_end(signals), line.handover.until_somebody_is_ready(signals.succession));
    Duration time = settings.drain_time;
    if (signals.told_by != 0) {
        co_await stop_in_order(core, house, signals, line, settings);
    } else {
        time = co_await outlive_own_place(core, house, signals, line, settings);
    }
    co_return time;
}

// True at its orderly end; false when it was to take somebody's place, and was not given it.
awaitable<bool> live(Core& core, House& house, Signals& signals, Line& line, const Settings& settings,
                     const Banner& banner) {
    auto strand = co_await asio::this_coro::executor;
    Task keeping(strand, keep(house.archive, core.clock, core.log));
    Task listening(strand, line.predecessor.listen());
    bool is_ours = !line.predecessor.was_there();
    if (!is_ours) {
        co_await first_of(take_place(core, house.archive, line.predecessor, is_ours), wait_for_end(signals));
    }
    if (is_ours) {
        Task checking_robot(strand, check_robot(core, *house.robot));
        Task fetching_tools(strand, house.tools.run());
        Task checking(strand, check_and_greet(core, house, banner, settings.check_interval));
        Task reloading(strand, reload_at_hangup(core, house.agents, signals.hangup, line.service));
        Task stewarding(strand, house.steward.run(*house.robot, *house.microphone));
        Task saving(strand, give_back_memory(core.clock, [&house] { return house.connections(); }));
        auto time = co_await receive_callers(core, house, signals, line, settings.server);
        co_await house.drain(time);
        co_await saving.stop();
        co_await stewarding.stop();
        co_await reloading.stop();
        co_await checking.stop();
        co_await fetching_tools.stop();
        co_await house.tools.close();
        co_await checking_robot.stop();
        co_await house.robot->close();
        // systemd ends what is left of a service when its main process has ended.
        co_await first_of(line.predecessor.until_ended(), core.clock.sleep(time + longest_farewell));
    } else {
        core.log.error("the place was not given",
                       {{"reason", "the server before goes on, or has ended, or this one is to stop"}});
        co_await house.drain(Duration::zero());
    }
    co_await keeping.stop();
    co_await core.hall.close();
    co_await listening.stop();
    core.log.info("stopped");
    co_return is_ours;
}

// What the server before still works on, its clients ask here.
awaitable<std::optional<net::Response>> ask_before(Predecessor& predecessor, std::string path) {
    auto shown = co_await predecessor.ask(std::move(path));
    if (!shown) {
        co_return std::nullopt;
    }
    auto response = net::json_response(200, std::move(*shown));
    response.headers.add("Cache-Control", "no-store");
    co_return response;
}

Result<OwnedFolder> own(const std::filesystem::path& folder, Descriptor lock) {
    if (lock.is_open()) {
        if (auto shared = OwnedFolder::share(folder, std::move(lock))) {
            return std::move(*shared);
        }
    }
    return OwnedFolder::take(folder, owner);
}

}  // namespace

int serve(Settings settings, Parts& parts, const config::Reading& reading, const ServeOptions& options) {
    std::signal(SIGUSR2, SIG_IGN);  // too early to have a successor
    Descriptor held_to_the_end;     // by which a successor sees that all below has been put away
    auto heritage = Heritage::receive();
    if (!heritage) {
        std::cerr << "repartee: " << heritage.error().message << "\n";
        return 1;
    }
    auto succession = same_again(options.command_line);
    auto service = processes::ServiceManager::of_environment();
    if (options.lan) {
        settings.server.host = "0.0.0.0";
    }
    net::Endpoint wanted{settings.server.host == "localhost" ? "127.0.0.1" : settings.server.host,
                         static_cast<std::uint16_t>(settings.server.port)};
    auto listener = heritage->take_own_listener(wanted);
    if (listener) {
        settings.server.host = listener->at.address;
    }
    if (!settings.server.loopback_only()) {
        settings.log.texts = settings.log.texts && reading.origins.contains("log.texts");
    }
    bool may_ask = options.offer && !heritage->has_predecessor();
    if (offer_speech_model(settings, parts, may_ask ? Offering::WhereSomebodyIs : Offering::Never) ==
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

    auto folder = own(data_directory(settings.server), heritage->take_folder());
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
    auto strand = core.context.get_executor();
    Predecessor predecessor(strand, heritage->take_line());
    if (predecessor.was_there()) {
        server_settings.elsewhere = [&predecessor](const net::Request& request) {
            return ask_before(predecessor, request.path);
        };
    }
    capacity::Gate capacity(settings.capacity, core.clock, core.log, core.metrics);
    mcp::client::Surroundings around_tools{core.context.get_executor(), core.http, core.clock, log,
                                           core.metrics};
    mcp::client::McpToolbox tools(settings.tool_servers, around_tools);
    steward.has_tools(tools);
    House house(parts, core, shelf, archive, steward, capacity, tools, settings.server.loopback_only(),
                server_settings);
    capacity::Watch watch(capacity, server_settings.loops, core.metrics, core.clock);
    Signals signals(core.context);  // from here on they mean something
    auto endpoint = house.listen(std::move(listener), wanted);
    if (!endpoint) {
        std::cerr << "repartee: " << endpoint.error().message << "\n";
        return 1;
    }
    house.listen_besides(core, *heritage, endpoint->address, server_settings);
    for (const auto& left : heritage->listeners()) {
        log.warning("nobody listens at a socket that was opened for us",
                    {{"name", left.name}, {"address", left.at.address}, {"port", left.at.port}});
    }
    heritage->close_rest();
    auto banner = make_banner(settings, *endpoint, options.program);
    steward.is_listening({banner.urls, banner.secure, banner.others_can_reach_us});
    print_addresses(std::cout, banner);
    for (const auto& url : banner.urls) {
        log.info("listening", {{"url", url}});
    }

    auto bequests = [&] {
        auto all = house.listeners();
        all.push_back({std::string(name_of_folder), folder->lock()});
        return all;
    };
    Line line{.predecessor = predecessor,
              .handover = Handover(strand, core.clock, log, std::move(succession),
                                   {.bequests = bequests,
                                    .is_ready = [&] { return is_ready(core, archive); },
                                    .show = [&](std::string path) { return house.show(std::move(path)); }},
                                   service),
              .service = std::move(service),
              .folder = *folder,
              .held_to_the_end = held_to_the_end};
    int exit_code = 0;
    asio::co_spawn(strand, live(core, house, signals, line, settings, banner),
                   [&](const std::exception_ptr& failure, bool in_order) {
                       if (failure) {
                           log.error("stopped by a failure", {{"detail", error_of(failure).detail}});
                       }
                       exit_code = !failure && in_order ? 0 : 1;
                       core.context.stop();
                   });
    loops.run(core.context);
    return exit_code;
}

}  // namespace repartee::app
