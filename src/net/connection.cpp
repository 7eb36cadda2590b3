#include "net/connection.h"

#include "base/together.h"
#include "net/cors.h"
#include "net/exchange.h"
#include "net/header_values.h"
#include "net/percent.h"

#include <boost/algorithm/string/join.hpp>
#include <fmt/format.h>

#include <random>

namespace repartee::net {

namespace {

std::array<Counter, 5> request_counters(Metrics& metrics) {
    auto counter = [&](const char* status) {
        return metrics.counter("repartee_http_requests_total", "Requests answered, by class of status.",
                               {{"status", status}});
    };
    return {counter("1xx"), counter("2xx"), counter("3xx"), counter("4xx"), counter("5xx")};
}

bool asks_for_websocket(const Request& request) {
    auto upgrade = request.headers.get("Upgrade");
    return upgrade && names_token(*upgrade, "websocket");
}

Response told(const Request& request, int status, std::string_view reason) {
    return error_response(request, status, code_of_status(status), reason);
}

}  // namespace

House::House(const Router& the_router, ServerOptions the_options, Clock& the_clock, Log the_log,
             Metrics& metrics)
    : router(the_router),
      options(std::move(the_options)),
      clock(the_clock),
      log(std::move(the_log)),
      requests(request_counters(metrics)),
      refused(metrics.counter("repartee_connections_refused_total", "Connections beyond the limit.")),
      connections(metrics.gauge("repartee_connections", "Open connections.")),
      websockets(metrics.gauge("repartee_websockets", "Open WebSockets.")),
      id_prefix_(fmt::format("{:08x}", std::random_device()())) {}

std::string House::next_request_id() {
    return fmt::format("{}-{:x}", id_prefix_, ++last_id_);
}

void House::count_request(int status) const {
    requests[static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1)].add();
}

Connection::Connection(std::shared_ptr<House> house, Executor strand, std::unique_ptr<Transport> transport,
                       Peer peer, Admission admission)
    : house_(std::move(house)),
      executor_(std::move(strand)),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      admission_(admission),
      watchdog_(executor_, house_->clock, [this] { transport_->cancel(); }),
      reader_(*transport_, watchdog_, house_->clock, house_->options) {}

// --- the life of a connection ---

awaitable<void> Connection::run() {
    auto self = shared_from_this();
    try {
        if (co_await serve_requests() == Next::Converse) {
            co_await converse();
        }
    } catch (...) {
        if (auto error = error_of(std::current_exception()); error.kind != ErrorKind::Cancelled) {
            house_->log.error("connection failed", {{"reason", error.detail}});
        }
    }
    // The last reference may be let go on another strand: what has a strand's work in it ends here.
    ended_ = true;
    conversation_.reset();
    watchdog_.stop();
    transport_->close();
}

awaitable<Connection::Next> Connection::serve_requests() {
    const auto& options = house_->options;
    watchdog_.expect_within(options.head_timeout);
    auto [error] = co_await transport_->open();
    if (error) {
        house_->log.debug("tls handshake failed", {{"peer", peer_.address}, {"reason", error.message()}});
        co_return Next::Close;
    }
    // The first request has to come soon: nobody connects only to wait.
    Duration patience = options.head_timeout;
    auto next = Next::Request;
    while (next == Next::Request && !house_->draining) {
        next = co_await serve_one(patience);
        patience = options.keep_alive_timeout;
    }
    if (upgraded_ || aborted_) {
        co_return next;
    }
    watchdog_.expect_within(options.write_timeout);
    co_await transport_->finish();
    if (next == Next::Linger) {
        co_await reader_.discard();
    }
    co_return next;
}

void Connection::retire() {
    if (conversation_) {
        conversation_->socket->announce_succession();
    }
}

void Connection::drain() {
    if (conversation_) {
        conversation_->socket->announce_draining();
    } else if (reader_.idle()) {
        transport_->cancel();
    }
}

void Connection::abort() {
    aborted_ = true;
    if (handling_ || (!upgraded_ && !ended_)) {
        cancelled_.emit(asio::cancellation_type::terminal);
    }
}

