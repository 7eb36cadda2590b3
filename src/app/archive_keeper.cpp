#include "app/archive_keeper.h"

#include "accounts/secret_key.h"
#include "base/together.h"
#include "stores/migrations.h"
#include "stores/parked_calls.h"

#include <array>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

constexpr std::size_t the_database = 0;
constexpr std::size_t the_shelf = 1;

// Between two attempts to open a database that is away: soon enough that nobody waits for it once it is
// there.
constexpr auto pause_between_attempts = std::chrono::seconds(1);

// How often somebody looks whether the stores are there.
constexpr auto look_interval = std::chrono::seconds(5);

constexpr auto expiry_interval = std::chrono::hours(1);

// How long a request waits for the first attempt to open it, at most.
constexpr auto patience_at_start = std::chrono::seconds(5);

stores::Surroundings surroundings_of(Core& core, const Settings& settings) {
    return {core.context.get_executor(), core.clock, core.log, core.metrics, data_directory(settings.server)};
}

std::int64_t milliseconds_now(const Clock& clock) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch()).count();
}

}  // namespace

ArchiveKeeper::ArchiveKeeper(const Settings& settings, Parts& parts, Core& core)
    : clock_(core.clock),
      log_(core.log),
      keeping_(settings.stores, parts.stores, surroundings_of(core, settings)),
      accounts_(settings.accounts,
                accounts::ensure_secret_key(settings.accounts.secret_key, data_directory(settings.server),
                                            core.log),
                keeping_.people(), core.clock, core.log, core.metrics),
      fleeting_(core.clock),
      long_term_(core.hall.embedder(), keeping_.memories(), fleeting_, core.clock, core.log),
      recollections_(long_term_, keeping_.history(), keeping_.sessions(), core.clock, core.log,
                     settings.memory) {
    stores::StoreHealth unknown{.usable = false, .reason = "has not been opened yet"};
    states_ = {StoreState{keeping_.database().name(), unknown},
               StoreState{keeping_.session_shelf().name(), unknown}};
    if (auto* vectors = keeping_.vector_store()) {
        vector_store_state_ = StoreState{vectors->name(), unknown};
    }
}

// --- opening ---

awaitable<void> ArchiveKeeper::opened() {
    auto give_up = clock_.now() + patience_at_start;
    while (!open_ && !tried_ && clock_.now() < give_up) {
        co_await clock_.sleep(5ms);
    }
    if (!open_) {
        throw Failure(ErrorKind::Unavailable,
                      "The database cannot be reached. Please try again in a moment.");
    }
}

awaitable<void> ArchiveKeeper::run() {
    co_await open();
    co_await together(look_after_it(), throw_away_what_has_expired(), long_term_.run(), recollections_.run(),
                      run_vector_store());
}

awaitable<void> ArchiveKeeper::open() {
    for (;;) {
        bool is_open = co_await try_to_open();
        if (is_open) {
            co_return;
        }
        co_await clock_.sleep(pause_between_attempts);
    }
}

awaitable<bool> ArchiveKeeper::try_to_open() {
    std::optional<Error> failure;
    stores::Migrations migrations;
    try {
        migrations = co_await keeping_.database().migrate();
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        // Said once for each reason, not each second.
        if (states()[the_database].health.reason != failure->message) {
            log_.warning("database not open", {{"database", keeping_.database().name()},
                                               {"reason", failure->message},
                                               {"detail", failure->detail}});
        }
        note(the_database, {.usable = false, .reason = failure->message});
        tried_ = true;
        co_return false;
    }
    log_.info("database open",
              {{"database", keeping_.database().name()}, {"migrations", migrations.applied}});
    note(the_database, {.usable = true, .reason = "is open"});
    open_ = true;
    tried_ = true;
    co_return true;
}

// --- from time to time ---

awaitable<void> ArchiveKeeper::look_after_it() {
    for (;;) {
        auto database = co_await keeping_.database().check();
        // It was fit when it was opened, and migrations leave programs that run what they know.
        if (stores::is_merely_newer(database)) {
            database.usable = true;
            database.reason += ": a newer repartee has been here";
        }
        note(the_database, std::move(database));
        auto shelf = co_await keeping_.session_shelf().check();
        note(the_shelf, std::move(shelf));
        if (auto* vectors = keeping_.vector_store()) {
            auto health = co_await vectors->check();
            std::lock_guard lock(mutex_);
            vector_store_state_->health = std::move(health);
        }
        co_await clock_.sleep(look_interval);
    }
}

awaitable<void> ArchiveKeeper::throw_away_what_has_expired() {
    for (;;) {
        std::optional<Error> failure;
        try {
            co_await keeping_.people().erase_expired(milliseconds_now(clock_));
            if (auto* calls = keeping_.database().parked_calls()) {
                co_await calls->erase_expired(milliseconds_now(clock_));
            }
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (failure) {
            log_.warning("what has expired is still there", {{"reason", failure->message}});
        }
        co_await clock_.sleep(expiry_interval);
    }
}

awaitable<void> ArchiveKeeper::run_vector_store() {
    if (auto* vectors = keeping_.vector_store()) {
        co_await vectors->run();
    }
}

// --- how it is ---

void ArchiveKeeper::note(std::size_t which, stores::StoreHealth health) {
    std::lock_guard lock(mutex_);
    states_[which].health = std::move(health);
}

std::array<StoreState, 2> ArchiveKeeper::states() const {
    std::lock_guard lock(mutex_);
    return states_;
}

std::optional<StoreState> ArchiveKeeper::vector_store_state() const {
    std::lock_guard lock(mutex_);
    return vector_store_state_;
}

}  // namespace repartee::app
