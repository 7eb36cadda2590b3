// Several addresses of one engine: who of them has how much to do, who is out, and who gets the next piece of
// work. Shared by all engines of a kind and trade, so that an address that several of them use is counted
// once.
//
// The next piece of work goes to the address with the least in hand; equals take turns. One that fails is out
// for a second, and twice as long each time it does so again, up to half a minute; then it is on trial: it
// gets one piece of work, or a check, and is in again when that goes well. Where none is in, one on trial
// gets more than that, and where all are out, the one that is so for the shortest while is asked all the
// same: a refusal of ours would help nobody.
//
// An address takes at most `slots` pieces at once; who comes when all are taken waits, for `slot_wait` at
// most.
//
// Any thread. Used by pooled.h.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/fields.h"
#include "base/log.h"
#include "base/metrics.h"

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines {

// Of each engine that may have several addresses.
struct AddressSettings {
    std::int64_t slots = 0;                      // of each address, at once; 0: as many as come
    std::chrono::milliseconds slot_wait{2'000};  // for a slot, when all are taken
};
void describe(Fields& fields, AddressSettings& settings);

// "tcp://a:1, tcp://b:1": each, in order, once.
std::vector<std::string> addresses_in(std::string_view list);

// What is shown of an address: "a:1". No user, no password, no path.
std::string place_in(std::string_view address);

// --- the choice; pure ---

struct AddressLoad {
    std::size_t busy = 0;
    std::size_t slots = 0;  // 0: any number
    bool out = false;
    bool on_trial = false;  // takes one at a time
    TimePoint out_until = {};
    bool able = true;    // knows the language
    bool tried = false;  // this very piece of work has failed there
};

// Which of them, looking from `first` on; nothing: whoever comes has to wait.
std::optional<std::size_t> choose_address(const std::vector<AddressLoad>& loads, std::size_t first);

// Whether the address is to blame for a failure, or what it was asked.
bool is_about_address(ErrorKind kind);

class AddressBook : public std::enable_shared_from_this<AddressBook> {
public:
    // The clock and the metrics outlive it. `trade`: "recogniser", `kind`: "wyoming".
    AddressBook(std::string trade, std::string kind, Clock& clock, Metrics& metrics, Log log);

    // The number of an address in this book; the same each time. The slots are those told last.
    std::size_t enter(const std::string& address, std::size_t slots);

    // A slot at an address, until it is let go.
    class Slot {
    public:
        Slot(Slot&& other) noexcept = default;
        Slot& operator=(Slot&& other) noexcept {
            release();
            book_ = std::move(other.book_);
            at_ = other.at_;
            return *this;
        }
        ~Slot() { release(); }
        std::size_t address() const { return at_; }
        // It does what it should; said once it has begun to answer.
        void works() { book_->works(at_); }
        void failed(const Error& why) { book_->failed(at_, why); }

    private:
        friend class AddressBook;
        Slot(std::shared_ptr<AddressBook> book, std::size_t at) : book_(std::move(book)), at_(at) {}
        void release() {
            if (auto book = std::move(book_)) {
                book->release(at_);
            }
        }
        std::shared_ptr<AddressBook> book_;  // nobody's once it has been moved from
        std::size_t at_ = 0;
    };

    // Which addresses will do: by their numbers, those that know the language, and where it has failed
    // already.
    struct Wanted {
        std::vector<std::size_t> addresses;
        std::vector<bool> able = {};  // empty: all
        std::optional<std::size_t> tried = {};
    };
    // At once, or not at all.
    std::optional<Slot> try_take(const Wanted& wanted);
    // Throws Failure{Busy} when none has come free for so long.
    awaitable<Slot> take(Wanted wanted, Duration patience);

    // What a check has found.
    void checked(std::size_t address, bool usable, const std::string& reason);

    // Whether it is in, and what is known of it: "a:1, 2 of 4 in use".
    struct Facts {
        bool in = true;
        std::string words;
    };
    Facts facts(std::size_t address) const;
    Clock& clock() const { return clock_; }

    static constexpr Duration first_pause = 1s;
    static constexpr Duration longest_pause = 30s;

private:
    struct Entry {
        std::string address;
        std::string place;
        std::size_t slots = 0;
        std::size_t busy = 0;
        bool failing = false;  // since the last time it did what it should
        TimePoint out_until = TimePoint::min();
        Duration pause = first_pause;
        std::string reason = {};
        Gauge busy_now;
        Gauge usable_now;
        Counter failures;
    };
    struct Waiter {
        Executor executor;
        std::shared_ptr<Timer> timer;  // of the wait, and of the ring on its way
        TimePoint since;
        Wanted wanted;
    };

    void works(std::size_t at);
    void failed(std::size_t at, const Error& why);
    void release(std::size_t at);
    // --- with the lock held ---
    std::optional<std::size_t> choose(const Wanted& wanted) const;
    // When one of them that is out may be tried again; max: none is.
    TimePoint next_return(const Wanted& wanted) const;
    Slot hand_out(std::size_t at);
    void put_out(Entry& entry, const std::string& reason);
    // The first of those for whom there is a slot now; false where there is nobody.
    bool wake_one();

    const std::string trade_;
    const std::string kind_;
    Clock& clock_;
    Metrics& metrics_;
    const Log log_;
    const std::function<void(Duration)> waited_;

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    // In the order in which they have come; each bounded by its patience, all by the work that is let in.
    std::list<Waiter> waiters_;
    std::size_t turn_ = 0;
};

// The one book of a kind and trade: made by the first engine that wants it, gone with the last.
class AddressBookHolder {
public:
    AddressBookHolder(std::string trade, std::string kind)
        : trade_(std::move(trade)), kind_(std::move(kind)) {}
    std::shared_ptr<AddressBook> ensure(Clock& clock, Metrics& metrics, const Log& log);

private:
    const std::string trade_;
    const std::string kind_;
    std::mutex mutex_;
    std::weak_ptr<AddressBook> book_;
};

}  // namespace repartee::engines
