// The last messages of sessions in this process. Any thread; never waits for anything.
#pragma once

#include "base/clock.h"
#include "base/fields.h"
#include "stores/catalogue.h"
#include "stores/expiring_shelf.h"
#include "stores/session_memory.h"

#include <mutex>

namespace repartee::stores::in_process {

struct InProcessSettings {
    std::int64_t most_sessions = 10'000;
    std::int64_t most_mib = 64;
};
void describe(Fields& fields, InProcessSettings& settings);

class InProcessSessions final : public SessionMemory {
public:
    // `clock` outlives it.
    InProcessSessions(const InProcessSettings& settings, Clock& clock);

    awaitable<std::optional<SessionContent>> recall(SessionKey key, std::size_t latest) override;
    awaitable<void> append(SessionKey key, std::vector<Message> messages, std::int64_t position,
                           bool is_beginning) override;
    awaitable<void> append_next(SessionKey key, std::vector<Message> messages) override;
    awaitable<void> refill(SessionKey key, SessionContent content) override;
    awaitable<void> forget(SessionKey key) override;
    awaitable<void> forget_all(Owner owner) override;

private:
    using Key = std::pair<std::string, std::string>;  // owner, session

    static Key key_of(const SessionKey& key) { return {key.owner.key(), key.session}; }
    void keep(const Key& key, SessionContent content);
    void keep_behind(const Key& key, SessionContent content, std::vector<Message> messages);

    Clock& clock_;
    std::mutex mutex_;
    ExpiringShelf<Key, SessionContent> shelf_;
};

class InProcessShelf final : public SessionShelf {
public:
    InProcessShelf(const InProcessSettings& settings, Clock& clock) : sessions_(settings, clock) {}

    std::string name() const override { return "this process"; }
    SessionMemory& sessions() override { return sessions_; }
    awaitable<StoreHealth> check() override;

private:
    InProcessSessions sessions_;
};

}  // namespace repartee::stores::in_process
