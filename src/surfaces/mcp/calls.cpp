#include "surfaces/mcp/calls.h"

#include "accounts/key_material.h"
#include "base/together.h"
#include "mcp/tool.h"

#include <boost/asio/post.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace repartee::surfaces::mcp {

namespace json = boost::json;

namespace {

Piece failed_result(const Calls::Order& order, std::string_view why) {
    auto result = dressed(rpc::text_result(why, true), order.era);
    return {.frame = rpc::write(rpc::Reply{order.id, std::move(result)}), .last = true};
}

Piece protocol_error(const Calls::Order& order, std::int64_t code, std::string why) {
    rpc::RpcError error{code, std::move(why)};
    return {.frame = rpc::write(rpc::ErrorReply{order.id, std::move(error)}), .last = true, .error = true};
}

// 48 bits at random.
std::uint64_t any_number() {
    std::uint64_t number = 0;
    for (char byte : accounts::random_bytes(6)) {
        number = number << 8 | static_cast<unsigned char>(byte);
    }
    return number;
}

}  // namespace

Calls::Calls(const Executor& strand, CallLimits limits, Clock& clock, Log log, Metrics& metrics)
    : strand_(strand),
      limits_(limits),
      clock_(clock),
      log_(std::move(log)),
      done_(metrics.counter("repartee_tools_served_total", "Calls of tools over the Model Context Protocol",
                            {{"outcome", "done"}})),
      failed_(metrics.counter("repartee_tools_served_total", "Calls of tools over the Model Context Protocol",
                              {{"outcome", "failed"}})),
      numbers_(any_number()) {}

// --- from any thread ---

std::uint64_t Calls::begin(Order order, std::shared_ptr<Delivery> delivery) {
    auto number = ++numbers_;
    asio::post(strand_, [this, number, order = std::move(order), delivery = std::move(delivery)]() mutable {
        start(number, std::move(order), std::move(delivery));
    });
    return number;
}

void Calls::give_up(std::uint64_t number) {
    asio::post(strand_, [this, number] {
        if (auto found = calls_.find(number); found != calls_.end()) {
            drop(*found->second);
        }
    });
}

void Calls::cancel(std::string session, rpc::RequestId id) {
    asio::post(strand_, [this, session = std::move(session), id = std::move(id)] {
        for (auto& [number, call] : calls_) {
            if (call->order.session == session && call->order.id == id) {
                drop(*call);
            }
        }
    });
}

void Calls::cancel_all(std::string session) {
    asio::post(strand_, [this, session = std::move(session)] {
        for (auto& [number, call] : calls_) {
            if (call->order.session == session) {
                drop(*call);
            }
        }
        std::erase_if(kept_, [&](const auto& kept) { return kept.session == session; });
    });
}

void Calls::ask_again(std::string session, std::uint64_t number, std::shared_ptr<Delivery> delivery) {
    asio::post(strand_, [this, session = std::move(session), number, delivery = std::move(delivery)] {
        if (auto found = calls_.find(number);
            found != calls_.end() && found->second->order.session == session && !found->second->settled) {
            Delivery::give(std::exchange(found->second->delivery, delivery), {.last = true});
            Delivery::give(delivery, {});
            return;
        }
        drop_stale();
        auto kept = std::ranges::find_if(
            kept_, [&](const auto& one) { return one.number == number && one.session == session; });
        if (kept == kept_.end()) {
            Delivery::give(delivery, {.last = true});
            return;
        }
        Delivery::give(delivery, {});
        Delivery::give(delivery, kept->answer);
    });
}

// --- on the strand ---

void Calls::start(std::uint64_t number, Order order, std::shared_ptr<Delivery> delivery) {
    if (auto no = refusal(order)) {
        Delivery::give(delivery, std::move(*no));
        return;
    }
    auto call = std::make_unique<Call>();
    call->number = number;
    call->order = std::move(order);
    call->delivery = std::move(delivery);
    call->began = call->told_at = clock_.now();
    auto& placed = *calls_.emplace(number, std::move(call)).first->second;
    placed.task = Task(strand_, carry(placed));
}

std::optional<Piece> Calls::refusal(const Order& order) const {
    if (closing_) {
        return failed_result(order, "The server is stopping.");
    }
    auto theirs = static_cast<std::size_t>(
        std::ranges::count_if(calls_, [&](const auto& one) { return one.second->order.who == order.who; }));
    if (theirs >= limits_.of_one || calls_.size() >= limits_.of_all) {
        return failed_result(order, "Too many calls are under way. Please try again in a moment.");
    }
    bool twice = !order.session.empty() && std::ranges::any_of(calls_, [&](const auto& one) {
        return one.second->order.session == order.session && one.second->order.id == order.id;
    });
    if (twice) {
        return protocol_error(order, rpc::codes::invalid_request,
                              "A request with this id is under way already.");
    }
    return std::nullopt;
}

