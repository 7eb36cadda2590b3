// A piece of work that another process does for us over a Wyoming connection of its own: events go out
// as they are given, events come back as they are wanted.
//
// Destroying it closes the connection, which is how the other side is told to stop. All calls on one
// strand.
#pragma once

#include "base/clock.h"
#include "base/task.h"
#include "wyoming/connection.h"

#include <functional>
#include <memory>

namespace repartee::wyoming {

struct ErrandOptions {
    // How long the other side may keep us waiting, for what it owes us or to take what we send.
    Duration patience = 5s;
    // Called when that has run out, when the other side goes without having said what it owed, and when
    // it says itself that it can do nothing.
    std::function<void()> on_trouble = [] {};
};

// What an `error` event says.
Failure failure_in(const Event& event);

class Errand {
public:
    using Connect = std::function<awaitable<Connection>()>;

    // Connects when it is started, at the latest at the first `next`.
    Errand(Clock& clock, Connect connect, ErrandOptions options);
    ~Errand();
    Errand(const Errand&) = delete;
    Errand& operator=(const Errand&) = delete;

    // Connects and begins to send, while the caller does something else. `executor`: the caller's strand.
    void start(const Executor& executor);

    // Never blocks. What waits is bounded by the caller: it is as much as the caller was given.
    void send(Event event);

    // Whether the other side has something left to say before we say more. Only then is silence a
    // fault: somebody who speaks slowly makes a recogniser wait.
    void expect_answers(bool owed);

    // The next event; nothing when the other side has closed. Throws Failure: what an `error` event
    // says, ProviderLate for silence, ProviderBroke when it breaks off, and what connecting throws.
    awaitable<std::optional<Event>> next();

    // The same for who is still owed something: that the other side closes is a failure, too (`broke_off`
    // says so to people), and after a failure there is nothing more.
    awaitable<std::optional<Event>> owed(std::string broke_off);

private:
    struct Talk;
    static awaitable<void> connect_and_send(std::shared_ptr<Talk> talk, Clock& clock, Connect connect,
                                            Duration patience);
    void it_is_at_work();
    Duration time_left() const;
    bool waits_in_vain() const;

    Clock& clock_;
    Connect connect_;
    ErrandOptions options_;
    std::shared_ptr<Talk> talk_;  // and of the coroutine that sends
    Task sending_;
    bool started_ = false;
    bool failed_ = false;
};

// Makes errands to one place: fresh ones, which have not been started.
using NewErrand = std::function<std::unique_ptr<Errand>()>;

}  // namespace repartee::wyoming
