// Session memory in Redis: one list a session, of the last messages with their positions, that Redis forgets
// by itself. Everything that changes one is one script, so that it happens whole whoever else writes.
#pragma once

#include "base/clock.h"
#include "stores/redis/clerks.h"
#include "stores/session_memory.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace repartee::stores::redis {

class RedisSessions final : public SessionMemory {
public:
    // Both outlive it.
    RedisSessions(Clerks& clerks, Clock& clock, std::string prefix);
    ~RedisSessions() override;

    awaitable<std::optional<SessionContent>> recall(SessionKey key, std::size_t latest) override;
    awaitable<void> append(SessionKey key, std::vector<Message> messages, std::int64_t position,
                           bool is_beginning) override;
    awaitable<void> append_next(SessionKey key, std::vector<Message> messages) override;
    awaitable<void> refill(SessionKey key, SessionContent content) override;
    // What Redis could not be told to forget it is told first of all when it is there again, while this
    // process lives; else it forgets it by itself an hour after the last message.
    awaitable<void> forget(SessionKey key) override;
    awaitable<void> forget_all(Owner owner) override;

private:
    class Promises;
    struct Promise;

    // Runs `work`, which keeps all promises first. Where that fails, `otherwise` is promised.
    awaitable<void> run(Clerks::Work work, std::optional<Promise> otherwise);
    std::string lifetime_ms() const;
    std::string wall_ms() const;
    // A name for an append that no other has.
    std::string next_append();

    Clerks& clerks_;
    Clock& clock_;
    const std::string prefix_;
    const std::string process_;  // random: tells ours from other servers' appends
    std::atomic<std::uint64_t> appends_ = 0;
    // Owned by this, and by errands nobody waits for any more.
    std::shared_ptr<Promises> promises_;
};

}  // namespace repartee::stores::redis
