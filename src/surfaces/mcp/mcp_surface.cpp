#include "surfaces/mcp/mcp_surface.h"

#include "surfaces/reception.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::surfaces::mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view path = "/mcp";

// The longest question, with every character written as an escape, fits.
constexpr std::size_t largest_body = 256 << 10;

// Of the answers to one batch, in bytes: past it no further tool is used. One that is sound has up to 2.6 MB.
constexpr std::size_t largest_batch_answer = 4 << 20;

// What the SDK's own server calls it.
constexpr std::int64_t sdk_bad_request = -32000;

net::Response taken() {
    return {.status = 202};
}

net::Response not_offered(std::string_view methods) {
    net::Response response{.status = 405};
    response.headers.add("Allow", std::string(methods));
    return response;
}

net::Response without_session() {
    return refused({400, {sdk_bad_request, fmt::format("The header {} is missing.", rpc::headers::session)}},
                   {});
}

net::Response session_gone() {
    return refused({404, {session_not_found, "There is no such session. Begin with initialize."}}, {});
}

bool is_modern(const net::Request& request) {
    auto version = request.headers.get(rpc::headers::version);
    return version && rpc::era_of(*version) == rpc::Era::Modern;
}

std::string session_in(const net::Request& request) {
    return std::string(request.headers.get(rpc::headers::session).value_or(""));
}

net::Response turned_away(const net::Request& request, const Error& error) {
    auto response = net::error_response(request, error);
    if (error.kind == ErrorKind::Unauthenticated) {
        bool given = request.headers.has("Authorization");
        response.headers.set("WWW-Authenticate", given ? R"(Bearer realm="repartee", error="invalid_token")"
                                                       : R"(Bearer realm="repartee")");
    }
    return response;
}

std::optional<rpc::RequestId> id_of(const rpc::Frame& frame) {
    const auto* request = std::get_if<rpc::Request>(&frame);
    return request == nullptr ? std::nullopt : std::optional(request->id);
}

// How HTTP says it where each request stands for itself; in the older era the frame says it all.
int status_of(const rpc::Frame& frame, rpc::Era era) {
    const auto* failed = std::get_if<rpc::ErrorReply>(&frame);
    if (failed == nullptr || era == rpc::Era::Legacy) {
        return 200;
    }
    return failed->error.code == rpc::codes::method_not_found ? 404 : 400;
}

// The call that an event is of: "c7-2" is of 7.
std::optional<std::uint64_t> call_in(std::string_view event_id) {
    if (!event_id.starts_with('c')) {
        return std::nullopt;
    }
    event_id.remove_prefix(1);
    std::uint64_t number = 0;
    auto [end, fault] = std::from_chars(event_id.data(), event_id.data() + event_id.size(), number);
    bool is_one = fault == std::errc{} && end != event_id.data() &&
                  end != event_id.data() + event_id.size() && *end == '-';
    return is_one ? std::optional(number) : std::nullopt;
}

std::optional<rpc::RequestId> request_in(const json::object& params) {
    const auto* id = params.if_contains("requestId");
    if (id != nullptr && id->is_int64()) {
        return id->get_int64();
    }
    if (id != nullptr && id->is_string()) {
        return std::string(id->get_string());
    }
    return std::nullopt;
}

json::value progress_token_in(const json::object& params) {
    const auto* meta = params.if_contains("_meta");
    const auto* fields = meta != nullptr ? meta->if_object() : nullptr;
    const auto* token = fields != nullptr ? fields->if_contains(rpc::meta::progress_token) : nullptr;
    bool is_one = token != nullptr && (token->is_int64() ||
                                       (token->is_string() && token->get_string().size() <= rpc::longest_id));
    return is_one ? *token : json::value(nullptr);
}

// A client of the modern era that goes away has given up its call.
class Presence {
public:
    Presence(Calls& calls, std::uint64_t number, rpc::Era era) : calls_(calls), number_(number), era_(era) {}
    ~Presence() {
        if (era_ == rpc::Era::Modern) {
            calls_.give_up(number_);  // of one that has ended this does nothing
        }
    }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

private:
    Calls& calls_;
    const std::uint64_t number_;
    const rpc::Era era_;
};

