// What is kept of people, and who may see it, as surfaces get at it. `app` opens it, behind the server's
// start.
#pragma once

#include "accounts/accounts.h"
#include "base/async.h"
#include "memory/long_term.h"
#include "memory/recollections.h"
#include "stores/catalogue.h"

namespace repartee::surfaces {

// Any strand. Outlives the surfaces, with all it gives out.
class Archive {
public:
    virtual ~Archive() = default;

    // To be awaited before anything of it is used. Waits, for a moment, where it is being opened just now;
    // throws Failure{Unavailable} as long as it cannot be.
    virtual awaitable<void> opened() = 0;

    virtual stores::Database& database() = 0;
    // Wakes the other servers over the same stores (stores/doorbell.h); null: they look for themselves.
    virtual stores::Doorbell* doorbell() { return nullptr; }
    virtual accounts::Accounts& accounts() = 0;
    virtual memory::LongTerm& long_term() = 0;
    virtual memory::Recollections& recollections() = 0;
};

}  // namespace repartee::surfaces