// --- one request ---

awaitable<Connection::Next> Connection::serve_one(Duration patience) {
    Request request;
    RequestForm form;
    request.peer = peer_.address;
    request.loopback = peer_.loopback;
    request.secure = house_->options.tls.has_value();
    auto refusal = co_await reader_.head(request, form, patience);
    if (refusal && refusal->status == 0) {
        co_return Next::Close;
    }
    auto began = house_->clock.now();
    watchdog_.rest();
    request.id = house_->next_request_id();
    bool may_stay = form.keep_alive && !house_->draining && !house_->retired;
    Framing framing{form.http_1_0, may_stay, request.method == "HEAD"};
    ResponseWriter writer(*transport_, watchdog_, house_->clock, house_->options.write_timeout, framing,
                          extra_headers(request));
    auto next = Next::Close;
    if (refusal) {
        auto response = told(request, refusal->status, refusal->reason);
        next = co_await turn_away(std::move(response), writer, false);
    } else {
        next = co_await serve(request, form, writer);
    }
    log_request(conversation_ ? conversation_->request : request, form, writer, began);
    co_return next;
}

awaitable<Connection::Next> Connection::serve(Request& request, const RequestForm& form,
                                              ResponseWriter& writer) {
    if (auto response = early_answer(request, form)) {
        // A body that nobody has asked for is not worth reading.
        co_return co_await turn_away(std::move(*response), writer, !form.has_body);
    }
    if (asks_for_websocket(request)) {
        co_return co_await open_websocket(request, form, writer);
    }
    const auto& route = *house_->router.find(request.method, request.path);
    request.path_parameters = Router::parameters(route, request.path);
    auto refusal = co_await reader_.body(request, route.options.body_limit);
    if (refusal && refusal->status == 0) {
        co_return Next::Close;
    }
    if (refusal) {
        auto response = told(request, refusal->status, refusal->reason);
        co_return co_await turn_away(std::move(response), writer, false);
    }
    if (route.exchange) {
        co_await serve_exchange(route.exchange, request, writer);
    } else {
        auto response = co_await answer(route.http, request);
        bool is_unknown =
            response.status == 404 && request.method == "GET" && !request.path_parameters.empty();
        if (is_unknown && house_->options.elsewhere) {
            if (auto other = co_await house_->options.elsewhere(request)) {
                response = std::move(*other);
            }
        }
        co_await writer.whole(std::move(response));
    }
    co_return writer.complete() && writer.keep_alive() ? Next::Request : Next::Close;
}

awaitable<Connection::Next> Connection::turn_away(Response response, ResponseWriter& writer, bool may_stay) {
    if (!may_stay) {
        writer.close_after();
    }
    co_await writer.whole(std::move(response));
    if (!writer.complete()) {
        co_return Next::Close;
    }
    co_return writer.keep_alive() ? Next::Request : Next::Linger;
}

awaitable<Response> Connection::answer(const HttpHandler& handler, const Request& request) {
    std::exception_ptr failure;
    try {
        Response response = co_await handler(request);
        co_return response;
    } catch (...) {
        failure = std::current_exception();
    }
    if (auto state = co_await asio::this_coro::cancellation_state;
        state.cancelled() != asio::cancellation_type::none) {
        std::rethrow_exception(failure);
    }
    co_return explained(request, failure);
}

awaitable<void> Connection::serve_exchange(const ExchangeHandler& handler, const Request& request,
                                           ResponseWriter& writer) {
    HttpExchange exchange(request, writer);
    bool client_is_there = true;
    std::exception_ptr failure;
    try {
        // Whichever ends first cancels the other, and both have ended when it returns.
        client_is_there = co_await first_of(handler(exchange), reader_.until_closed()) == 0;
    } catch (...) {
        failure = std::current_exception();
    }
    if (auto state = co_await asio::this_coro::cancellation_state;
        state.cancelled() != asio::cancellation_type::none) {
        std::rethrow_exception(failure);
    }
    if (!client_is_there) {
        house_->log.debug("client left before its answer was complete", {{"request", request.id}});
        co_return;
    }
    if (!failure && writer.untouched()) {
        failure = std::make_exception_ptr(Failure(ErrorKind::Internal, "", "the handler gave no answer"));
    }
    if (failure) {
        auto response = explained(request, failure);
        if (writer.untouched()) {
            co_await writer.whole(std::move(response));
        }
    } else if (exchange.streams()) {
        co_await writer.end();
    }
}