Sessions::Seal seal_of(Archive& archive) {
    return {
        .close = [&archive](const Secret& text,
                            const std::string& context) { return archive.accounts().seal(text, context); },
        .open = [&archive](const std::string& sealed,
                           const std::string& context) { return archive.accounts().open(sealed, context); }};
}

CallLimits limits_of(const McpSettings& settings) {
    return {.of_one = static_cast<std::size_t>(settings.calls_at_once),
            .of_all = static_cast<std::size_t>(settings.calls_of_all)};
}

}  // namespace

McpSurface::McpSurface(const Stage& stage, McpSettings settings)
    : stage_(stage),
      settings_(settings),
      log_(stage.log.with({{"surface", "mcp"}})),
      sessions_(seal_of(stage.archive), stage.clock, settings_.session_lifetime),
      tools_(stage_, settings_),
      calls_(stage.executor, limits_of(settings_), stage.clock, log_, stage.metrics) {}

void McpSurface::add_routes(net::Router& router) {
    net::RouteOptions options{.body_limit = largest_body, .known_origins_only = true};
    router.exchange(
        "POST", std::string(path),
        [this](net::Exchange& exchange) { return serve(exchange, post(exchange)); }, options);
    router.exchange(
        "GET", std::string(path), [this](net::Exchange& exchange) { return serve(exchange, get(exchange)); },
        options);
    router.exchange(
        "DELETE", std::string(path),
        [this](net::Exchange& exchange) { return serve(exchange, end_session(exchange)); }, options);
}

awaitable<void> McpSurface::drain(Duration grace) {
    co_await calls_.drain(grace);
}

// --- requests of HTTP ---

awaitable<void> McpSurface::serve(net::Exchange& exchange, awaitable<Answer> answer) {
    Answer response;
    std::optional<Error> refusal;
    try {
        response = co_await std::move(answer);
    } catch (const Failure& failure) {
        refusal = failure.error();
    }
    if (refusal) {
        response = turned_away(exchange.request(), *refusal);
    }
    if (response) {
        co_await exchange.respond(std::move(*response));
    }
}

awaitable<McpSurface::Answer> McpSurface::post(net::Exchange& exchange) {
    const auto& request = exchange.request();
    if (!is_json(request.headers)) {
        throw Failure(ErrorKind::Unsupported, "A message of the protocol is application/json.");
    }
    Errand errand{.exchange = exchange, .caller = {}, .accepts = accepted(request.headers)};
    if (!errand.accepts.json && !errand.accepts.events) {
        co_return net::error_response(
            request, 406, "not_acceptable",
            "The answer is application/json or text/event-stream, and neither is accepted.");
    }
    errand.caller = co_await admit(request);
    if (!is_modern(request)) {
        auto session = co_await session_of(request, errand.caller);
        if (session) {
            errand.caller.session = std::move(session->name);
            errand.version = std::move(session->version);
        }
    }
    bool may_be_several = errand.version == rpc::versions::with_batches;
    auto message =
        rpc::parse_message(request.body, may_be_several ? rpc::Batches::Allowed : rpc::Batches::Refused);
    if (message.batch) {
        co_return co_await take_batch(std::move(errand), std::move(message.frames));
    }
    auto frame = std::move(message.frames.front());
    if (auto* unreadable = std::get_if<rpc::Unreadable>(&frame)) {
        co_return refused({400, std::move(unreadable->error)}, std::move(unreadable->id));
    }
    auto manner = manner_of(request.headers, frame);
    if (auto* refusal = std::get_if<Refusal>(&manner)) {
        co_return refused(*refusal, id_of(frame));
    }
    errand.era = std::get<Manner>(manner).era;
    if (errand.era == rpc::Era::Modern) {
        co_return co_await take_modern(std::move(errand), std::move(frame));
    }
    co_return co_await take_in_session(std::move(errand), std::move(frame));
}

