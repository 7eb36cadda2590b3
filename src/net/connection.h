// One accepted connection, from its first byte to its last: requests one after the other, or a
// WebSocket. Internal to this folder.
//
// Lives on one loop, kept alive by its own coroutine and by the server's list.
#pragma once

#include "net/request_reader.h"
#include "net/response_writer.h"
#include "net/server.h"
#include "net/transport.h"

#include <array>
#include <atomic>
#include <memory>
#include <string>

namespace repartee::net {

// What all connections of a server share, and the server with them: whoever ends last lets it go.
struct House {
    House(const Router& the_router, ServerOptions the_options, Clock& the_clock, Log the_log,
          Metrics& metrics);

    std::string next_request_id();
    void count_request(int status) const;

    const Router& router;
    const ServerOptions options;
    Clock& clock;
    const Log log;
    std::atomic<bool> draining = false;
    std::atomic<bool> retired = false;  // another process takes connections

    const std::array<Counter, 5> requests;  // by the first digit of the status
    const Counter refused;                  // connections over the limit
    const Gauge connections;
    const Gauge websockets;

private:
    const std::string id_prefix_;  // tells the ids of one run of the program from those of the next
    std::atomic<std::uint64_t> last_id_ = 0;
};

// Where a connection comes from.
struct Peer {
    std::string address;
    bool loopback = false;
};

// Whether there is room: one connection too many is told so and sent away.
enum class Admission { Welcome, Full };

class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(std::shared_ptr<House> house, Executor strand, std::unique_ptr<Transport> transport, Peer peer,
               Admission admission);

    const Executor& executor() const { return executor_; }

    // Everything below runs on the connection's strand.

    // Until the connection has ended. To be spawned with `slot`, so that abort reaches it.
    awaitable<void> run();
    asio::cancellation_slot slot() { return cancelled_.slot(); }

    // A WebSocket is told. Others find out by themselves, with their next answer.
    void retire();
    // Ends as soon as no request is in hand. A WebSocket is told, and ends when its handler has.
    void drain();
    // Cancels what is in hand. A WebSocket still says goodbye.
    void abort();

private:
    enum class Next { Request, Close, Linger, Converse };

    // What remains of the connection once it has become a WebSocket. Thousands of these wait at a
    // time, so nothing else is kept.
    struct Conversation {
        Request request;
        const WebSocketHandler& handler;
        std::unique_ptr<WebSocket> socket;
    };

    awaitable<Next> serve_requests();
    awaitable<Next> serve_one(Duration patience);
    awaitable<Next> serve(Request& request, const RequestForm& form, ResponseWriter& writer);
    awaitable<Next> turn_away(Response response, ResponseWriter& writer, bool may_stay);
    awaitable<Response> answer(const HttpHandler& handler, const Request& request);
    awaitable<void> serve_exchange(const ExchangeHandler& handler, const Request& request,
                                   ResponseWriter& writer);
    awaitable<Next> open_websocket(Request& request, const RequestForm& form, ResponseWriter& writer);
    awaitable<void> converse();

    // What can be said without looking at the body or calling a handler.
    std::optional<Response> early_answer(const Request& request, const RequestForm& form) const;
    Response path_answer(const Request& request, const RequestForm& form) const;
    std::optional<Response> websocket_refusal(const Request& request, const RequestForm& form) const;
    awaitable<std::optional<Response>> admit(const Router::WebSocketRoute& route,
                                             const Request& request) const;
    Response explained(const Request& request, const std::exception_ptr& exception) const;
    Headers extra_headers(const Request& request) const;
    bool any_origin(std::string_view path) const;
    void log_request(const Request& request, const RequestForm& form, const ResponseWriter& writer,
                     TimePoint began) const;

    std::shared_ptr<House> house_;
    Executor executor_;
    std::unique_ptr<Transport> transport_;
    Peer peer_;
    Admission admission_;
    Watchdog watchdog_;
    RequestReader reader_;
    asio::cancellation_signal cancelled_;
    std::unique_ptr<Conversation> conversation_;
    bool upgraded_ = false;  // to a WebSocket, which ends on its own terms
    bool handling_ = false;  // its handler runs
    bool aborted_ = false;
    bool ended_ = false;
};

}  // namespace repartee::net
