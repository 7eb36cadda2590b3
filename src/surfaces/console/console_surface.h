// The page for people, and what it shows of the house: /, /api/console.
#pragma once

#include "surfaces/console/admission.h"
#include "surfaces/console/pulse.h"
#include "surfaces/console/settings.h"
#include "surfaces/surface.h"

#include <atomic>

namespace repartee::surfaces::console {

class ConsoleSurface final : public Surface {
public:
    // All referred to outlives the surface.
    ConsoleSurface(const Stage& stage, ConsoleSettings settings);

    // After all other surfaces: what they answer at / is for who is no browser.
    void add_routes(net::Router& router) override;

private:
    awaitable<net::Response> overview(const net::Request& request);
    awaitable<net::Response> models(const net::Request& request);
    awaitable<net::Response> fetch_model(const net::Request& request);
    awaitable<net::Response> stop_fetching(const net::Request& request);
    awaitable<net::Response> examination(const net::Request& request);
    awaitable<net::Response> examine(const net::Request& request);
    awaitable<std::optional<net::Response>> admit(const net::Request& request);
    awaitable<void> show(net::WebSocket& socket);

    // Throws Failure unless whoever asks may have it done, and no page of somebody else makes them.
    awaitable<void> check_act(const net::Request& request);

    const Stage& stage_;
    const ConsoleSettings settings_;
    Pulse pulse_;
    Gauge viewers_;
    std::atomic<std::int64_t> present_{0};
};

}  // namespace repartee::surfaces::console
