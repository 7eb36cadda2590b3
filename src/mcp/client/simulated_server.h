// For tests: a server of the Model Context Protocol over HTTP that does everything one may do, and some of
// what one may not. On the loop of the test.
#pragma once

#include "base/bell.h"
#include "base/clock.h"
#include "mcp/json_rpc.h"
#include "mcp/protocol.h"
#include "mcp/tool.h"
#include "net/router.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace repartee::mcp::client {

class SimulatedServer {
public:
    explicit SimulatedServer(Clock& the_clock) : clock(the_clock) {}

    // --- what it is ---
    Clock& clock;
    Era era = Era::Legacy;
    std::string version{versions::legacy.front()};  // that it answers with
    bool has_sessions = true;
    bool streams = false;  // answers are streams of events
    bool offers_listening = false;
    bool announces_changes = false;
    std::size_t page = 100;  // tools
    std::vector<std::string> tool_texts = {
        R"({"name":"echo","description":"Says it again.","inputSchema":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}})"};
    std::string token = {};  // that it wants

    // --- what happened ---
    std::vector<std::string> asked;      // "tools/call echo", "GET 7", "DELETE"
    std::vector<net::Request> requests;  // all of them
    std::vector<std::string> answers;    // that we gave to its own requests
    std::vector<std::string> closed;     // tools whose answers nobody waited for

    void forget_sessions() { sessions_.clear(); }
    void say_that_tools_changed() { changed_.ring(); }
    std::size_t times(std::string_view what) const {
        return static_cast<std::size_t>(std::ranges::count(asked, what));
    }

    void add_to(net::Router& router) {
        router.exchange("POST", "/mcp", [this](net::Exchange& exchange) { return post(exchange); });
        router.exchange("GET", "/mcp", [this](net::Exchange& exchange) { return get(exchange); });
        router.exchange("DELETE", "/mcp", [this](net::Exchange& exchange) { return remove(exchange); });
    }

private:
    static net::Response status(int code) { return {.status = code}; }
    static net::Response json(int code, const Frame& frame) { return net::json_response(code, write(frame)); }
    static std::string event(const Frame& frame) {
        return fmt::format("event: message\ndata: {}\n\n", write(frame));
    }

    static std::string some_news() {
        return event(Notification{"notifications/message", {{"level", "info"}}});
    }
    static std::string something_undeclared() {
        return event(Request{2, "sampling/createMessage", {{"messages", boost::json::array()}}});
    }

    bool lets_in(const net::Request& request) const {
        return token.empty() || request.headers.get("Authorization") == "Bearer " + token;
    }

    awaitable<void> post(net::Exchange& exchange) {
        const auto& request = exchange.request();
        requests.push_back(request);
        if (!lets_in(request)) {
            auto refusal = status(401);
            co_await exchange.respond(std::move(refusal));
            co_return;
        }
        auto message = parse_message(request.body);
        auto& frame = message.frames.front();
        if (auto* asks = std::get_if<Request>(&frame)) {
            co_await serve(exchange, std::move(*asks));
            co_return;
        }
        if (auto* notification = std::get_if<Notification>(&frame)) {
            asked.push_back(notification->method);
        } else {
            answers.push_back(write(frame));
            answered_.ring();
        }
        auto taken = status(202);
        co_await exchange.respond(std::move(taken));
    }

    awaitable<void> serve(net::Exchange& exchange, Request request) {
        auto name = request.params.contains("name") ? std::string(request.params.at("name").as_string()) : "";
        asked.push_back(request.method + (name.empty() ? "" : " " + name));
        auto refusal = era == Era::Modern ? refused_modern(exchange.request(), request, name)
                                          : refused_legacy(exchange.request(), request);
        if (refusal) {
            co_await exchange.respond(std::move(*refusal));
        } else if (request.method == "initialize") {
            co_await initialise(exchange, std::move(request));
        } else if (request.method == "server/discover") {
            boost::json::object found{
                {"supportedVersions", boost::json::array{versions::modern}},
                {"capabilities", boost::json::object{{"tools", boost::json::object()}}}};
            co_await give(exchange, request.id, std::move(found));
        } else if (request.method == "tools/list") {
            co_await give(exchange, request.id, list(request.params));
        } else if (request.method == "tools/call") {
            co_await call(exchange, std::move(request), name);
        } else if (request.method == "ping") {
            co_await give(exchange, request.id, {});
        } else {
            auto unknown = json(era == Era::Modern ? 404 : 200,
                                ErrorReply{request.id, {codes::method_not_found, "no such method"}});
            co_await exchange.respond(std::move(unknown));
        }
    }

