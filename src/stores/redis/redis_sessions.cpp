#include "stores/redis/redis_sessions.h"

#include "stores/redis/redis_trouble.h"
#include "stores/redis/session_keys.h"
#include "stores/redis/stored_line.h"

#include <fmt/format.h>

#include <compare>
#include <mutex>
#include <random>
#include <set>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::redis {

namespace {

using Words = Connection::Words;

// Keys: the session, its owner's index. Arguments: how long it lives (ms), how many messages are kept, the
// time (ms), the position before the first new message, whether they begin the session (1 or 0), the new
// lines.
//
// The new lines being there already is no mistake: it is this very append, sent once more because its answer
// was lost.
const Script append_script(R"(
local lifetime, most, now, before = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local count = #ARGV - 5
local last = redis.call('LINDEX', KEYS[1], -1)
local known = false
if last then
    local position = tonumber(string.match(last, '^%d+')) or -1
    if position == before + count then
        known = true
        for at, line in ipairs(redis.call('LRANGE', KEYS[1], -count, -1)) do
            known = known and line == ARGV[5 + at]
        end
    end
    if not known and position ~= before then
        redis.call('DEL', KEYS[1])
        last = false
    end
end
if not last and ARGV[5] ~= '1' then
    redis.call('ZREM', KEYS[2], KEYS[1])
    return 0
end
if not known then
    for at = 6, #ARGV do
        redis.call('RPUSH', KEYS[1], ARGV[at])
    end
    redis.call('LTRIM', KEYS[1], -most, -1)
end
redis.call('PEXPIRE', KEYS[1], lifetime)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('ZADD', KEYS[2], now + lifetime, KEYS[1])
redis.call('PEXPIRE', KEYS[2], lifetime)
return 1
)");

// Keys as above. Arguments: how long it lives (ms), how many messages are kept, the time (ms), the name of
// this append, the new lines without their positions.
//
// Where the last line is of this very append, it is sent once more because its answer was lost.
const Script append_next_script(R"(
local lifetime, most, now, append = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local last = redis.call('LINDEX', KEYS[1], -1)
local position, last_append = string.match(last or '', '^(%d+) [ua] (%S+) ')
if last and not position then
    redis.call('DEL', KEYS[1])
end
if last_append ~= append then
    for at = 5, #ARGV do
        local line = string.format('%d ', (tonumber(position) or 0) + at - 4) .. ARGV[at]
        redis.call('RPUSH', KEYS[1], line)
    end
    redis.call('LTRIM', KEYS[1], -most, -1)
end
redis.call('PEXPIRE', KEYS[1], lifetime)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('ZADD', KEYS[2], now + lifetime, KEYS[1])
redis.call('PEXPIRE', KEYS[2], lifetime)
return 1
)");

// Keys as above. Arguments: how long it lives (ms), how many messages are kept, the time (ms), the lines.
const Script refill_script(R"(
local lifetime, most, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('DEL', KEYS[1])
if #ARGV == 3 then
    redis.call('ZREM', KEYS[2], KEYS[1])
    return 0
end
for at = 4, #ARGV do
    redis.call('RPUSH', KEYS[1], ARGV[at])
end
redis.call('LTRIM', KEYS[1], -most, -1)
redis.call('PEXPIRE', KEYS[1], lifetime)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('ZADD', KEYS[2], now + lifetime, KEYS[1])
redis.call('PEXPIRE', KEYS[2], lifetime)
return 1
)");

// Keys: the owner's index, then sessions.
const Script forget_script(R"(
for at = 2, #KEYS do
    redis.call('DEL', KEYS[at])
    redis.call('ZREM', KEYS[1], KEYS[at])
end
return 1
)");

// Sessions of an owner that one script forgets: it blocks everybody else while it runs.
constexpr std::size_t sessions_at_once = 500;

void forget_sessions(Connection& connection, const std::string& index,
                     const std::vector<std::string>& sessions) {
    Words keys{index};
    keys.insert(keys.end(), sessions.begin(), sessions.end());
    connection.run(forget_script, keys.size(), keys);
}

// Sessions that are begun meanwhile are forgotten, too, or come later.
void forget_owner(Connection& connection, const std::string& index) {
    while (true) {
        auto reply = connection.ask({"ZRANGE", index, "0", std::to_string(sessions_at_once - 1)});
        std::vector<std::string> sessions;
        sessions.reserve(reply->elements);
        for (std::size_t at = 0; at < reply->elements; ++at) {
            sessions.emplace_back(text_of(*reply->element[at]));
        }
        if (sessions.empty()) {
            return;
        }
        forget_sessions(connection, index, sessions);
    }
}

Words lines_of(const std::vector<Message>& messages, std::int64_t last_position, const std::string& append) {
    auto position = last_position - static_cast<std::int64_t>(messages.size());
    Words lines;
    for (const auto& message : messages) {
        lines.push_back(encode_line(++position, append, message));
    }
    return lines;
}

// Nothing also where somebody has put something else there: the next append drops it.
std::optional<SessionContent> content_of(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements == 0) {
        return std::nullopt;
    }
    SessionContent content;
    for (std::size_t at = 0; at < reply.elements; ++at) {
        auto line = decode_line(text_of(*reply.element[at]));
        if (!line) {
            return std::nullopt;
        }
        content.messages.push_back(std::move(line->message));
        content.position = line->position;
    }
    return content;
}

}  // namespace