// Nothing is told unasked, so there is no stream to listen to; but whoever lost the one with an answer in it
// gets the answer here.
awaitable<McpSurface::Answer> McpSurface::get(net::Exchange& exchange) {
    const auto& request = exchange.request();
    if (is_modern(request)) {
        co_return not_offered("POST");
    }
    auto caller = co_await admit(request);
    auto last_event = request.headers.get(rpc::headers::last_event);
    if (!last_event) {
        co_return not_offered("POST, DELETE");
    }
    if (session_in(request).empty()) {
        co_return without_session();
    }
    auto session = co_await session_of(request, caller);
    if (!session) {
        co_return session_gone();
    }
    auto number = call_in(*last_event);
    if (!number) {
        throw Failure(ErrorKind::NotFound, "There is no such event.");
    }
    auto executor = co_await asio::this_coro::executor;
    auto delivery = std::make_shared<Delivery>(executor);
    calls_.ask_again(std::move(session->name), *number, delivery);
    auto found = co_await delivery->next();
    if (found.last) {
        throw Failure(ErrorKind::NotFound, "There is no such event, or not any more.");
    }
    // Their numbers go on behind those that have been, of which there are not so many.
    co_await stream(exchange, std::move(delivery), fmt::format("c{}-r", *number), false);
    co_return std::nullopt;
}

awaitable<McpSurface::Answer> McpSurface::end_session(net::Exchange& exchange) {
    const auto& request = exchange.request();
    if (is_modern(request)) {
        co_return not_offered("POST");
    }
    auto caller = co_await admit(request);
    if (session_in(request).empty()) {
        co_return without_session();
    }
    auto session = co_await session_of(request, caller);
    if (!session || !sessions_.end(session_in(request), caller.who())) {
        co_return session_gone();
    }
    calls_.cancel_all(std::move(session->name));
    net::Response response{.status = 204};
    co_return response;
}

awaitable<std::optional<McpSession>> McpSurface::session_of(const net::Request& request, Caller caller) {
    co_await stage_.archive.opened();  // what seals sessions is in there
    co_return sessions_.find(session_in(request), caller.who());
}

awaitable<Caller> McpSurface::admit(const net::Request& request) {
    auto* reception = stage_.entrance.reception;
    if (reception == nullptr) {
        throw Failure(ErrorKind::Unavailable, "There is nobody here who knows people.");
    }
    auto credentials = credentials_of(request, TokenInQuery::DoesNot);
    Caller caller{.peer = request.peer};
    caller.person = co_await reception->identify(std::move(credentials));
    co_return caller;
}

// --- messages ---

awaitable<McpSurface::Answer> McpSurface::take_modern(Errand errand, rpc::Frame frame) {
    auto* request = std::get_if<rpc::Request>(&frame);
    if (request == nullptr) {
        co_return taken();
    }
    if (request->method == "tools/call") {
        co_return co_await call(std::move(errand), std::move(*request));
    }
    auto answer = plain_answer(errand, *request);
    co_return response_of(status_of(answer, errand.era), answer);
}

awaitable<McpSurface::Answer> McpSurface::take_in_session(Errand errand, rpc::Frame frame) {
    auto* request = std::get_if<rpc::Request>(&frame);
    if (request != nullptr && request->method == "initialize") {
        co_return open_session(errand.caller, *request);
    }
    if (session_in(errand.exchange.request()).empty()) {
        co_return without_session();
    }
    if (errand.caller.session.empty()) {
        co_return session_gone();
    }
    if (const auto* notification = std::get_if<rpc::Notification>(&frame)) {
        notice(errand, *notification);
    }
    if (request == nullptr) {
        co_return taken();
    }
    if (request->method == "tools/call") {
        co_return co_await call(std::move(errand), std::move(*request));
    }
    co_return response_of(200, plain_answer(errand, *request));
}

