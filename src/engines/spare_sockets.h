// WebSockets to a provider, opened ahead of need so that nobody who speaks waits for a handshake.
//
// So many per address as the policy says stand ready, from the first use until nobody has come for a
// while. A spare is replaced before the provider would close it, and when it dies. Everything on one
// strand, where the sockets live too.
#pragma once

#include "base/bell.h"
#include "base/clock.h"
#include "base/log.h"
#include "engines/strand_work.h"
#include "net/websocket.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace repartee::engines {

struct SparePolicy {
    std::size_t count = 1;         // per address; 0: every socket is opened when it is wanted
    Duration idle_limit = 15s;     // less than the provider's own
    Duration warm_time = 5 * 60s;  // how long after the last use there are spares at all
};

class SpareSockets : public std::enable_shared_from_this<SpareSockets> {
public:
    // Throws Failure. Called on the strand.
    using Open = std::function<awaitable<std::unique_ptr<net::WebSocket>>(std::string url)>;

    // The clock outlives it, and what it still has under way when it is closed.
    SpareSockets(std::shared_ptr<StrandWork> work, Clock& clock, Log log, SparePolicy policy, Open open);

    enum class Kind { Any, Fresh };

    // A spare, or one that is opened now: Fresh insists on that. Throws what `open` throws.
    awaitable<std::unique_ptr<net::WebSocket>> take(std::string url, Kind kind);

    // Somebody will come for one soon.
    void warm(const std::string& url);

    // That stand ready.
    std::size_t ready(const std::string& url) const;

    // The owner calls it before it goes, on the strand. What is under way ends soon;
    // StrandWork::until_done waits for it.
    void close();

private:
    // In the hands of its keeper, who listens on it, until it is called for.
    struct Spare {
        std::unique_ptr<net::WebSocket> socket;
        bool called = false;
        bool let_go = false;
        Bell call;
        Bell released;
    };
    // Who fills one place on a shelf again and again.
    struct Keeper {
        bool working = false;
        Bell dismissed;
    };
    struct Shelf {
        std::string url;
        TimePoint used_at;
        std::deque<std::shared_ptr<Spare>> ready;
        std::vector<std::shared_ptr<Keeper>> keepers;
    };

    // Languages stand in the address: there are few of them at a time.
    static constexpr std::size_t most_shelves = 4;

    std::shared_ptr<Shelf> shelf_of(const std::string& url);
    void employ(const std::shared_ptr<Shelf>& shelf);
    bool is_wanted(const Shelf& shelf) const;
    static void let_go(Spare& spare);
    awaitable<bool> open_spare(const Shelf& shelf, Spare& spare, bool& hopeless);
    awaitable<void> keep_ready(std::shared_ptr<Shelf> shelf, std::shared_ptr<Spare> spare);
    awaitable<void> guard(std::shared_ptr<Spare> spare);
    static void clear(Shelf& shelf);
    static awaitable<void> keep(std::shared_ptr<SpareSockets> self, std::shared_ptr<Shelf> shelf,
                                std::shared_ptr<Keeper> keeper);
    awaitable<void> keep_filled(std::shared_ptr<Shelf> shelf);

    const std::shared_ptr<StrandWork> work_;
    Clock& clock_;
    const Log log_;
    const SparePolicy policy_;
    const Open open_;
    std::vector<std::shared_ptr<Shelf>> shelves_;  // the other owners are the keepers
    bool closed_ = false;
};

}  // namespace repartee::engines