// --- WebSockets ---

awaitable<Connection::Next> Connection::open_websocket(Request& request, const RequestForm& form,
                                                       ResponseWriter& writer) {
    if (auto refusal = websocket_refusal(request, form)) {
        co_return co_await turn_away(std::move(*refusal), writer, false);
    }
    const auto& route = *house_->router.find_websocket(request.path);
    if (route.admission) {
        auto refusal = co_await admit(route, request);
        if (refusal) {
            co_return co_await turn_away(std::move(*refusal), writer, false);
        }
    }
    const auto& options = house_->options;
    WebSocketOptions socket_options{.message_limit = route.options.message_limit,
                                    .handshake_timeout = options.head_timeout,
                                    .ping_interval = options.websocket_ping_interval,
                                    .write_timeout = options.write_timeout};
    upgraded_ = true;
    reader_.give_back_memory();
    watchdog_.stop();  // the socket watches its own time
    auto socket = co_await transport_->upgrade(request, house_->clock, socket_options);
    if (!socket) {
        co_return Next::Close;
    }
    writer.switched_protocols();
    conversation_.reset(new Conversation{std::move(request), route.handler, std::move(socket)});
    co_return Next::Converse;
}

awaitable<std::optional<Response>> Connection::admit(const Router::WebSocketRoute& route,
                                                     const Request& request) const {
    std::exception_ptr failure;
    try {
        co_return co_await route.admission(request);
    } catch (...) {
        failure = std::current_exception();
    }
    if (error_of(failure).kind == ErrorKind::Cancelled) {
        std::rethrow_exception(failure);
    }
    co_return explained(request, failure);
}

awaitable<void> Connection::converse() {
    auto& [request, handler, socket] = *conversation_;
    house_->websockets.add(1);
    if (house_->retired) {
        socket->announce_succession();
    }
    if (house_->draining) {
        socket->announce_draining();
    }
    auto code = CloseCode::Normal;
    if (!aborted_) {  // while the handshake was being answered
        handling_ = true;
        try {
            co_await handler(*socket, request);
        } catch (...) {
            if (error_of(std::current_exception()).kind != ErrorKind::Cancelled) {
                explained(request, std::current_exception());
                code = CloseCode::InternalError;
            }
        }
        handling_ = false;
        // What has cancelled the handler is not to cancel the goodbye.
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    }
    co_await socket->close(house_->draining ? CloseCode::Restarting : code);
    house_->websockets.add(-1);
    house_->log.debug("websocket closed",
                      {{"request", request.id}, {"code", socket->close_code().value_or(0)}});
}

std::optional<Response> Connection::websocket_refusal(const Request& request, const RequestForm& form) const {
    const auto& policy = house_->options.origins;
    if (auto fault = check_websocket_handshake(form.raw_head)) {
        auto response = told(request, fault->status, fault->reason);
        if (fault->status == 426) {
            response.headers.add("Upgrade", "websocket");
            response.headers.add("Sec-WebSocket-Version", "13");
        } else if (fault->status == 405) {
            response.headers.add("Allow", "GET");
        }
        return response;
    }
    const auto* route = house_->router.find_websocket(request.path);
    if (!route) {
        return told(request, 403, "There is no WebSocket at this path.");
    }
    auto origin = request.headers.get("Origin").value_or("");
    if (!websocket_origin_allowed(policy, origin, request.host, request.secure)) {
        return told(request, 403, "Pages of this origin may not open a WebSocket here.");
    }
    if (!reader_.empty()) {
        return told(request, 400, "Something was sent before the WebSocket was opened.");
    }
    return route->guard ? route->guard(request) : std::nullopt;
}

