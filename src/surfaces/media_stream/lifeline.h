// By what a caller finds back to a call: a token, and behind it, in the database, what the call has come to.
// Written before the client is told of a question, and once its answer is over, so that a server that dies
// takes nothing with it that was told. On the call's strand, one thing at a time.
//
// A database that is away for long keeps nobody waiting: what could not be written is left out, and the next
// writing tries again.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "conversation/snapshot.h"
#include "stores/parked_calls.h"
#include "surfaces/media_stream/parked_state.h"
#include "surfaces/media_stream/sent_events.h"

#include <optional>
#include <string>
#include <string_view>

namespace repartee::surfaces::media_stream {

// How long a caller may take to come back, once it is noticed that the line is gone. (Where the server has
// gone with it: until the call's time is over.)
inline constexpr std::chrono::milliseconds time_to_come_back{120'000};

// What nobody can guess, and what the database knows of it.
std::string new_call_token();
std::string hash_of(const std::string& token);
// Whether a text could be such a token.
bool is_call_token(std::string_view text);

class Lifeline {
public:
    struct About {
        std::string token;
        std::string agent;
        std::string session;         // in the person's history
        std::optional<UserId> user;  // nothing: nobody's
        std::optional<std::int64_t> token_version;
        std::int64_t ends_at_ms = 0;  // the call's time, on the wall
    };
    // `calls` and `clock` outlive it.
    Lifeline(stores::ParkedCalls& calls, Clock& clock, Log log, About about);

    // The call was taken from the database in this epoch, and goes on.
    void go_on(std::int64_t epoch, std::uint64_t last_number, std::deque<SentEvents::Event> events,
               std::uint64_t seen);

    const std::string& token() const { return about_.token; }
    SentEvents& sent() { return sent_; }

    enum class Kept {
        Yes,
        No,         // the database is away
        TakenOver,  // the call is somebody else's now, or is gone: nothing more of it may happen here
    };
    // As long as the line is there.
    awaitable<Kept> keep(conversation::Snapshot talk, Duration patience);
    // Now that it is gone.
    awaitable<Kept> park(conversation::Snapshot talk);
    // The call has ended in order.
    awaitable<void> erase();

    bool is_taken_over() const { return is_taken_over_; }

private:
    std::int64_t now_ms() const;
    awaitable<Kept> write(conversation::Snapshot talk, std::int64_t expires_at_ms, Duration patience);
    awaitable<bool> write_to_database(std::string state, std::int64_t expires_at_ms);

    stores::ParkedCalls& calls_;
    Clock& clock_;
    Log log_;
    const About about_;
    const std::string hash_;
    SentEvents sent_;
    std::int64_t epoch_ = 1;
    bool is_known_ = false;  // to the database
    bool is_taken_over_ = false;
    bool has_complained_ = false;
};

}  // namespace repartee::surfaces::media_stream
