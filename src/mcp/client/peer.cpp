#include "mcp/client/peer.h"

#include "base/together.h"
#include "mcp/client/http_carrier.h"
#include "mcp/client/stdio_carrier.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::mcp::client {

namespace {

// Between two attempts to reach one that is away.
constexpr Duration shortest_pause = 1s;
constexpr Duration longest_pause = 60s;
// Between two looks at one that says all the time that its tools have changed, or that they are worth
// nothing.
constexpr Duration shortest_interval = 1s;
constexpr Duration shortest_worth = 10s;
constexpr Duration listening_pause = 5s;

// At a time. One more is told to come back.
constexpr std::size_t most_calls = 32;

constexpr Duration closing_limit = 3s;

void forget_ended(std::list<Task>& tasks) {
    std::erase_if(tasks, [](const Task& task) { return !task.running(); });
}

}  // namespace

Peer::Peer(const ServerSettings& settings, const Surroundings& around, std::function<void()> changed)
    : settings_(settings),
      home_(around.home),
      clock_(around.clock),
      log_(around.log.with({{"mcp", settings.name}})),
      metrics_(around.metrics),
      up_(metrics_.gauge("repartee_mcp_up", "Whether a server of tools can be reached.",
                         {{"server", settings.name}})),
      tool_count_(metrics_.gauge("repartee_mcp_tools", "Tools that a server has for us.",
                                 {{"server", settings.name}})),
      call_seconds_(metrics_.seconds("repartee_mcp_call_seconds", "Time that calls of tools take.",
                                     {{"server", settings.name}})),
      changed_(std::move(changed)),
      carrier_(
          settings.is_process()
              ? std::unique_ptr<Carrier>(std::make_unique<StdioCarrier>(
                    around.home, settings_, around.clock, log_, metrics_, [this] { news_.ring(); }))
              : std::make_unique<HttpCarrier>(settings.url, settings.token, around.http, around.clock, log_)),
      dialogue_(around.home, settings_, *carrier_, clock_, log_, [this] { news_.ring(); }) {}

Peer::~Peer() = default;

// --- keeping in touch ---

awaitable<void> Peer::run() {
    auto pause = shortest_pause;
    int failures = 0;
    for (;;) {
        std::optional<Error> fault;
        std::exception_ptr thrown;
        Duration next = std::max<Duration>(settings_.refresh, shortest_interval);
        try {
            if (std::exchange(doubtful_, false)) {
                co_await make_sure();
            }
            co_await look();
            next = std::clamp<Duration>(worth_.value_or(settings_.refresh), shortest_worth, next);
            pause = shortest_pause;
            failures = 0;
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) {
            // Whatever it was, but for our own end: what one server brings about is no end of the others.
            auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) {
                std::rethrow_exception(thrown);
            }
            fault = error_of(thrown);
        }
        if (fault) {
            ++failures;
            log_.warning("not reachable", {{"reason", fault->message}, {"detail", fault->detail}});
            dialogue_.begin_anew();
            // One that was there a moment ago may only be busy.
            publish(failures > 1 ? nullptr : tools(), fault->message);
            next = pause;
            pause = std::min(pause * 2, longest_pause);
        } else if (!listening_.running()) {
            listening_ = Task(home_, keep_listening());
        }
        co_await clock_.sleep(shortest_interval);
        co_await first_of(news_.wait(), clock_.sleep(next - shortest_interval));
    }
}

awaitable<void> Peer::look() {
    auto listing = co_await dialogue_.list_tools();
    worth_ = listing.worth;
    auto tools = std::make_shared<const ToolList>(offered_tools(settings_, listing.tools));
    auto known = this->tools();
    bool is_known =
        known && std::ranges::equal(known->left_out, tools->left_out, {}, &LeftOut::name, &LeftOut::name);
    for (const auto& left_out : tools->left_out) {
        if (!is_known) {
            log_.info("a tool is left out", {{"tool", left_out.name}, {"reason", left_out.why}});
        }
    }
    publish(std::move(tools), {});
}

