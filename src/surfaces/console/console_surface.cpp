#include "surfaces/console/console_surface.h"

#include "base/together.h"
#include "surfaces/console/live_view.h"
#include "surfaces/console/messages.h"
#include "surfaces/console/overview.h"
#include "surfaces/console/web_page.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <embedded/web_app.h>

namespace repartee::surfaces::console {

namespace json = boost::json;

namespace {

// Of what pages send us: a few words.
constexpr std::size_t largest_body = 4 << 10;

// How often a page is told what is new: soon enough for a line of the log, rarely enough for a download.
constexpr auto news_interval = std::chrono::milliseconds(250);

net::Response told(const json::value& body, int status = 200) {
    auto response = net::json_response(status, json::serialize(body));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

bool is_json(const net::Request& request) {
    auto type = request.headers.get("Content-Type").value_or("");
    return type.substr(0, type.find(';')) == "application/json";
}

// Whether the body is an object, or nothing, in which `thorough` is true. Throws Failure{Unprocessable}.
bool asks_for_thorough(const net::Request& request) {
    if (request.body.empty()) {
        return false;
    }
    boost::system::error_code fault;
    auto body = json::parse(request.body, fault);
    if (fault || !body.is_object()) {
        throw Failure(ErrorKind::Unprocessable, "The body is to be a JSON object: {\"thorough\":true}.");
    }
    const auto* thorough = body.get_object().if_contains("thorough");
    if (thorough != nullptr && !thorough->is_bool()) {
        throw Failure(ErrorKind::Unprocessable, "thorough: true or false is wanted.");
    }
    return thorough != nullptr && thorough->get_bool();
}

std::string name_in(const net::Request& request) {
    return std::string(request.path_parameter("name"));
}

// A page has nothing to say.
awaitable<void> overhear(net::WebSocket& socket) {
    for (;;) {
        auto message = co_await socket.receive();
        if (!message) {
            co_return;
        }
    }
}

// Until the page has gone or the server is about to.
awaitable<void> tell_news(net::WebSocket& socket, LiveView& view, Clock& clock, const bool& leaving) {
    while (!leaving) {
        auto news = view.news();
        for (auto& message : news) {
            bool is_sent = co_await socket.send_text(std::move(message));
            if (!is_sent) {
                co_return;
            }
        }
        co_await clock.sleep(news_interval);
    }
}

// Counts a viewer for as long as it is there, however it leaves.
class Counted {
public:
    Counted(std::atomic<std::int64_t>& present, Gauge gauge) : present_(present), gauge_(gauge) {
        number_ = ++present_;
        gauge_.add(1);
    }
    ~Counted() {
        --present_;
        gauge_.add(-1);
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

    std::int64_t number() const { return number_; }

private:
    std::atomic<std::int64_t>& present_;
    Gauge gauge_;
    std::int64_t number_ = 0;
};

constexpr auto crowded = "As many pages as may look at this server are looking already.";

}  // namespace

ConsoleSurface::ConsoleSurface(const Stage& stage, ConsoleSettings settings)
    : stage_(stage),
      settings_(settings),
      pulse_(stage.metrics, stage.clock),
      viewers_(
          stage.metrics.gauge("repartee_console_viewers", "Pages that show what happens in the server")) {}

void ConsoleSurface::add_routes(net::Router& router) {
    if (settings_.page) {
        add_web_page(router, embedded::web_app());
    }
    const net::RouteOptions small{.body_limit = largest_body};
    router.get("/api/console/overview", [this](const net::Request& request) { return overview(request); });
    router.get("/api/console/models", [this](const net::Request& request) { return models(request); });
    router.post(
        "/api/console/models/{name}/pull",
        [this](const net::Request& request) { return fetch_model(request); }, small);
    router.handle(
        "DELETE", "/api/console/models/{name}/pull",
        [this](const net::Request& request) { return stop_fetching(request); }, small);
    router.get("/api/console/doctor", [this](const net::Request& request) { return examination(request); });
    router.post(
        "/api/console/doctor", [this](const net::Request& request) { return examine(request); }, small);
    router.admitted_websocket(
        "/api/console/live", [this](const net::Request& request) { return admit(request); },
        [this](net::WebSocket& socket, const net::Request&) { return show(socket); },
        {.message_limit = largest_body});
}

// --- the house at a glance ---

awaitable<net::Response> ConsoleSurface::overview(const net::Request& request) {
    auto visitor = co_await identify_kindly(request, stage_.archive);
    auto stores = stage_.steward.stores();
    const auto* room = stage_.room.room;
    OpenFacts facts{.ready = stage_.engines.ready() &&
                             std::ranges::all_of(stores,
                                                 [](const auto& store) {
                                                     return store.role != "database" || store.health.usable;
                                                 }),
                    .agents = stage_.agents.book(),
                    .lets_anonymous_in = stage_.entrance.lets_anonymous_in,
                    .registration_open = stage_.steward.registration_open(),
                    .captions_closed_because =
                        room != nullptr ? room->closed_because() : "This server has no captions of the room.",
                    .robot = stage_.robot->state(),
                    .may_fetch_models = settings_.fetch_models};
    auto body = describe(facts, visitor);
    if (visitor.sees_all()) {
        HouseFacts house{.version = stage_.steward.version(),
                         .listening = stage_.steward.listening(),
                         .trades = stage_.engines.trades(),
                         .decoders = stage_.engines.decoders(),
                         .stores = std::move(stores)};
        describe_in_full(body, facts, house);
    }
    co_return told(body);
}

// --- models ---

awaitable<net::Response> ConsoleSurface::models(const net::Request& request) {
    auto visitor = co_await identify(request, stage_.archive, TokenInQuery::DoesNot);
    check_sees_all(visitor);
    auto shelf = co_await stage_.steward.models();
    co_return told(describe(shelf, stage_.steward.fetches()));
}

awaitable<void> ConsoleSurface::check_act(const net::Request& request) {
    auto visitor = co_await identify(request, stage_.archive, TokenInQuery::DoesNot);
    check_may_act(visitor);
    // A page of somebody else can make a browser on this machine post a form, but no JSON: that it would have
    // to ask for first.
    if (request.method == "POST" && !is_json(request)) {
        throw Failure(ErrorKind::Unsupported,
                      "Content-Type: application/json is wanted, also without a body.");
    }
}

awaitable<net::Response> ConsoleSurface::fetch_model(const net::Request& request) {
    co_await check_act(request);
    if (!settings_.fetch_models) {
        throw Failure(
            ErrorKind::Forbidden,
            "Models are not fetched from the page: [surfaces.console] fetch_models says so. By hand: "
            "repartee models pull.");
    }
    stage_.steward.fetch_model(name_in(request));
    co_return told(json::object{{"fetches", describe(stage_.steward.fetches())}}, 202);
}

awaitable<net::Response> ConsoleSurface::stop_fetching(const net::Request& request) {
    co_await check_act(request);
    stage_.steward.stop_fetching(name_in(request));
    co_return told(json::object{{"fetches", describe(stage_.steward.fetches())}}, 202);
}

// --- the doctor ---

awaitable<net::Response> ConsoleSurface::examination(const net::Request& request) {
    auto visitor = co_await identify(request, stage_.archive, TokenInQuery::DoesNot);
    check_sees_all(visitor);
    co_return told(describe(stage_.steward.examination()));
}

awaitable<net::Response> ConsoleSurface::examine(const net::Request& request) {
    co_await check_act(request);
    stage_.steward.examine(asks_for_thorough(request) ? Steward::Care::Try : Steward::Care::Ask);
    co_return told(describe(stage_.steward.examination()), 202);
}

// --- what happens ---

awaitable<std::optional<net::Response>> ConsoleSurface::admit(const net::Request& request) {
    auto visitor = co_await identify(request, stage_.archive, TokenInQuery::Counts);
    check_sees_all(visitor);
    if (present_ >= settings_.viewers) {
        throw Failure(ErrorKind::Busy, crowded);
    }
    co_return std::nullopt;
}

awaitable<void> ConsoleSurface::show(net::WebSocket& socket) {
    Counted counted(present_, viewers_);
    if (counted.number() > settings_.viewers) {
        // Several came at the same moment.
        co_await socket.close(net::CloseCode::Overloaded, crowded);
        co_return;
    }
    auto engines = [&hall = stage_.engines] {
        return json::serialize(json::object{{"type", "engines"},
                                            {"ready", hall.ready()},
                                            {"engines", describe_engines(hall.trades(), hall.decoders())}});
    };
    LiveView view(engines, stage_.steward, pulse_, stage_.clock);
    bool leaving = false;
    auto watch = socket.when_draining([&leaving] { leaving = true; });
    // How the house is only the process knows that is the server now.
    auto moving = socket.when_succeeded([&socket, &clock = stage_.clock] {
        socket.close_at(clock.now(), net::CloseCode::Restarting, "restarting");
    });
    co_await first_of(overhear(socket), tell_news(socket, view, stage_.clock, leaving));
}

}  // namespace repartee::surfaces::console
