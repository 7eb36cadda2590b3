// Keeps what is known of people, for `serve`: opens the database behind the server's start and again until it
// can be, gives surfaces what they need of it, and does what has to be done from time to time.
#pragma once

#include "app/core.h"
#include "app/keeping.h"
#include "stores/fleeting_memories.h"
#include "surfaces/archive.h"

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>

namespace repartee::app {

// Of the database, or of the shelf for sessions: for /ready and people.
struct StoreState {
    std::string name;
    stores::StoreHealth health;
};

class ArchiveKeeper final : public surfaces::Archive {
public:
    // Opens nothing yet. Throws Failure when there is no secret key to be had (accounts/secret_key.h), or an
    // address makes no sense. The others outlive it.
    ArchiveKeeper(const Settings& settings, Parts& parts, Core& core);

    // Until cancelled; once at a time, and again where it failed.
    awaitable<void> run();

    // The database first. Any thread.
    std::array<StoreState, 2> states() const;
    // Of who finds memories by meaning; nothing where the database does. Any thread.
    std::optional<StoreState> vector_store_state() const;

    awaitable<void> opened() override;
    stores::Database& database() override { return keeping_.database(); }
    stores::Doorbell* doorbell() override { return keeping_.session_shelf().doorbell(); }
    accounts::Accounts& accounts() override { return accounts_; }
    memory::LongTerm& long_term() override { return long_term_; }
    memory::Recollections& recollections() override { return recollections_; }

private:
    awaitable<void> open();
    awaitable<bool> try_to_open();
    awaitable<void> look_after_it();
    awaitable<void> throw_away_what_has_expired();
    awaitable<void> run_vector_store();
    void note(std::size_t which, stores::StoreHealth health);

    Clock& clock_;
    Log log_;
    Keeping keeping_;
    accounts::Accounts accounts_;
    stores::FleetingMemories fleeting_;  // of those who have no account
    memory::LongTerm long_term_;
    memory::Recollections recollections_;

    std::atomic<bool> open_{false};
    std::atomic<bool> tried_{false};
    mutable std::mutex mutex_;
    std::array<StoreState, 2> states_;  // the database's first
    std::optional<StoreState> vector_store_state_;
};

}  // namespace repartee::app
