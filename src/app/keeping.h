// Where this server keeps what has to last, as the settings choose: the database, and the shelf for the last
// messages of sessions. For `serve` and for commands that look after its data.
#pragma once

#include "base/fields.h"
#include "config/mistake.h"
#include "stores/catalogue.h"

#include <memory>

namespace repartee::app {

// The table [stores]. Addresses may have a password in them.
struct StoreSettings {
    Secret database_url;
    Secret redis_url;
};

void describe(Fields& fields, StoreSettings& settings);

// Addresses of which nobody here knows what they mean.
config::Mistakes check_stores(const StoreSettings& settings, const stores::Catalogue& catalogue);

class Keeping {
public:
    // Opens nothing yet. Throws Failure{Unprocessable} when an address makes no sense. Everything in
    // `surroundings` outlives it, and it outlives everyone who uses it.
    Keeping(const StoreSettings& settings, const stores::Catalogue& catalogue,
            const stores::Surroundings& surroundings);

    stores::Database& database() { return *database_; }
    stores::SessionShelf& session_shelf() { return *session_shelf_; }
    stores::People& people() { return database_->people(); }
    stores::History& history() { return database_->history(); }
    stores::Memories& memories() { return database_->memories(); }
    stores::SessionMemory& sessions() { return session_shelf_->sessions(); }

private:
    std::unique_ptr<stores::Database> database_;
    std::unique_ptr<stores::SessionShelf> session_shelf_;
};

}  // namespace repartee::app
