#include "surfaces/media_stream/media_stream_surface.h"

#include "surfaces/frugality.h"
#include "surfaces/media_stream/call.h"

#include <fmt/format.h>

namespace repartee::surfaces::media_stream {

namespace {

// Of sound in one message: half a minute. Clients send milliseconds.
constexpr std::size_t largest_message = 1 << 20;

// The agent that a request names, or the one who answers who names nobody; nothing when it is unknown.
const agents::Definition* agent_of(const net::Request& request, const agents::AgentBook& book) {
    auto wanted = request.parameter("agent_id");
    return !wanted || wanted->empty() ? &book.default_agent() : book.find(*wanted);
}

// Counts a call for as long as it is open, however it ends.
class Counted {
public:
    explicit Counted(Gauge gauge) : gauge_(gauge) { gauge_.add(1); }
    ~Counted() { gauge_.add(-1); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    Gauge gauge_;
};

// How somebody is sent away who is not connected. Who is to come back in a moment keeps their token.
net::CloseCode code_of(ErrorKind why) {
    switch (why) {
        case ErrorKind::Unauthenticated:
        case ErrorKind::Forbidden: return net::CloseCode::PolicyViolated;
        case ErrorKind::Unavailable:
        case ErrorKind::Busy:
        case ErrorKind::TooMany: return net::CloseCode::Overloaded;
        default: return net::CloseCode::InternalError;
    }
}

awaitable<net::Response> describe_ourselves(const net::Request&) {
    co_return net::json_response(
        200,
        R"({"message":"Toy Backend API","version":"1.0.0","endpoints":{"websocket":"/api/media-stream?agent_id=..."}})");
}

}  // namespace

MediaStreamSurface::MediaStreamSurface(const Stage& stage, MediaStreamSettings settings)
    : stage_(stage),
      settings_(settings),
      switchboard_(stage),
      open_(stage.metrics.gauge("repartee_sessions_open", "Sessions open now",
                                {{"surface", "media_stream"}})) {}

void MediaStreamSurface::add_routes(net::Router& router) {
    router.get("/", describe_ourselves, {.any_origin = true});
    router.admitted_websocket(
        "/api/media-stream", [this](const net::Request& request) { return refusal_of(request); },
        [this](net::WebSocket& socket, const net::Request& request) { return serve_call(socket, request); },
        {.message_limit = largest_message});
}

awaitable<std::optional<net::Response>> MediaStreamSurface::refusal_of(const net::Request& request) {
    if (agent_of(request, *stage_.agents.book()) == nullptr) {
        co_return net::error_response(request, 403, "forbidden", "There is no such agent.");
    }
    // Who brings a token that is good for nothing is told so (401), and not let in as nobody in particular.
    auto person = co_await switchboard_.identify(request);
    const auto wish = resume_wish_in(request);
    const auto claim = is_call_token(wish.token) ? capacity::Claim::Resumed : capacity::Claim::New;
    co_return refusal_without_place(stage_, request, capacity::Work::Call, claim);
}

std::uint16_t MediaStreamSurface::port_of_its_own() const {
    if (settings_.port == MediaStreamSettings::whatever_config_json_says) {
        return stage_.agents.book()->port().value_or(MediaStreamSettings::original_port);
    }
    return static_cast<std::uint16_t>(settings_.port);
}

// Who answers, for whom, and from where the call goes on.
struct MediaStreamSurface::Arrival {
    std::shared_ptr<const agents::AgentBook> book;
    const agents::Definition* agent = nullptr;
    std::optional<stores::User> person = {};
    std::unique_ptr<PersonalAgent> personal = {};
    CallParts parts = {};
    TimePoint over_at{};
};

awaitable<void> MediaStreamSurface::serve_call(net::WebSocket& socket, const net::Request& request) {
    auto place = stage_.capacity.take_up(capacity::Work::Call, request.id);
    auto name = fmt::format("m{}", ++calls_);
    Arrival arrival;
    std::optional<Error> refused;
    try {
        co_await receive(request, name, arrival);
    } catch (const Failure& failure) {
        refused = failure.error();
    }
    if (refused) {
        co_await socket.close(code_of(refused->kind), refused->message);
        co_return;
    }
    const auto& agent = arrival.personal ? arrival.personal->definition() : *arrival.agent;
    const bool goes_on = arrival.parts.left.has_value();
    const bool is_somebodys = arrival.personal != nullptr;
    auto executor = co_await asio::this_coro::executor;
    CallOptions options{.timeline = request.parameter("timeline") == "1",
                        .partials = request.parameter("partials") == "1",
                        .history_messages = static_cast<std::size_t>(settings_.history_messages)};
    Call call(executor, name, socket, stage_, agent, options, std::move(arrival.parts));
    stage_.log.info("session opened", {{"surface", "media_stream"},
                                       {"session", name},
                                       {"agent", agent.agent.id},
                                       {"account", is_somebodys},
                                       {"resumed", goes_on}});
    Counted counted(open_);
    co_await call.run(arrival.over_at);
    stage_.log.info("session closed", {{"surface", "media_stream"}, {"session", name}});
}

awaitable<void> MediaStreamSurface::receive(const net::Request& request, const std::string& name,
                                            Arrival& arrival) {
    arrival.book = stage_.agents.book();
    arrival.person = co_await switchboard_.identify(request);
    auto wish = resume_wish_in(request);
    if (!wish.token.empty()) {
        std::optional<UserId> who;
        if (arrival.person) {
            who = arrival.person->id;
        }
        auto found = co_await switchboard_.find(wish.token, who, *arrival.book);
        if (auto* call = std::get_if<FoundCall>(&found)) {
            co_await go_on(std::move(*call), wish, name, arrival);
            co_return;
        }
        arrival.parts.reason = std::get<NotFound>(found).reason;
    }
    co_await begin_anew(request, wish, name, arrival);
}

// The call that was found, with the agent and the person that it had.
awaitable<void> MediaStreamSurface::go_on(FoundCall found, const ResumeWish& wish, const std::string& name,
                                          Arrival& arrival) {
    auto& state = found.state;
    arrival.agent = arrival.book->find(state.agent);
    arrival.person = std::move(found.user);
    co_await make_personal(state.session, arrival);
    Lifeline::About about{.token = wish.token,
                          .agent = state.agent,
                          .session = state.session,
                          .user = found.call.user,
                          .token_version = state.token_version,
                          .ends_at_ms = state.ends_at_ms};
    auto& parts = arrival.parts;
    parts.lifeline = switchboard_.new_lifeline(std::move(about), stage_.log.with({{"session", name}}));
    parts.lifeline->go_on(found.call.epoch, state.last_number, std::move(state.events), wish.seen);
    parts.place = std::move(found.place);
    parts.left = std::move(state.talk);
    parts.wants_to_resume = true;
    arrival.over_at =
        stage_.clock.now() + std::chrono::milliseconds(state.ends_at_ms - switchboard_.now_ms());
}

awaitable<void> MediaStreamSurface::begin_anew(const net::Request& request, const ResumeWish& wish,
                                               const std::string& name, Arrival& arrival) {
    arrival.agent = agent_of(request, *arrival.book);
    if (arrival.agent == nullptr) {
        // The files were read again between the handshake and now.
        throw Failure(ErrorKind::Forbidden, "There is no such agent.");
    }
    auto session = fmt::format("call-{}", new_call_token().substr(0, 32));
    co_await make_personal(session, arrival);
    const auto length = arrival.agent->session_timeout;
    arrival.over_at = stage_.clock.now() + length;
    if (!wish.wanted) {
        co_return;
    }
    Lifeline::About about{.token = new_call_token(),
                          .agent = arrival.agent->agent.id,
                          .session = std::move(session),
                          .user = {},
                          .token_version = {},
                          .ends_at_ms = switchboard_.now_ms() + length.count()};
    if (arrival.person) {
        about.user = arrival.person->id;
        about.token_version = arrival.person->token_version;
    }
    auto token = about.token;
    auto& parts = arrival.parts;
    parts.wants_to_resume = true;
    parts.lifeline = switchboard_.new_lifeline(std::move(about), stage_.log.with({{"session", name}}));
    if (parts.lifeline) {
        parts.place = co_await switchboard_.enter(std::move(token));
    }
}

// Their own agent, where it is somebody who calls.
awaitable<void> MediaStreamSurface::make_personal(std::string session, Arrival& arrival) {
    if (!arrival.person) {
        co_return;
    }
    auto profile = co_await stage_.archive.database().people().profile(arrival.person->id);
    arrival.personal = std::make_unique<PersonalAgent>(stage_, *arrival.person, std::move(profile),
                                                       std::move(session), *arrival.agent);
    arrival.parts.person = arrival.personal.get();
}

}  // namespace repartee::surfaces::media_stream
