#include "net/connection_pool.h"

namespace repartee::net {

namespace {

// Conversations come in waves; a wave that is larger than this pays for a few new connections.
constexpr std::size_t most_idle_per_origin = 8;

// Servers close idle connections after 5 to 75 s. We look only when there is a request, so this
// bounds how old a connection may be that we still try.
constexpr auto longest_idle = 30s;

}  // namespace

std::unique_ptr<ClientConnection> ConnectionPool::take(const Origin& origin, TimePoint now) {
    std::lock_guard lock(mutex_);
    close_old_ones(now);
    auto found = idle_.find(origin);
    while (found != idle_.end() && !found->second.empty()) {
        auto connection = std::move(found->second.back().connection);
        found->second.pop_back();
        if (connection->still_idle()) {
            return connection;
        }
    }
    return nullptr;
}

void ConnectionPool::give_back(const Origin& origin, std::unique_ptr<ClientConnection> connection,
                               TimePoint now) {
    std::lock_guard lock(mutex_);
    close_old_ones(now);
    auto& idle = idle_[origin];
    if (idle.size() < most_idle_per_origin) {
        idle.push_back({std::move(connection), now});
    }
}

void ConnectionPool::close_old_ones(TimePoint now) {
    for (auto& [origin, idle] : idle_) {
        std::erase_if(idle, [now](const Idle& one) { return one.since + longest_idle <= now; });
    }
    std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace repartee::net