    std::optional<net::Response> refused_legacy(const net::Request& http, const Request& request) const {
        if (request.method == "initialize" || !has_sessions) {
            return std::nullopt;
        }
        auto session = http.headers.get(headers::session);
        if (!session) {
            return json(400, ErrorReply{request.id, {-32000, "Bad Request: no session"}});
        }
        return sessions_.contains(std::string(*session)) ? std::nullopt : std::optional(status(404));
    }

    std::optional<net::Response> refused_modern(const net::Request& http, const Request& request,
                                                const std::string& name) const {
        const auto* given = request.params.if_contains("_meta");
        auto mismatch = [&](std::string_view what) {
            return json(400, ErrorReply{request.id, {codes::header_mismatch, std::string(what)}});
        };
        if (request.method == "initialize") {
            return json(404, ErrorReply{request.id, {codes::method_not_found, "no such method"}});
        }
        if (!given || !given->is_object() || !given->get_object().contains(meta::version)) {
            return json(400, ErrorReply{request.id, {codes::invalid_params, "no version"}});
        }
        if (given->at(meta::version) != boost::json::value(*http.headers.get(headers::version))) {
            return mismatch("version");
        }
        if (version != versions::modern && !version.empty()) {
            boost::json::object data{{"supported", boost::json::array{version}}};
            return json(400, ErrorReply{request.id, {codes::unsupported_version, "other", std::move(data)}});
        }
        if (http.headers.get(headers::method) != request.method) {
            return mismatch("method");
        }
        auto named = http.headers.get(headers::name);
        if (!name.empty() && (!named || from_header_value(*named) != name)) {
            return mismatch("name");
        }
        if (name == "regional") {
            auto region = http.headers.get("Mcp-Param-Region");
            const auto& wanted = request.params.at("arguments").at("region").as_string();
            if (!region || from_header_value(*region) != std::string(wanted)) {
                return mismatch("region");
            }
        }
        return std::nullopt;
    }

    awaitable<void> initialise(net::Exchange& exchange, Request request) {
        boost::json::object tools;
        if (announces_changes) {
            tools["listChanged"] = true;
        }
        Reply reply{request.id,
                    {{"protocolVersion", version},
                     {"capabilities", boost::json::object{{"tools", std::move(tools)}}},
                     {"serverInfo", boost::json::object{{"name", "simulated"}, {"version", "1"}}}}};
        auto response = json(200, reply);
        if (has_sessions) {
            auto session = fmt::format("session-{}", ++session_count_);
            sessions_.insert(session);
            response.headers.set("mcp-session-id", session);
        }
        co_await exchange.respond(std::move(response));
    }

    boost::json::object list(const boost::json::object& params) const {
        std::size_t from =
            params.contains("cursor") ? std::stoul(std::string(params.at("cursor").as_string())) : 0;
        boost::json::array tools;
        for (auto i = from; i < std::min(from + page, tool_texts.size()); ++i) {
            tools.push_back(boost::json::parse(tool_texts[i]));
        }
        boost::json::object result{{"tools", std::move(tools)}};
        if (from + page < tool_texts.size()) {
            result["nextCursor"] = std::to_string(from + page);
        }
        if (era == Era::Modern) {
            result["resultType"] = "complete";
            result["ttlMs"] = 60'000;
        }
        return result;
    }

    awaitable<void> call(net::Exchange& exchange, Request request, std::string name) {
        const auto& params = request.params;
        if (name == "echo") {
            auto said = params.at("arguments").at("text").as_string();
            co_await give(exchange, request.id, text_result(said));
        } else if (name == "regional") {
            co_await give(exchange, request.id, text_result("in the region"));
        } else if (name == "fails") {
            co_await give(exchange, request.id, text_result("the lamp is broken", true));
        } else if (name == "input") {
            boost::json::object wanted{{"resultType", "input_required"}, {"requestState", "x"}};
            co_await give(exchange, request.id, std::move(wanted));
        } else if (name == "slow") {
            co_await never(exchange, name);
        } else if (name == "dropped") {
            co_await drop(exchange, request.id);
        } else if (name == "pinged") {
            co_await ping_first(exchange, request.id);
        } else if (name == "progress") {
            co_await progress(exchange, request.id, params.at("_meta").at("progressToken"));
        } else if (name == "crash") {
            auto crashed = status(500);
            co_await exchange.respond(std::move(crashed));
        } else {
            auto unknown = json(200, ErrorReply{request.id, {codes::invalid_params, "no such tool"}});
            co_await exchange.respond(std::move(unknown));
        }
    }

