// What we do for clients of the Model Context Protocol: search and change what is remembered of the person,
// have the assistant answer, have something said.
#pragma once

#include "accounts/principal.h"
#include "surfaces/mcp/calls.h"
#include "surfaces/mcp/settings.h"
#include "surfaces/surface.h"

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace repartee::surfaces::mcp {

// Who asks.
struct Caller {
    std::optional<accounts::Principal> person = {};  // nothing: nobody in particular
    std::string session = {};                        // of the handshake; empty: there was none
    std::string peer = {};                           // the client's address

    // Whose sessions they are; empty: nobody's in particular.
    std::string who() const { return person ? person->owner().key() : std::string(); }
    // By whom calls are counted: strangers do not take each other's places.
    std::string counted_as() const { return person ? who() : "peer/" + peer; }
};

class Tools {
public:
    // Both outlive it.
    Tools(const Stage& stage, const McpSettings& settings) : stage_(stage), settings_(settings) {}

    // As `tools/list` gives them: those that this caller may use.
    boost::json::array describe(const Caller& caller) const;

    // The work of one call, which says itself what is wrong with its arguments; an error of the protocol
    // where there is no such tool. The work refers to this.
    std::variant<Work, rpc::RpcError> prepare(Caller caller, std::string_view name,
                                              boost::json::object arguments) const;

private:
    const Stage& stage_;
    const McpSettings& settings_;
};

}  // namespace repartee::surfaces::mcp