// One after the other: what a client of that version sends in one message, it wants in one answer.
awaitable<McpSurface::Answer> McpSurface::take_batch(Errand errand, std::vector<rpc::Frame> frames) {
    std::string answers;
    auto add = [&answers](std::string_view answer) {
        if (!answer.empty()) {
            answers += answers.empty() ? "[" : ",";
            answers += answer;
        }
    };
    for (auto& frame : frames) {
        if (auto* unreadable = std::get_if<rpc::Unreadable>(&frame)) {
            add(rpc::write(*unreadable));
        } else if (const auto* notification = std::get_if<rpc::Notification>(&frame)) {
            notice(errand, *notification);
        } else if (auto* request = std::get_if<rpc::Request>(&frame)) {
            if (answers.size() > largest_batch_answer) {
                rpc::RpcError error{rpc::codes::invalid_request,
                                    "That is too much in one answer. Please ask for this by itself."};
                add(rpc::write(rpc::ErrorReply{std::move(request->id), std::move(error)}));
            } else if (request->method == "tools/call") {
                auto answer = co_await called(errand, std::move(*request));
                add(answer);
            } else {
                add(rpc::write(plain_answer(errand, *request)));
            }
        }
    }
    if (answers.empty()) {
        co_return taken();
    }
    auto response = net::json_response(200, answers + "]");
    response.headers.add("Cache-Control", "no-store");
    co_return response;
}

net::Response McpSurface::open_session(const Caller& caller, const rpc::Request& request) {
    const auto* offered = request.params.if_contains("protocolVersion");
    if (offered == nullptr || !offered->is_string()) {
        rpc::RpcError error{rpc::codes::invalid_params, "params.protocolVersion is missing."};
        return response_of(200, rpc::ErrorReply{request.id, std::move(error)});
    }
    auto version = negotiated(offered->get_string());
    auto id = sessions_.begin(caller.who(), version);
    log_.info("session opened", {{"version", version}});
    rpc::Reply reply{request.id,
                     {{"protocolVersion", version},
                      {"capabilities", capabilities()},
                      {"serverInfo", server_info()},
                      {"instructions", instructions()}}};
    auto response = response_of(200, reply);
    response.headers.add(std::string(rpc::headers::session), std::move(id));
    response.headers.add("Access-Control-Expose-Headers", std::string(rpc::headers::session));
    return response;
}

void McpSurface::notice(const Errand& errand, const rpc::Notification& notification) {
    if (notification.method != "notifications/cancelled") {
        return;
    }
    if (auto id = request_in(notification.params)) {
        calls_.cancel(errand.caller.session, std::move(*id));
    }
}

rpc::Frame McpSurface::plain_answer(const Errand& errand, const rpc::Request& request) const {
    bool modern = errand.era == rpc::Era::Modern;
    if (request.method == "tools/list") {
        if (const auto* cursor = request.params.if_contains("cursor");
            cursor != nullptr && !cursor->is_null()) {
            return rpc::ErrorReply{request.id, {rpc::codes::invalid_params, "There is one page only."}};
        }
        return rpc::Reply{request.id, keepable({{"tools", tools_.describe(errand.caller)}}, errand.era)};
    }
    if (request.method == "ping" && !modern) {
        return rpc::Reply{request.id, {}};
    }
    if (request.method == "server/discover" && modern) {
        json::array versions{json::string(rpc::versions::modern)};
        for (auto version : rpc::versions::legacy) {
            versions.emplace_back(json::string(version));
        }
        return rpc::Reply{request.id, keepable({{"supportedVersions", std::move(versions)},
                                                {"capabilities", capabilities()},
                                                {"instructions", instructions()}},
                                               errand.era)};
    }
    return rpc::ErrorReply{
        request.id, {rpc::codes::method_not_found, fmt::format("Method not found: {}", request.method)}};
}

// --- calls of tools ---

std::variant<Calls::Order, rpc::RpcError> McpSurface::order_of(const Errand& errand,
                                                               rpc::Request request) const {
    auto* name = request.params.if_contains("name");
    auto* given = request.params.if_contains("arguments");
    if (name == nullptr || !name->is_string()) {
        return rpc::RpcError{rpc::codes::invalid_params, "params.name is missing."};
    }
    if (given != nullptr && !given->is_null() && !given->is_object()) {
        return rpc::RpcError{rpc::codes::invalid_params, "params.arguments is no object."};
    }
    auto token = progress_token_in(request.params);
    auto arguments = given != nullptr && given->is_object() ? std::move(given->get_object()) : json::object{};
    std::string tool(name->get_string());
    auto prepared = tools_.prepare(errand.caller, tool, std::move(arguments));
    if (auto* error = std::get_if<rpc::RpcError>(&prepared)) {
        return std::move(*error);
    }
    return Calls::Order{.who = errand.caller.counted_as(),
                        .session = errand.caller.session,
                        .id = std::move(request.id),
                        .era = errand.era,
                        .progress_token = std::move(token),
                        .tool = std::move(tool),
                        .work = std::move(std::get<Work>(prepared))};
}