// Something that is to be forgotten.
struct RedisSessions::Promise {
    std::string index;    // of its owner
    std::string session;  // empty: all of the owner's
    friend auto operator<=>(const Promise&, const Promise&) = default;

    void keep(Connection& connection) const {
        if (session.empty()) {
            forget_owner(connection, index);
        } else {
            forget_sessions(connection, index, {session});
        }
    }
};

// What Redis could not be told to forget. Any thread.
class RedisSessions::Promises {
public:
    void make(Promise promise) {
        std::scoped_lock lock(mutex_);
        if (open_.size() < most_open) {
            open_.insert(std::move(promise));
        }
    }
    // Before anything else is asked of Redis.
    void keep(Connection& connection) {
        std::set<Promise> open;
        {
            std::scoped_lock lock(mutex_);
            open = open_;
        }
        for (const auto& promise : open) {
            try {
                promise.keep(connection);
            } catch (const RedisFailure& failure) {
                if (is_down(failure.trouble())) {
                    throw;
                }
                continue;  // another time, and nobody else's business
            }
            std::scoped_lock lock(mutex_);
            open_.erase(promise);
        }
    }
    bool are_open_for(const SessionNames& names) {
        std::scoped_lock lock(mutex_);
        return open_.contains({names.index, names.session}) || open_.contains({names.index, {}});
    }

private:
    // Redis forgets by itself, within an hour, what this cannot remember.
    static constexpr std::size_t most_open = 10'000;

    std::mutex mutex_;
    std::set<Promise> open_;
};

RedisSessions::RedisSessions(Clerks& clerks, Clock& clock, std::string prefix)
    : clerks_(clerks),
      clock_(clock),
      prefix_(std::move(prefix)),
      process_(fmt::format("{:08x}", std::random_device()())),
      promises_(std::make_shared<Promises>()) {}

RedisSessions::~RedisSessions() = default;

awaitable<std::optional<SessionContent>> RedisSessions::recall(SessionKey key, std::size_t latest) {
    // Owned by this coroutine, and by the errand when nobody waits for it any more.
    auto content = std::make_shared<std::optional<SessionContent>>();
    auto names = names_of(prefix_, key);
    Clerks::Work work = [content, names, latest, promises = promises_](Connection& connection) {
        if (!promises->are_open_for(names)) {
            auto reply = connection.ask({"LRANGE", names.session, fmt::format("-{}", latest), "-1"});
            *content = content_of(*reply);
        }
    };
    co_await run(std::move(work), std::nullopt);
    co_return std::move(*content);
}

