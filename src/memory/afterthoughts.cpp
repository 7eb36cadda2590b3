#include "memory/afterthoughts.h"

#include "base/error.h"
#include "base/together.h"
#include "memory/extraction.h"
#include "memory/model_answer.h"
#include "memory/summing_up.h"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace repartee::memory {

namespace {

// Of an answer with facts: three short sentences with their names.
constexpr std::size_t longest_answer = 6000;  // bytes
// Messages that are summed up at once; more are summed up next time.
constexpr std::size_t most_summed_up = 60;

// It knows rules and no language.
bool can_think(const engines::Model& model) {
    return model.info().kind != "rules";
}

}  // namespace

Afterthoughts::Afterthoughts(LongTerm& long_term, stores::History& history, Clock& clock, Log log,
                             AfterthoughtSettings settings)
    : long_term_(long_term), history_(history), clock_(clock), log_(std::move(log)), settings_(settings) {}

void Afterthoughts::add(Exchange exchange, engines::Model& model) {
    if (!can_think(model) || (!settings_.extract_facts && !settings_.summarise)) {
        return;
    }
    const bool may_hold_facts = settings_.extract_facts && may_hold_a_fact(exchange.said);
    const bool is_worth_a_thought = may_hold_facts || may_be_summed_up(exchange);
    const auto now = clock_.now();
    bool is_waited_for = false;
    {
        std::lock_guard lock(mutex_);
        // Else `run` sleeps until another is due, which is before this one.
        is_waited_for = thoughts_.empty();
        auto thought = std::ranges::find_if(thoughts_, [&](const Thought& one) {
            return one.key.owner == exchange.key.owner && one.key.session == exchange.key.session;
        });
        if (thought == thoughts_.end()) {
            if (!is_worth_a_thought) {
                return;
            }
            if (thoughts_.size() >= most_waiting) {
                thoughts_.pop_front();
                ++dropped_;
            }
            thought =
                thoughts_.insert(thoughts_.end(), Thought{.key = std::move(exchange.key), .first_at = now});
        }
        thought->model = &model;
        thought->conversation = std::move(exchange.conversation);
        thought->position = exchange.position;
        thought->due_at = std::min(now + calm, thought->first_at + longest_wait);
        if (may_hold_facts) {
            if (thought->said.size() == most_utterances) {
                thought->said.erase(thought->said.begin());
            }
            thought->said.push_back(std::move(exchange.said));
        }
    }
    if (is_waited_for) {
        wake();
    }
}

// What is in the window is shown word for word, and a window's length behind it is soon enough.
bool Afterthoughts::may_be_summed_up(const Exchange& exchange) const {
    return settings_.summarise && !exchange.key.owner.is_anonymous() &&
           exchange.position >= 2 * static_cast<std::int64_t>(settings_.window);
}

void Afterthoughts::drop(const Owner& owner) {
    std::lock_guard lock(mutex_);
    std::erase_if(thoughts_, [&](const Thought& one) { return one.key.owner == owner; });
    if (under_way_ && under_way_->key.owner == owner) {
        under_way_->dropped = true;
    }
}

void Afterthoughts::drop(const stores::SessionKey& key) {
    std::lock_guard lock(mutex_);
    std::erase_if(thoughts_, [&](const Thought& one) {
        return one.key.owner == key.owner && one.key.session == key.session;
    });
    if (under_way_ && under_way_->key.owner == key.owner && under_way_->key.session == key.session) {
        under_way_->dropped = true;
    }
}

bool Afterthoughts::is_dropped() const {
    std::lock_guard lock(mutex_);
    return under_way_ && under_way_->dropped;
}

std::size_t Afterthoughts::waiting() const {
    std::lock_guard lock(mutex_);
    return thoughts_.size();
}

void Afterthoughts::wake() {
    std::optional<Executor> where;
    {
        std::lock_guard lock(mutex_);
        where = runs_on_;
    }
    if (where) {
        asio::post(*where, [news = news_] { news->ring(); });
    }
}

