// Who asks, and what they may see of the house.
#pragma once

#include "net/http.h"
#include "surfaces/archive.h"
#include "surfaces/credentials.h"

namespace repartee::surfaces::console {

struct Visitor {
    bool local = false;    // sits at this machine
    bool admin = false;    // has logged in as one
    bool monitor = false;  // an API key for metrics

    // Engines, figures, log.
    bool sees_all() const { return local || admin || monitor; }
    // Fetch models, have everything examined.
    bool may_act() const { return local || admin; }
};

// Who it is. An API key is nobody but a monitor. Throws Failure: Unauthenticated for a token that is none,
// Unavailable while nobody can look.
awaitable<Visitor> identify(const net::Request& request, Archive& archive, TokenInQuery in_query);
// The same for who is told less while nobody can look: throws Failure{Unauthenticated} alone, so that a page
// whose token has ended learns that it has.
awaitable<Visitor> identify_kindly(const net::Request& request, Archive& archive);

// Throw Failure{Forbidden}.
void check_sees_all(const Visitor& visitor);
void check_may_act(const Visitor& visitor);

}  // namespace repartee::surfaces::console
