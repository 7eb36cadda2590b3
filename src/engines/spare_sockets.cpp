#include "engines/spare_sockets.h"

#include "base/error.h"
#include "base/together.h"

#include <algorithm>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines {

namespace {

// Between two attempts at a provider who does not answer.
constexpr Duration shortest_pause = 1s;
constexpr Duration longest_pause = 30s;

// A spare that dies younger than that has not been taken in earnest.
constexpr Duration shortest_life = 500ms;

awaitable<void> until_it_ends(net::WebSocket& socket) {
    // Providers say nothing unasked, save that they are about to close.
    co_await socket.receive();
}

}  // namespace

SpareSockets::SpareSockets(std::shared_ptr<StrandWork> work, Clock& clock, Log log, SparePolicy policy,
                           Open open)
    : work_(std::move(work)), clock_(clock), log_(std::move(log)), policy_(policy), open_(std::move(open)) {}

awaitable<std::unique_ptr<net::WebSocket>> SpareSockets::take(std::string url, Kind kind) {
    auto shelf = shelf_of(url);
    while (kind == Kind::Any && !shelf->ready.empty()) {
        auto spare = shelf->ready.front();
        shelf->ready.pop_front();
        spare->called = true;
        spare->call.ring();
        while (!spare->let_go) {
            co_await spare->released.wait();
        }
        if (spare->socket->is_open()) {
            co_return std::move(spare->socket);
        }
    }
    auto opening = open_(std::move(url));
    co_return co_await std::move(opening);
}

void SpareSockets::warm(const std::string& url) {
    shelf_of(url);
}

std::size_t SpareSockets::ready(const std::string& url) const {
    auto shelf = std::ranges::find(shelves_, url, [](const auto& one) { return one->url; });
    return shelf == shelves_.end() ? 0 : (*shelf)->ready.size();
}

void SpareSockets::close() {
    closed_ = true;
    for (auto& shelf : shelves_) {
        clear(*shelf);
    }
    shelves_.clear();
}

void SpareSockets::clear(Shelf& shelf) {
    for (auto& keeper : shelf.keepers) {
        keeper->dismissed.ring();
    }
}

std::shared_ptr<SpareSockets::Shelf> SpareSockets::shelf_of(const std::string& url) {
    auto found = std::ranges::find(shelves_, url, [](const auto& one) { return one->url; });
    auto shelf = found == shelves_.end() ? nullptr : *found;
    if (!shelf) {
        shelf = std::make_shared<Shelf>();
        shelf->url = url;
        if (shelves_.size() == most_shelves) {
            auto oldest =
                std::ranges::min_element(shelves_, {}, [](const auto& one) { return one->used_at; });
            clear(**oldest);
            shelves_.erase(oldest);
        }
        shelves_.push_back(shelf);
    }
    shelf->used_at = clock_.now();
    employ(shelf);
    return shelf;
}

void SpareSockets::employ(const std::shared_ptr<Shelf>& shelf) {
    if (!is_wanted(*shelf)) {
        return;
    }
    while (shelf->keepers.size() < policy_.count) {
        shelf->keepers.push_back(std::make_shared<Keeper>());
    }
    for (auto& keeper : shelf->keepers) {
        if (!std::exchange(keeper->working, true)) {
            work_->start(keep(shared_from_this(), shelf, keeper));
        }
    }
}

bool SpareSockets::is_wanted(const Shelf& shelf) const {
    return !closed_ && clock_.now() < shelf.used_at + policy_.warm_time;
}

awaitable<void> SpareSockets::keep(std::shared_ptr<SpareSockets> self, std::shared_ptr<Shelf> shelf,
                                   std::shared_ptr<Keeper> keeper) {
    try {
        auto filling = self->keep_filled(shelf);
        auto dismissal = keeper->dismissed.wait();
        co_await first_of(std::move(filling), std::move(dismissal));
    } catch (const std::exception& failed) {
        // Whoever comes next has the place filled again.
        self->log_.warning("no spare connections for the moment", {{"detail", failed.what()}});
    }
    keeper->working = false;
}

awaitable<void> SpareSockets::keep_filled(std::shared_ptr<Shelf> shelf) {
    auto pause = shortest_pause;
    bool hopeless = false;
    while (is_wanted(*shelf)) {
        auto spare = std::make_shared<Spare>();
        bool opened = co_await open_spare(*shelf, *spare, hopeless);
        if (hopeless) {
            co_return;
        }
        auto opened_at = clock_.now();
        if (opened) {
            co_await keep_ready(shelf, spare);
        }
        // Somebody who hangs up on every spare is left alone like one who does not answer.
        bool lasted = opened && (spare->called || clock_.now() >= opened_at + shortest_life);
        if (lasted) {
            pause = shortest_pause;
        } else {
            co_await clock_.sleep(pause);
            pause = std::min(2 * pause, longest_pause);
        }
    }
}

awaitable<void> SpareSockets::keep_ready(std::shared_ptr<Shelf> shelf, std::shared_ptr<Spare> spare) {
    shelf->ready.push_back(spare);
    try {
        co_await guard(spare);
    } catch (...) {
        // The shelf is cleared away. Whoever has called for this one gets it all the same.
        std::erase(shelf->ready, spare);
        let_go(*spare);
        throw;
    }
    std::erase(shelf->ready, spare);
    if (spare->called) {
        let_go(*spare);
    } else {
        co_await spare->socket->close(net::CloseCode::Normal);
    }
}

void SpareSockets::let_go(Spare& spare) {
    spare.let_go = true;
    spare.released.ring();
}

awaitable<bool> SpareSockets::open_spare(const Shelf& shelf, Spare& spare, bool& hopeless) {
    try {
        auto opening = open_(shelf.url);
        spare.socket = co_await std::move(opening);
        co_return true;
    } catch (const Failure& failure) {
        // Whoever comes for a socket gets the failure itself.
        log_.debug("no spare connection",
                   {{"reason", failure.error().message}, {"detail", failure.error().detail}});
        hopeless =
            failure.error().kind == ErrorKind::Unavailable || failure.error().kind == ErrorKind::Malformed;
    }
    co_return false;
}

// Until it is called for, is too old, or dies.
awaitable<void> SpareSockets::guard(std::shared_ptr<Spare> spare) {
    auto call = spare->call.wait();
    auto end = until_it_ends(*spare->socket);
    auto age = clock_.sleep(policy_.idle_limit);
    co_await first_of(std::move(call), std::move(end), std::move(age));
}

}  // namespace repartee::engines