awaitable<void> RedisSessions::append(SessionKey key, std::vector<Message> messages, std::int64_t position,
                                      bool is_beginning) {
    if (messages.empty()) {
        co_return;
    }
    auto names = names_of(prefix_, key);
    auto before = position - static_cast<std::int64_t>(messages.size());
    Words values{names.session,
                 names.index,
                 lifetime_ms(),
                 std::to_string(session_messages),
                 wall_ms(),
                 std::to_string(before),
                 is_beginning ? "1" : "0"};
    for (auto& line : lines_of(messages, position, next_append())) {
        values.push_back(std::move(line));
    }
    Clerks::Work work = [values](Connection& connection) { connection.run(append_script, 2, values); };
    // A session that lacks its end is worse than none: then the history is asked.
    std::optional<Promise> otherwise(Promise{.index = names.index, .session = names.session});
    co_await run(std::move(work), std::move(otherwise));
}

awaitable<void> RedisSessions::append_next(SessionKey key, std::vector<Message> messages) {
    if (messages.empty()) {
        co_return;
    }
    auto names = names_of(prefix_, key);
    const auto append = next_append();
    Words values{names.session, names.index, lifetime_ms(), std::to_string(session_messages),
                 wall_ms(),     append};
    for (const auto& message : messages) {
        values.push_back(encode_line(append, message));
    }
    Clerks::Work work = [values](Connection& connection) { connection.run(append_next_script, 2, values); };
    co_await run(std::move(work), std::nullopt);
}

awaitable<void> RedisSessions::refill(SessionKey key, SessionContent content) {
    auto names = names_of(prefix_, key);
    Words values{names.session, names.index, lifetime_ms(), std::to_string(session_messages), wall_ms()};
    for (auto& line : lines_of(content.messages, content.position, next_append())) {
        values.push_back(std::move(line));
    }
    Clerks::Work work = [values](Connection& connection) { connection.run(refill_script, 2, values); };
    std::optional<Promise> otherwise(Promise{.index = names.index, .session = names.session});
    co_await run(std::move(work), std::move(otherwise));
}

awaitable<void> RedisSessions::forget(SessionKey key) {
    auto names = names_of(prefix_, key);
    Promise promise{.index = names.index, .session = names.session};
    Clerks::Work work = [promise](Connection& connection) { promise.keep(connection); };
    std::optional<Promise> otherwise(std::move(promise));
    co_await run(std::move(work), std::move(otherwise));
}

awaitable<void> RedisSessions::forget_all(Owner owner) {
    Promise promise{.index = index_of(prefix_, owner), .session = {}};
    Clerks::Work work = [promise](Connection& connection) { promise.keep(connection); };
    std::optional<Promise> otherwise(std::move(promise));
    co_await run(std::move(work), std::move(otherwise));
}

awaitable<void> RedisSessions::run(Clerks::Work work, std::optional<Promise> otherwise) {
    Clerks::Work honest = [promises = promises_, work = std::move(work)](Connection& connection) {
        promises->keep(connection);
        work(connection);
    };
    try {
        co_await clerks_.run(std::move(honest));
    } catch (...) {
        if (otherwise) {
            promises_->make(std::move(*otherwise));
        }
        throw;
    }
}

std::string RedisSessions::next_append() {
    return fmt::format("{}-{:x}", process_, ++appends_);
}

std::string RedisSessions::lifetime_ms() const {
    return std::to_string(std::chrono::milliseconds(session_lifetime).count());
}

std::string RedisSessions::wall_ms() const {
    return std::to_string(
        std::chrono::floor<std::chrono::milliseconds>(clock_.wall().time_since_epoch()).count());
}

}  // namespace repartee::stores::redis