// Whether it is there at all; else a program is ended, to be started again.
awaitable<void> Peer::make_sure() {
    std::optional<Failure> silent;
    try {
        co_await dialogue_.ping();
    } catch (const Failure& failure) {
        silent = failure;
    }
    if (silent) {
        carrier_->doubt();
        throw Failure(*silent);
    }
}

awaitable<void> Peer::keep_listening() {
    for (;;) {
        bool goes_on = false;
        try {
            goes_on = co_await dialogue_.listen();
        } catch (const Failure& failure) {
            log_.debug("it does not tell of changes", {{"reason", failure.error().message}});
        }
        if (!goes_on) {
            co_return;
        }
        co_await clock_.sleep(listening_pause);
    }
}

void Peer::publish(std::shared_ptr<const ToolList> tools, std::string trouble) {
    bool is_other = false;
    std::shared_ptr<const ToolList> arrived;
    {
        std::lock_guard lock(mutex_);
        auto same = [](const auto& one, const auto& other) {
            return one->name == other->name && one->manners.effect == other->manners.effect &&
                   one->manners.needs_confirmation == other->manners.needs_confirmation &&
                   one->schema->description == other->schema->description &&
                   one->schema->parameters == other->schema->parameters;
        };
        is_other = static_cast<bool>(tools) != static_cast<bool>(tools_) ||
                   (tools && !std::ranges::equal(tools->tools, tools_->tools, same));
        arrived = tools_ ? nullptr : tools;
        tools_ = std::move(tools);
        trouble_ = std::move(trouble);
        version_ = dialogue_.version();
        up_.set(trouble_.empty() ? 1 : 0);
        tool_count_.set(tools_ ? static_cast<double>(tools_->tools.size()) : 0);
    }
    if (is_other) {
        changed_();
    }
    // Now it is true: a turn that begins from here on has them.
    if (arrived) {
        log_.info("its tools are there",
                  {{"tools", arrived->tools.size()}, {"left_out", arrived->left_out.size()}});
    }
}

std::shared_ptr<const ToolList> Peer::tools() const {
    std::lock_guard lock(mutex_);
    return tools_;
}

PeerState Peer::state() const {
    std::lock_guard lock(mutex_);
    PeerState state{.name = settings_.name,
                    .where = settings_.is_process() ? settings_.command : settings_.url,
                    .reachable = tools_ && trouble_.empty(),
                    .version = version_,
                    .trouble = trouble_};
    if (tools_) {
        for (const auto& tool : tools_->tools) {
            state.tools.push_back(tool->schema->name);
        }
        state.left_out = tools_->left_out;
    }
    return state;
}

bool Peer::was_tried() const {
    std::lock_guard lock(mutex_);
    return tools_ || !trouble_.empty();
}

awaitable<void> Peer::close() {
    closed_ = true;
    auto works = std::exchange(works_, {});
    for (auto& [key, work] : works) {
        settle(work.ticket, std::nullopt, Error{ErrorKind::Unavailable, "The server is stopping.", {}},
               "cancelled");
        co_await work.serving.stop();
    }
    co_await listening_.stop();
    for (auto& courtesy : courtesies_) {
        co_await courtesy.stop();
    }
    courtesies_.clear();
    auto closing = dialogue_.close();
    Error late{ErrorKind::ProviderLate, "It does not take a goodbye.", {}};
    try {
        co_await with_deadline(clock_, closing_limit, std::move(closing), std::move(late));
    } catch (const Failure& failure) {
        log_.debug("no goodbye", {{"reason", failure.error().message}});
    }
}

// --- calls ---