    awaitable<net::BodyWriter*> begin_stream(net::Exchange& exchange) {
        net::Response head;
        head.headers.set("Content-Type", "text/event-stream; charset=utf-8");
        co_return co_await exchange.stream(std::move(head));
    }

    awaitable<void> give(net::Exchange& exchange, RequestId id, boost::json::object result) {
        Reply reply{id, std::move(result)};
        if (!streams) {
            auto response = json(200, reply);
            co_await exchange.respond(std::move(response));
            co_return;
        }
        auto* writer = co_await begin_stream(exchange);
        co_await writer->write("id: 1\ndata: \n\n: still here\n\n");
        co_await writer->write(some_news());
        auto told = event(reply);
        co_await writer->write(std::move(told));
    }

    struct Closing {
        ~Closing() { closed.push_back(name); }
        std::vector<std::string>& closed;
        std::string name;
    };
    awaitable<void> never(net::Exchange& exchange, std::string name) {
        const Closing closing{closed, name};
        auto* writer = co_await begin_stream(exchange);
        co_await writer->write(": wait\n\n");
        co_await clock.sleep(std::chrono::hours(1));
    }

    awaitable<void> drop(net::Exchange& exchange, RequestId id) {
        dropped_ = id;
        auto* writer = co_await begin_stream(exchange);
        co_await writer->write("id: 7\nretry: 20\ndata: \n\n");
    }

    awaitable<void> ping_first(net::Exchange& exchange, RequestId id) {
        auto* writer = co_await begin_stream(exchange);
        auto ping = event(Request{"are-you-there", "ping"});
        co_await writer->write(std::move(ping));
        co_await answered_.wait();
        co_await writer->write(something_undeclared());
        co_await answered_.wait();
        auto told = event(Reply{id, text_result("answered")});
        co_await writer->write(std::move(told));
    }

    // Longer than a call may take that tells of nothing.
    awaitable<void> progress(net::Exchange& exchange, RequestId id, boost::json::value token_of_it) {
        auto* writer = co_await begin_stream(exchange);
        for (int i = 1; i <= 4; ++i) {
            co_await clock.sleep(std::chrono::milliseconds(150));
            boost::json::object params{{"progressToken", token_of_it}, {"progress", i}, {"total", 4}};
            auto told = event(Notification{"notifications/progress", std::move(params)});
            co_await writer->write(std::move(told));
        }
        auto told = event(Reply{id, text_result("at last")});
        co_await writer->write(std::move(told));
    }

    awaitable<void> get(net::Exchange& exchange) {
        requests.push_back(exchange.request());
        auto last = exchange.request().headers.get(headers::last_event);
        asked.push_back("GET" + (last ? " " + std::string(*last) : ""));
        if (last && dropped_) {
            auto* writer = co_await begin_stream(exchange);
            auto told = "id: 8\n" + event(Reply{*dropped_, text_result("resumed")});
            co_await writer->write(std::move(told));
            co_return;
        }
        if (!offers_listening || era == Era::Modern) {
            auto refusal = status(405);
            co_await exchange.respond(std::move(refusal));
            co_return;
        }
        auto* writer = co_await begin_stream(exchange);
        co_await writer->write(": hello\n\n");
        for (;;) {
            co_await changed_.wait();
            auto told = event(Notification{"notifications/tools/list_changed"});
            co_await writer->write(std::move(told));
        }
    }

    awaitable<void> remove(net::Exchange& exchange) {
        asked.emplace_back("DELETE");
        sessions_.erase(std::string(exchange.request().headers.get(headers::session).value_or("")));
        auto done = status(era == Era::Modern ? 405 : 200);
        co_await exchange.respond(std::move(done));
    }

    std::set<std::string> sessions_;
    int session_count_ = 0;
    std::optional<RequestId> dropped_;
    Bell answered_;
    Bell changed_;
};

}  // namespace repartee::mcp::client