awaitable<void> Afterthoughts::run() {
    auto executor = co_await asio::this_coro::executor;
    {
        std::lock_guard lock(mutex_);
        runs_on_ = executor;
    }
    for (;;) {
        if (auto thought = next_due()) {
            co_await think_about(std::move(*thought));
            continue;
        }
        if (auto due = first_due()) {
            co_await first_of(news_->wait(), clock_.sleep_until(*due));
        } else {
            co_await news_->wait();
        }
    }
}

std::optional<Afterthoughts::Thought> Afterthoughts::next_due() {
    std::lock_guard lock(mutex_);
    auto first = std::ranges::min_element(thoughts_, {}, &Thought::due_at);
    if (first == thoughts_.end() || first->due_at > clock_.now()) {
        return std::nullopt;
    }
    auto thought = std::move(*first);
    thoughts_.erase(first);
    under_way_ = {.key = thought.key};
    return thought;
}

std::optional<TimePoint> Afterthoughts::first_due() const {
    std::lock_guard lock(mutex_);
    auto first = std::ranges::min_element(thoughts_, {}, &Thought::due_at);
    return first == thoughts_.end() ? std::nullopt : std::optional(first->due_at);
}

awaitable<void> Afterthoughts::think_about(Thought thought) {
    std::size_t dropped = 0;
    {
        std::lock_guard lock(mutex_);
        dropped = std::exchange(dropped_, 0);
    }
    if (dropped > 0) {
        log_.warning("more was said than can be thought about", {{"sessions_left_out", dropped}});
    }
    std::exception_ptr failure;
    try {
        Error late{ErrorKind::ProviderLate, "The model took too long.", "longest_thought"};
        auto extracting = extract(thought);
        co_await with_deadline(clock_, longest_thought, std::move(extracting), late);
        auto summing_up = sum_up(thought);
        co_await with_deadline(clock_, longest_thought, std::move(summing_up), std::move(late));
    } catch (...) {
        failure = std::current_exception();
    }
    auto state = co_await asio::this_coro::cancellation_state;
    if (failure && state.cancelled() != asio::cancellation_type::none) {
        std::rethrow_exception(failure);
    }
    // Whatever it was, the next one can be thought about.
    if (failure) {
        auto error = error_of(failure);
        log_.warning("what was said could not be thought about",
                     {{"reason", error.message}, {"detail", error.detail}});
    }
}

awaitable<void> Afterthoughts::extract(const Thought& thought) {
    if (thought.said.empty()) {
        co_return;
    }
    const auto most = most_facts_of_an_exchange * thought.said.size();
    auto prompt = extraction_prompt(thought.said, most);
    auto answer = co_await answer_of(*thought.model, std::move(prompt), longest_answer);
    auto facts = facts_in(answer, thought.said, most);
    for (auto& fact : facts) {
        if (is_dropped()) {
            co_return;
        }
        co_await long_term_.remember(thought.key.owner, std::move(fact.text), std::move(fact.category),
                                     "extracted");
    }
    log_.debug("facts looked for", {{"utterances", thought.said.size()}, {"facts", facts.size()}});
}

awaitable<void> Afterthoughts::sum_up(const Thought& thought) {
    const auto window = static_cast<std::int64_t>(settings_.window);
    auto user = thought.key.owner.user_id();
    if (!settings_.summarise || !user || thought.position < 2 * window || is_dropped()) {
        co_return;
    }
    auto conversation = co_await history_.find(*user, thought.conversation);
    // What is in the window is shown word for word; a window's length later is soon enough.
    const auto behind = conversation ? thought.position - window - conversation->summarised : 0;
    if (behind < window) {
        co_return;
    }
    const auto count = std::min<std::size_t>(static_cast<std::size_t>(behind), most_summed_up);
    auto messages = co_await history_.messages(*user, thought.conversation, conversation->summarised, count);
    if (messages.empty()) {
        co_return;
    }
    const auto summarised = messages.back().position;
    auto prompt = summary_prompt(conversation->summary, messages);
    auto answer = co_await answer_of(*thought.model, std::move(prompt), 2 * longest_summary);
    auto summary = summary_in(answer);
    if (!summary.empty()) {
        co_await history_.set_summary(*user, thought.conversation, std::move(summary), summarised);
        log_.debug("conversation summed up",
                   {{"conversation", thought.conversation}, {"messages", summarised}});
    }
}

}  // namespace repartee::memory