awaitable<ToolResult> Peer::call(std::shared_ptr<const OfferedTool> tool, boost::json::object arguments) {
    auto ticket = std::make_shared<Ticket>(co_await asio::this_coro::executor);
    ticket->tool = std::move(tool);
    ticket->arguments = std::move(arguments);
    asio::post(home_, [this, ticket] { take(ticket); });
    bool abandoned = false;
    std::exception_ptr failure;
    try {
        while (!ticket->result && !ticket->failure) {
            co_await ticket->bell.wait();
        }
    } catch (...) {
        abandoned = true;
        failure = std::current_exception();
    }
    if (abandoned) {
        asio::post(home_, [this, ticket] { give_up(ticket); });
        std::rethrow_exception(failure);
    }
    if (ticket->failure) {
        throw Failure(*ticket->failure);
    }
    co_return std::move(*ticket->result);
}

void Peer::take(const SharedTicket& ticket) {
    if (closed_) {
        settle(ticket, std::nullopt, Error{ErrorKind::Unavailable, "The server is stopping.", {}},
               "unavailable");
        return;
    }
    if (works_.size() == most_calls) {
        settle(ticket, std::nullopt,
               Error{ErrorKind::Busy, "Too much is asked of it already; in a moment, please.", {}}, "busy");
        return;
    }
    auto& work = works_[ticket.get()];
    work.ticket = ticket;
    work.serving = Task(home_, serve(ticket));
}

awaitable<void> Peer::serve(SharedTicket ticket) {
    auto begun = clock_.now();
    std::optional<ToolResult> result;
    std::exception_ptr failed;
    try {
        const auto& tool = *ticket->tool;
        auto twice = tool.manners.effect == skills::EffectClass::Commits ? Twice::Never : Twice::Harmless;
        auto calling =
            dialogue_.call(tool.name, std::move(ticket->arguments), tool.headers, twice, ticket->under_way);
        result = co_await std::move(calling);
    } catch (...) {
        failed = std::current_exception();
    }
    call_seconds_.observe(std::chrono::duration<double>(clock_.now() - begun).count());
    asio::post(home_, [this, ticket] { works_.erase(ticket.get()); });
    if (!failed) {
        auto outcome = result->is_error ? "failed" : "done";
        settle(ticket, std::move(result), std::nullopt, outcome);
        co_return;
    }
    auto error = error_of(failed);
    bool late = error.kind == ErrorKind::ProviderLate;
    if (late || error.kind == ErrorKind::ProviderBroke) {
        doubtful_ = true;
        news_.ring();
    } else if (error.kind == ErrorKind::Unavailable) {
        news_.ring();  // its tools may be others by now
    }
    if (late && ticket->under_way->id) {
        forget_ended(courtesies_);
        courtesies_.emplace_back(home_, say_that_nobody_waits(ticket));
    }
    settle(ticket, std::nullopt, std::move(error), late ? "late" : "unavailable");
}

void Peer::give_up(const SharedTicket& ticket) {
    if (ticket->over) {
        return;
    }
    if (auto work = works_.find(ticket.get()); work != works_.end()) {
        work->second.serving.cancel();
    }
    if (ticket->under_way->id && !closed_) {
        forget_ended(courtesies_);
        courtesies_.emplace_back(home_, say_that_nobody_waits(ticket));
    }
    settle(ticket, std::nullopt, Error{ErrorKind::Cancelled, {}, {}}, "cancelled");
}

awaitable<void> Peer::say_that_nobody_waits(SharedTicket ticket) {
    try {
        co_await dialogue_.give_up(*ticket->under_way->id);
    } catch (const Failure& failure) {
        log_.debug("it does not hear that nobody waits", {{"reason", failure.error().message}});
    }
}

// The first outcome counts.
void Peer::settle(const SharedTicket& ticket, std::optional<ToolResult> result, std::optional<Error> failure,
                  std::string_view outcome) {
    if (std::exchange(ticket->over, true)) {
        return;
    }
    metrics_
        .counter("repartee_mcp_calls_total", "Calls of tools, by what became of them.",
                 {{"server", settings_.name}, {"outcome", std::string(outcome)}})
        .add();
    asio::post(ticket->callers, [ticket, result = std::move(result), failure = std::move(failure)]() mutable {
        ticket->result = std::move(result);
        ticket->failure = std::move(failure);
        ticket->bell.ring();
    });
}

}  // namespace repartee::mcp::client
