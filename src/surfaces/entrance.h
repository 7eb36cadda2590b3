// Who may come in without an account, and who answers those who come in. The surface that knows people writes
// it down here, before the first connection; others of the same server read it.
#pragma once

namespace repartee::surfaces {

class Reception;

struct Entrance {
    bool lets_anonymous_in = false;
    Reception* reception = nullptr;  // reception.h; null where no surface knows people
};

}  // namespace repartee::surfaces
