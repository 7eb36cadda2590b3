// Where this server keeps what has to last, as the settings choose: the database, the shelf for the last
// messages of sessions, and who finds memories by meaning where the database does not. For `serve` and for
// commands that look after its data.
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
    std::string vector_db_type = {};
    Secret vector_db_url = {};
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
    // Null where the database searches itself.
    stores::VectorStore* vector_store() { return vector_store_.get(); }
    stores::Memories& memories() { return vector_store_ ? vector_store_->memories() : database_->memories(); }
    stores::SessionMemory& sessions() { return session_shelf_->sessions(); }

private:
    std::unique_ptr<stores::Database> database_;
    std::unique_ptr<stores::SessionShelf> session_shelf_;
    std::unique_ptr<stores::VectorStore> vector_store_;
};

}  // namespace repartee::app
