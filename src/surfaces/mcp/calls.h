// Tools at work. A call belongs to no connection: in the era of sessions a client whose connection breaks has
// not given it up, and may ask for the answer again; since 2026-07-28 going away is giving up.
//
// They work on one strand. Bounded: so many at a time of one person and of all, and one more is told to come
// back; answers that could not be delivered are kept for a while, small ones and few.
#pragma once

#include "base/bell.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/task.h"
#include "surfaces/mcp/delivery.h"
#include "surfaces/mcp/wire.h"

#include <boost/json/object.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace repartee::surfaces::mcp {

// Says how far it is, in words. On the strand of the calls.
using Tell = std::function<void(std::string)>;
// What a tool does: its result. Called on the strand of the calls; what it throws as Failure is told to the
// model as a result that has failed, all but our own bugs.
using Work = std::function<awaitable<boost::json::object>(Tell tell)>;

struct CallLimits {
    std::size_t of_one = 4;  // of a person at a time
    std::size_t of_all = 64;
};

class Calls {
public:
    // The clock and the metrics outlive it. Drain before letting go.
    Calls(const Executor& strand, CallLimits limits, Clock& clock, Log log, Metrics& metrics);

    struct Order {
        std::string who;      // as whose it is counted
        std::string session;  // empty: none
        rpc::RequestId id;
        rpc::Era era = rpc::Era::Legacy;
        boost::json::value progress_token = nullptr;  // null: nobody wants to know how far it is
        bool may_be_asked_for_again = false;
        std::string tool;
        Work work;
    };
    // All of these from any thread; what comes of them comes through the delivery.

    // The number of the call, for the two below.
    std::uint64_t begin(Order order, std::shared_ptr<Delivery> delivery);
    // The client has gone, and with it the wish for an answer.
    void give_up(std::uint64_t number);
    // The client wants no answer any more, and gets none.
    void cancel(std::string session, rpc::RequestId id);
    // All of a session that ends.
    void cancel_all(std::string session);
    // A client that has come back for the answer to a call: first an empty notice if there is such a call,
    // and else an empty last piece.
    void ask_again(std::string session, std::uint64_t number, std::shared_ptr<Delivery> delivery);

    // Takes in no more, lets those under way end for `grace`, and ends the rest.
    awaitable<void> drain(Duration grace);

    // Between two notices of one call, at least; and at most, so that nobody believes it is dead.
    static constexpr Duration shortest_pause = 250ms;
    static constexpr Duration longest_pause = 5s;
    // Answers that are kept: how many, of all and of one person (whose oldest makes room), how large (bytes),
    // for how long.
    static constexpr std::size_t most_kept = 64;
    static constexpr std::size_t most_kept_of_one = 8;
    static constexpr std::size_t largest_kept = 256 << 10;
    static constexpr Duration kept_for = 5min;

private:
    struct Call {
        std::uint64_t number = 0;
        Order order;
        // Shared with the client's connection.
        std::shared_ptr<Delivery> delivery;
        TimePoint began;
        TimePoint told_at;
        std::int64_t told = 0;                       // notices
        std::optional<std::string> to_be_told = {};  // the latest words, where they came too soon
        Bell news = {};
        bool unwanted = false;
        bool settled = false;  // the answer is under way: nothing else comes
        boost::json::object result = {};
        Task task = {};
    };
    struct Kept {
        std::string who;
        std::string session;
        std::uint64_t number;
        Piece answer;
        TimePoint until;
    };

    // --- on the strand ---
    void start(std::uint64_t number, Order order, std::shared_ptr<Delivery> delivery);
    // Why it cannot begin; nothing: it can.
    std::optional<Piece> refusal(const Order& order) const;
    awaitable<void> carry(Call& call);
    awaitable<void> work(Call& call);
    awaitable<void> keep_telling(Call& call);
    void tell(Call& call, std::string words);
    void put_out(Call& call, std::string words);
    void settle(Call& call, const std::exception_ptr& thrown);
    rpc::Frame answer_to(Call& call, const std::exception_ptr& thrown) const;
    void keep(const Call& call, const Piece& answer);
    void drop_stale();
    void drop(Call& call);
    void forget(std::uint64_t number);
    awaitable<void> drain_here(Duration grace);
    awaitable<void> until_quiet();

    const Executor strand_;
    const CallLimits limits_;
    Clock& clock_;
    const Log log_;
    Counter done_;
    Counter failed_;
    // The last one given. They begin anywhere: a session is known to every server of a cluster, and one
    // server's events are not to be taken for another's, nor for those of one that was here before.
    std::atomic<std::uint64_t> numbers_;
    std::map<std::uint64_t, std::unique_ptr<Call>> calls_;
    std::deque<Kept> kept_;
    bool closing_ = false;
    Bell ended_;
};

}  // namespace repartee::surfaces::mcp
