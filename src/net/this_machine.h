// Whether somebody who sits at this machine asks, or somebody for whom a proxy or a page speaks from here.
// Pure.
#pragma once

#include "net/http.h"

namespace repartee::net {

// Whether a proxy has passed the request on, as far as it has left a trace of that.
bool comes_through_proxy(const Request& request);

// Whether the request comes from this machine itself: by a name that only this machine has for itself,
// through no proxy, and from no page but our own. Whoever is passed on from elsewhere is a stranger, as far
// as that can be told, and so is a page that this machine's browser has from elsewhere, though it be from
// another port here.
bool comes_from_this_machine(const Request& request);

}  // namespace repartee::net