// --- answers of our own ---

std::optional<Response> Connection::early_answer(const Request& request, const RequestForm& form) const {
    const auto& policy = house_->options.origins;
    if (admission_ == Admission::Full) {
        return told(request, 503,
                    "The server has as many connections as it can take. Please try again in a moment.");
    }
    bool from_old_client = form.http_1_0 && request.host.empty();
    if (!from_old_client && !host_is_ours(policy, request.host)) {
        return told(
            request, 421,
            "This server does not go by the name in the Host header. Use its address, or add the name "
            "to its settings.");
    }
    if (auto preflight = preflight_response(policy, request, any_origin(request.path))) {
        return preflight;
    }
    if (asks_for_websocket(request)) {
        return std::nullopt;
    }
    const auto* route = house_->router.find(request.method, request.path);
    if (route == nullptr) {
        return path_answer(request, form);
    }
    if (route->options.known_origins_only &&
        !websocket_origin_allowed(policy, request.headers.get("Origin").value_or(""), request.host,
                                  request.secure)) {
        return told(request, 403, "Pages of this origin may not ask here.");
    }
    return std::nullopt;
}

Response Connection::path_answer(const Request& request, const RequestForm& form) const {
    const auto& router = house_->router;
    if (auto methods = router.methods(request.path); !methods.empty()) {
        auto response = told(request, 405, "Method Not Allowed");
        response.headers.add("Allow", boost::algorithm::join(methods, ", "));
        return response;
    }
    auto other_path = form.raw_path;
    if (other_path.size() > 1 && other_path.ends_with('/')) {
        other_path.pop_back();
    } else {
        other_path += '/';
    }
    if (!router.methods(percent_decoded(other_path, Plus::IsPlus)).empty()) {
        auto location = fmt::format("{}://{}{}{}{}", request.secure ? "https" : "http", request.host,
                                    other_path, request.query.empty() ? "" : "?", request.query);
        return {307, {{"Location", std::move(location)}}, ""};
    }
    if (router.find_websocket(request.path)) {
        auto response = told(request, 426, "This path speaks WebSocket.");
        response.headers.add("Upgrade", "websocket");
        return response;
    }
    return told(request, 404, "Not Found");
}

Response Connection::explained(const Request& request, const std::exception_ptr& exception) const {
    auto error = error_of(exception);
    // Our own bugs are for the log; other failures are an ordinary answer.
    auto tell = error.kind == ErrorKind::Internal ? &Log::error : &Log::debug;
    (house_->log.*tell)("request failed", {{"request", request.id},
                                           {"method", request.method},
                                           {"path", request.path},
                                           {"code", name_of(error.kind)},
                                           {"reason", error.message},
                                           {"detail", error.detail}});
    return error_response(request, error);
}

Headers Connection::extra_headers(const Request& request) const {
    Headers headers;
    if (request.headers.has("Origin")) {
        headers = cors_headers(house_->options.origins, request, any_origin(request.path));
    }
    headers.add("X-Request-Id", request.id);
    return headers;
}

// A path that does not exist has nothing to protect, and a page that got it wrong should see the 404.
bool Connection::any_origin(std::string_view path) const {
    auto methods = house_->router.methods(path);
    return methods.empty() || std::ranges::any_of(methods, [&](const auto& method) {
               return house_->router.find(method, path)->options.any_origin;
           });
}

void Connection::log_request(const Request& request, const RequestForm& form, const ResponseWriter& writer,
                             TimePoint began) const {
    if (!writer.untouched()) {
        house_->count_request(writer.status());
    }
    if (house_->log.enabled(LogLevel::Debug)) {
        house_->log.debug("request answered", {{"request", request.id},
                                               {"method", request.method},
                                               {"path", form.raw_path},
                                               {"status", writer.status()},
                                               {"ms", milliseconds_of(house_->clock.now() - began)},
                                               {"bytes", writer.bytes()},
                                               {"peer", request.peer}});
    }
}

}  // namespace repartee::net
