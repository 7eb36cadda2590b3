// Who may come in without an account. The surface that decides it writes it down here, before the first
// connection; the one that shows the house reads it.
#pragma once

namespace repartee::surfaces {

struct Entrance {
    bool lets_anonymous_in = false;
};

}  // namespace repartee::surfaces
