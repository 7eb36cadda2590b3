#include "engines/address_book.h"

#include "engines/place_waits.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines {

namespace {

bool is_between_addresses(char letter) {
    return letter == ',' || letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

bool has_room(const AddressLoad& load) {
    return load.slots == 0 || load.busy < load.slots;
}

bool has_slot(const AddressLoad& load) {
    return load.on_trial ? load.busy == 0 : has_room(load);
}

}  // namespace

void describe(Fields& fields, AddressSettings& settings) {
    fields.field("slots", settings.slots,
                 {.help = "How much each address is given to do at once; 0: as much as comes.",
                  .least = 0,
                  .most = 100'000});
    fields.field("slot_wait", settings.slot_wait,
                 {.help = "How long work waits for a slot when all are taken, before it is turned away.",
                  .least = 0,
                  .most = 600'000});
}

std::vector<std::string> addresses_in(std::string_view list) {
    std::vector<std::string> addresses;
    for (std::size_t at = 0; at < list.size();) {
        if (is_between_addresses(list[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < list.size() && !is_between_addresses(list[end])) {
            ++end;
        }
        std::string address(list.substr(at, end - at));
        if (std::ranges::find(addresses, address) == addresses.end()) {
            addresses.push_back(std::move(address));
        }
        at = end;
    }
    return addresses;
}

std::string place_in(std::string_view address) {
    if (address.starts_with("unix:")) {
        return std::string(address);
    }
    if (const auto scheme = address.find("://"); scheme != std::string_view::npos) {
        address.remove_prefix(scheme + 3);
    }
    address = address.substr(0, address.find('/'));
    if (const auto user = address.rfind('@'); user != std::string_view::npos) {
        address.remove_prefix(user + 1);
    }
    return std::string(address);
}

std::optional<std::size_t> choose_address(const std::vector<AddressLoad>& loads, std::size_t first) {
    // One that is able and has not failed at this goes before others, whatever they have to do.
    const auto is_eligible = [&](const AddressLoad& load, bool strictly) {
        return !load.tried && (load.able || !strictly);
    };
    const bool some_are_able =
        std::ranges::any_of(loads, [&](const auto& load) { return is_eligible(load, true); });
    std::optional<std::size_t> best;
    std::optional<std::size_t> least_out;
    std::optional<std::size_t> trial;  // that is under way, and has room
    bool some_are_in = false;
    for (std::size_t step = 0; step < loads.size(); ++step) {
        const auto at = (first + step) % loads.size();
        const auto& load = loads[at];
        if (!is_eligible(load, some_are_able)) {
            continue;
        }
        if (load.out) {
            if (!least_out || load.out_until < loads[*least_out].out_until) {
                least_out = at;
            }
            continue;
        }
        some_are_in = some_are_in || !load.on_trial;
        if (has_slot(load) && (!best || load.busy < loads[*best].busy)) {
            best = at;
        }
        if (load.on_trial && has_room(load) && (!trial || load.busy < loads[*trial].busy)) {
            trial = at;
        }
    }
    if (best || some_are_in) {
        return best;
    }
    // A trial may take as long as an utterance does, and nobody else will do: nobody waits for its end.
    if (trial) {
        return trial;
    }
    return least_out && has_room(loads[*least_out]) ? least_out : std::nullopt;
}

bool is_about_address(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Unavailable:
        case ErrorKind::ProviderBroke:
        case ErrorKind::ProviderLate:
        case ErrorKind::Busy:
        case ErrorKind::Unauthenticated:
        case ErrorKind::Forbidden: return true;
        default: return false;
    }
}

AddressBook::AddressBook(std::string trade, std::string kind, Clock& clock, Metrics& metrics, Log log)
    : trade_(std::move(trade)),
      kind_(std::move(kind)),
      clock_(clock),
      metrics_(metrics),
      log_(log.with({{"trade", trade_}, {"engine", kind_}})),
      waited_(place_waits(metrics, trade_, kind_)) {}

std::size_t AddressBook::enter(const std::string& address, std::size_t slots) {
    std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(entries_, address, &Entry::address);
    if (found != entries_.end()) {
        found->slots = slots;
        return static_cast<std::size_t>(found - entries_.begin());
    }
    const auto place = place_in(address);
    const MetricLabels labels{{"trade", trade_}, {"kind", kind_}, {"address", place}};
    entries_.push_back(
        {.address = address,
         .place = place,
         .slots = slots,
         .busy_now = metrics_.gauge("repartee_engine_address_busy",
                                    "Pieces of work that an address of an engine has in hand.", labels),
         .usable_now = metrics_.gauge("repartee_engine_address_usable",
                                      "Whether an address of an engine is given work: 1, or 0.", labels),
         .failures = metrics_.counter("repartee_engine_address_failures_total",
                                      "How often an address of an engine has failed.", labels)});
    entries_.back().usable_now.set(1);
    return entries_.size() - 1;
}

// --- slots ---

std::optional<AddressBook::Slot> AddressBook::try_take(const Wanted& wanted) {
    std::lock_guard lock(mutex_);
    const auto chosen = choose(wanted);
    if (!chosen) {
        return std::nullopt;
    }
    waited_(Duration(0));
    return hand_out(*chosen);
}

awaitable<AddressBook::Slot> AddressBook::take(Wanted wanted, Duration patience) {
    const auto began = clock_.now();
    const auto give_up = began + patience;
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        TimePoint look_again = give_up;
        auto timer = std::make_shared<Timer>(executor);
        {
            std::lock_guard lock(mutex_);
            if (const auto chosen = choose(wanted)) {
                waited_(clock_.now() - began);
                co_return hand_out(*chosen);
            }
            if (clock_.now() < give_up) {
                // Who has been rung for in vain keeps the place in the line.
                const auto place =
                    std::ranges::find_if(waiters_, [&](const Waiter& other) { return other.since > began; });
                waiters_.insert(place, Waiter{executor, timer, began, wanted});
                look_again = std::min(give_up, next_return(wanted));
            } else {
                timer.reset();
            }
        }
        if (!timer) {
            waited_(clock_.now() - began);
            throw Failure(Error{ErrorKind::Busy, "Too much is going on at the moment. Please try again soon.",
                                fmt::format("all slots of the {} {} are taken", trade_, kind_), 1});
        }
        clock_.set(timer, look_again);
        co_await timer->async_wait(asio::as_tuple(use_awaitable));
        {
            std::lock_guard lock(mutex_);
            // Taken off the list already where it was rung for.
            std::erase_if(waiters_, [&](const Waiter& one) { return one.timer == timer; });
        }
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            // What was meant for us is for the next.
            std::lock_guard lock(mutex_);
            wake_one();
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
}

void AddressBook::release(std::size_t at) {
    std::lock_guard lock(mutex_);
    auto& entry = entries_[at];
    --entry.busy;
    entry.busy_now.set(static_cast<double>(entry.busy));
    wake_one();
}

std::optional<std::size_t> AddressBook::choose(const Wanted& wanted) const {
    const auto now = clock_.now();
    std::vector<AddressLoad> loads;
    loads.reserve(wanted.addresses.size());
    for (std::size_t one = 0; one < wanted.addresses.size(); ++one) {
        const auto& entry = entries_[wanted.addresses[one]];
        loads.push_back({.busy = entry.busy,
                         .slots = entry.slots,
                         .out = entry.failing && now < entry.out_until,
                         .on_trial = entry.failing,
                         .out_until = entry.out_until,
                         .able = wanted.able.empty() || wanted.able[one],
                         .tried = wanted.tried == wanted.addresses[one]});
    }
    const auto chosen = choose_address(loads, turn_);
    return chosen ? std::optional(wanted.addresses[*chosen]) : std::nullopt;
}

AddressBook::Slot AddressBook::hand_out(std::size_t at) {
    auto& entry = entries_[at];
    ++entry.busy;
    ++turn_;
    entry.busy_now.set(static_cast<double>(entry.busy));
    return Slot(shared_from_this(), at);
}

TimePoint AddressBook::next_return(const Wanted& wanted) const {
    const auto now = clock_.now();
    auto next = TimePoint::max();
    for (const auto address : wanted.addresses) {
        const auto& entry = entries_[address];
        if (entry.failing && now < entry.out_until) {
            next = std::min(next, entry.out_until);
        }
    }
    return next;
}

bool AddressBook::wake_one() {
    // Not simply the first: what has come free may be where their work has failed already.
    const auto waiter =
        std::ranges::find_if(waiters_, [&](const Waiter& one) { return choose(one.wanted).has_value(); });
    if (waiter == waiters_.end()) {
        return false;
    }
    asio::post(waiter->executor, [timer = waiter->timer] { timer->cancel(); });
    waiters_.erase(waiter);
    return true;
}

// --- how they are ---

void AddressBook::works(std::size_t at) {
    std::lock_guard lock(mutex_);
    auto& entry = entries_[at];
    if (!entry.failing) {
        return;
    }
    entry.failing = false;
    entry.out_until = TimePoint::min();
    entry.pause = first_pause;
    entry.reason.clear();
    entry.usable_now.set(1);
    log_.info("address is in again", {{"address", entry.place}});
    // It has room for more than the one that it was on trial with.
    while (wake_one()) {
    }
}

void AddressBook::failed(std::size_t at, const Error& why) {
    if (!is_about_address(why.kind)) {
        return;
    }
    std::lock_guard lock(mutex_);
    put_out(entries_[at], why.message);
}

void AddressBook::checked(std::size_t address, bool usable, const std::string& reason) {
    if (usable) {
        works(address);
        return;
    }
    std::lock_guard lock(mutex_);
    put_out(entries_[address], reason);
}

void AddressBook::put_out(Entry& entry, const std::string& reason) {
    const auto now = clock_.now();
    entry.failures.add();
    entry.reason = reason;
    if (!entry.failing) {
        log_.warning("address is out", {{"address", entry.place}, {"reason", reason}});
    }
    // Those who were there already when it failed do not make the pause longer.
    if (!entry.failing || now >= entry.out_until) {
        entry.out_until = now + entry.pause;
        entry.pause = std::min(2 * entry.pause, longest_pause);
    }
    entry.failing = true;
    entry.usable_now.set(0);
}

AddressBook::Facts AddressBook::facts(std::size_t address) const {
    std::lock_guard lock(mutex_);
    const auto& entry = entries_[address];
    std::string words = entry.place;
    if (entry.failing) {
        words += fmt::format(" is out ({})", entry.reason);
    } else if (entry.slots != 0) {
        words += fmt::format(", {} of {} slots in use", entry.busy, entry.slots);
    } else {
        words += fmt::format(", {} in hand", entry.busy);
    }
    return {.in = !entry.failing, .words = std::move(words)};
}

std::shared_ptr<AddressBook> AddressBookHolder::ensure(Clock& clock, Metrics& metrics, const Log& log) {
    std::lock_guard lock(mutex_);
    auto book = book_.lock();
    if (!book) {
        book = std::make_shared<AddressBook>(trade_, kind_, clock, metrics, log);
        book_ = book;
    }
    return book;
}

}  // namespace repartee::engines