awaitable<McpSurface::Answer> McpSurface::call(Errand errand, rpc::Request request) {
    auto id = request.id;
    auto prepared = order_of(errand, std::move(request));
    if (auto* error = std::get_if<rpc::RpcError>(&prepared)) {
        rpc::Frame answer = rpc::ErrorReply{std::move(id), std::move(*error)};
        co_return response_of(status_of(answer, errand.era), answer);
    }
    auto& order = std::get<Calls::Order>(prepared);
    bool legacy = errand.era == rpc::Era::Legacy;
    bool streams = errand.accepts.events && (!order.progress_token.is_null() || !errand.accepts.json);
    order.may_be_asked_for_again = legacy && streams;
    if (!streams) {
        order.progress_token = nullptr;  // it could not be told
    }
    auto executor = co_await asio::this_coro::executor;
    auto delivery = std::make_shared<Delivery>(executor);
    auto number = calls_.begin(std::move(order), delivery);
    const Presence presence(calls_, number, errand.era);
    if (streams) {
        // Older clients take the empty event for a message that is broken.
        bool primed = legacy && errand.version == rpc::versions::legacy.front();
        std::string ids;
        if (legacy) {
            ids = fmt::format("c{}-", number);
        }
        co_await stream(errand.exchange, std::move(delivery), std::move(ids), primed);
        co_return std::nullopt;
    }
    Piece piece;
    while (!piece.last) {
        piece = co_await delivery->next();
    }
    if (piece.frame.empty()) {
        co_return taken();  // cancelled: nobody waits for it any more
    }
    auto response = net::json_response(piece.error && !legacy ? 500 : 200, std::move(piece.frame));
    response.headers.add("Cache-Control", "no-store");
    co_return response;
}

awaitable<std::string> McpSurface::called(Errand errand, rpc::Request request) {
    auto id = request.id;
    auto prepared = order_of(errand, std::move(request));
    if (auto* error = std::get_if<rpc::RpcError>(&prepared)) {
        co_return rpc::write(rpc::ErrorReply{std::move(id), std::move(*error)});
    }
    auto& order = std::get<Calls::Order>(prepared);
    order.progress_token = nullptr;
    auto executor = co_await asio::this_coro::executor;
    auto delivery = std::make_shared<Delivery>(executor);
    calls_.begin(std::move(order), delivery);
    Piece piece;
    while (!piece.last) {
        piece = co_await delivery->next();
    }
    co_return std::move(piece.frame);
}

// `ids`: what the ids of the events begin with; empty: they have none.
awaitable<void> McpSurface::stream(net::Exchange& exchange, std::shared_ptr<Delivery> delivery,
                                   std::string ids, bool primed) {
    net::Response head{.status = 200,
                       .headers = {{"Content-Type", "text/event-stream"},
                                   {"Cache-Control", "no-store"},
                                   {"X-Accel-Buffering", "no"}}};
    auto* body = co_await exchange.stream(std::move(head));
    int number = 0;
    auto next_id = [&] { return ids.empty() ? std::string() : fmt::format("{}{}", ids, number++); };
    if (primed) {
        bool there = co_await body->write(event_of(next_id(), ""));
        if (!there) {
            co_return;
        }
    }
    Piece piece;
    while (!piece.last) {
        piece = co_await delivery->next();
        if (piece.frame.empty()) {
            continue;
        }
        bool there = co_await body->write(event_of(next_id(), piece.frame));
        if (!there) {
            co_return;
        }
    }
}

}  // namespace repartee::surfaces::mcp