awaitable<void> Calls::carry(Call& call) {
    std::exception_ptr thrown;
    try {
        if (call.order.progress_token.is_null()) {
            co_await work(call);
        } else {
            co_await first_of(work(call), keep_telling(call));
        }
    } catch (...) {
        thrown = std::current_exception();
    }
    settle(call, thrown);
}

awaitable<void> Calls::work(Call& call) {
    Tell telling = [this, &call](std::string words) { tell(call, std::move(words)); };
    call.result = co_await call.order.work(std::move(telling));
}

// What was told too soon, a little later; and after a long silence that we are still there.
awaitable<void> Calls::keep_telling(Call& call) {
    for (;;) {
        auto due = call.told_at + (call.to_be_told ? shortest_pause : longest_pause);
        if (clock_.now() < due) {
            co_await first_of(call.news.wait(), clock_.sleep_until(due));
        } else {
            put_out(call, std::exchange(call.to_be_told, std::nullopt).value_or("Still at it."));
        }
    }
}

void Calls::tell(Call& call, std::string words) {
    if (call.order.progress_token.is_null()) {
        return;
    }
    if (call.told == 0 || clock_.now() - call.told_at >= shortest_pause) {
        call.to_be_told.reset();
        put_out(call, std::move(words));
    } else {
        call.to_be_told = std::move(words);
        call.news.ring();
    }
}

void Calls::put_out(Call& call, std::string words) {
    call.told_at = clock_.now();
    json::object params{{"progressToken", call.order.progress_token},
                        {"progress", ++call.told},
                        {"message", std::move(words)}};
    Piece notice{.frame = rpc::write(rpc::Notification{"notifications/progress", std::move(params)})};
    Delivery::give(call.delivery, std::move(notice));
}

void Calls::settle(Call& call, const std::exception_ptr& thrown) {
    call.settled = true;
    // Not here: the coroutine that is in the call's task is just this one. But before the client has its
    // answer, so that what it sends next finds the place free.
    asio::post(strand_, [this, number = call.number] { forget(number); });
    Piece answer{.last = true};
    if (!call.unwanted) {
        auto frame = answer_to(call, thrown);
        answer.error = std::holds_alternative<rpc::ErrorReply>(frame);
        answer.frame = rpc::write(frame);
        keep(call, answer);
    }
    Delivery::give(call.delivery, std::move(answer));
    bool well = !thrown && !call.unwanted;
    (well ? done_ : failed_).add();
    log_.info("tool used", {{"tool", call.order.tool},
                            {"outcome", call.unwanted ? "given up"
                                        : well        ? "done"
                                                      : "failed"},
                            {"took_ms", milliseconds_of(clock_.now() - call.began)}});
}

rpc::Frame Calls::answer_to(Call& call, const std::exception_ptr& thrown) const {
    if (!thrown) {
        return rpc::Reply{call.order.id, dressed(std::move(call.result), call.order.era)};
    }
    auto error = error_of(thrown);
    if (error.kind == ErrorKind::Internal) {
        log_.error("tool failed",
                   {{"tool", call.order.tool}, {"reason", error.message}, {"detail", error.detail}});
        return rpc::ErrorReply{call.order.id, {rpc::codes::internal_error, "Something went wrong here."}};
    }
    if (error.kind == ErrorKind::Cancelled) {
        error.message = "The server is stopping.";
    } else {
        log_.info("tool did not work out",
                  {{"tool", call.order.tool}, {"code", name_of(error.kind)}, {"detail", error.detail}});
    }
    return rpc::Reply{call.order.id, dressed(rpc::text_result(error.message, true), call.order.era)};
}

void Calls::keep(const Call& call, const Piece& answer) {
    if (!call.order.may_be_asked_for_again || answer.frame.size() > largest_kept) {
        return;
    }
    drop_stale();
    auto is_theirs = [&](const Kept& kept) { return kept.who == call.order.who; };
    if (std::ranges::count_if(kept_, is_theirs) >= std::ptrdiff_t{most_kept_of_one}) {
        kept_.erase(std::ranges::find_if(kept_, is_theirs));
    } else if (kept_.size() >= most_kept) {
        kept_.pop_front();
    }
    kept_.push_back({call.order.who, call.order.session, call.number, answer, clock_.now() + kept_for});
}

void Calls::drop_stale() {
    auto now = clock_.now();
    std::erase_if(kept_, [&](const auto& kept) { return kept.until < now; });
}

void Calls::drop(Call& call) {
    call.unwanted = true;
    call.task.cancel();
}

void Calls::forget(std::uint64_t number) {
    calls_.erase(number);
    ended_.ring();
}

awaitable<void> Calls::drain(Duration grace) {
    co_await asio::co_spawn(strand_, drain_here(grace), use_awaitable);
}

awaitable<void> Calls::drain_here(Duration grace) {
    closing_ = true;
    co_await first_of(until_quiet(), clock_.sleep(grace));
    for (auto& [number, call] : calls_) {
        call->task.cancel();
    }
    co_await until_quiet();
}

awaitable<void> Calls::until_quiet() {
    while (!calls_.empty()) {
        co_await ended_.wait();
    }
}

}  // namespace repartee::surfaces::mcp
