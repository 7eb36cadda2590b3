// The server of the Model Context Protocol, at /mcp: other programs' models search memories, have something
// said and ask the assistant. Streamable HTTP in both its eras (docs/mcp.md).
#pragma once

#include "surfaces/mcp/calls.h"
#include "surfaces/mcp/sessions.h"
#include "surfaces/mcp/settings.h"
#include "surfaces/mcp/tools.h"
#include "surfaces/mcp/wire.h"
#include "surfaces/surface.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace repartee::surfaces::mcp {

class McpSurface final : public Surface {
public:
    McpSurface(const Stage& stage, McpSettings settings);

    void add_routes(net::Router& router) override;
    awaitable<void> drain(Duration grace) override;

private:
    // One message that has come, who brought it, and how they talk.
    struct Errand {
        net::Exchange& exchange;
        Caller caller;
        Accepted accepts;
        rpc::Era era = rpc::Era::Legacy;
        std::string version = {};  // of the session
    };
    // Nothing: has been answered already, piece by piece.
    using Answer = std::optional<net::Response>;

    awaitable<void> serve(net::Exchange& exchange, awaitable<Answer> answer);
    awaitable<Answer> post(net::Exchange& exchange);
    awaitable<Answer> get(net::Exchange& exchange);
    awaitable<Answer> end_session(net::Exchange& exchange);

    awaitable<Caller> admit(const net::Request& request);
    awaitable<std::optional<McpSession>> session_of(const net::Request& request, Caller caller);
    awaitable<Answer> take_modern(Errand errand, rpc::Frame frame);
    awaitable<Answer> take_in_session(Errand errand, rpc::Frame frame);
    awaitable<Answer> take_batch(Errand errand, std::vector<rpc::Frame> frames);
    net::Response open_session(const Caller& caller, const rpc::Request& request);

    void notice(const Errand& errand, const rpc::Notification& notification);
    rpc::Frame plain_answer(const Errand& errand, const rpc::Request& request) const;
    std::variant<Calls::Order, rpc::RpcError> order_of(const Errand& errand, rpc::Request request) const;
    awaitable<Answer> call(Errand errand, rpc::Request request);
    // As JSON, without notices: for one of several.
    awaitable<std::string> called(Errand errand, rpc::Request request);
    awaitable<void> stream(net::Exchange& exchange, std::shared_ptr<Delivery> delivery, std::string ids,
                           bool primed);

    const Stage stage_;
    const McpSettings settings_;
    const Log log_;
    Sessions sessions_;
    Tools tools_;
    Calls calls_;
};

}  // namespace repartee::surfaces::mcp
