#include "memory/session_recollection.h"

#include "base/error.h"
#include "base/together.h"
#include "memory/background.h"
#include "memory/fresh_id.h"
#include "memory/memory_text.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace repartee::memory {

namespace {

// A database that takes longer has a trouble that an answer cannot wait for.
constexpr Duration longest_look_into_history = 5s;

constexpr std::size_t longest_title = 80;  // bytes

Error history_is_late() {
    return {ErrorKind::Unavailable, "The database does not answer. Please try again in a moment.", "history"};
}

std::string action_text(const skills::ClientAction& action) {
    boost::json::object object{{"name", action.name},
                               {"params", action.parameters},
                               {"needs_confirmation", action.needs_confirmation}};
    return boost::json::serialize(object);
}

std::string said_in(const std::vector<Message>& exchange) {
    std::string said;
    for (const auto& message : exchange) {
        if (message.role == Role::User) {
            said += (said.empty() ? "" : "\n") + message.content;
        }
    }
    return said;
}

// Whether something was remembered or forgotten because they said so. Then their words are not searched for
// facts as well: "forget that my cat is called Ink" has one in it.
bool was_about_memory(const std::vector<Message>& exchange) {
    return std::ranges::any_of(exchange, [](const Message& message) {
        return std::ranges::find(message.calls, "learn", &SkillCall::name) != message.calls.end();
    });
}

}  // namespace

std::vector<Message> words_of_exchange(std::vector<Message> exchange) {
    std::vector<Message> words;
    for (auto& message : exchange) {
        const bool has_words =
            (message.role == Role::User || message.role == Role::Assistant) && !message.content.empty();
        if (has_words) {
            words.push_back({.role = message.role, .content = std::move(message.content)});
        }
    }
    return words;
}

std::string title_of(const std::vector<Message>& exchange) {
    if (exchange.empty()) {
        return {};
    }
    auto said = std::ranges::find(exchange, Role::User, &Message::role);
    auto title =
        clean_text(said == exchange.end() ? exchange.front().content : said->content, longest_title + 1);
    if (title.size() <= longest_title) {
        return title;
    }
    title = clean_text(title, longest_title - 3);
    // What is written without blanks is cut where it is too long.
    auto blank = title.rfind(' ');
    return (blank == title.npos || blank < longest_title / 2 ? title : title.substr(0, blank)) + "…";
}

bool Troubles::is_news(std::string_view event, TimePoint now) {
    std::lock_guard lock(mutex_);
    auto [told, is_first] = told_at_.try_emplace(std::string(event), now);
    if (!is_first && now < told->second + silence) {
        return false;
    }
    told->second = now;
    return true;
}

// --- recalling ---

awaitable<conversation::Recalled> SessionRecollection::recall(std::string utterance) {
    auto standing = co_await this->standing();
    std::optional<stores::SessionContent> content;
    Summary summary;
    std::vector<stores::FoundMemory> facts;
    auto session = recall_session(std::move(standing.conversation), content, summary);
    if (standing.has_memories) {
        co_await together(std::move(session), recall_facts(std::move(utterance), facts));
    } else {
        co_await std::move(session);
    }
    conversation::Recalled recalled{.background = background_of(party_.profile_text, summary.text, facts),
                                    .recent = std::nullopt};
    if (content) {
        recalled.recent = shown_of(*content, shared_.settings.window, summary.summarised);
    }
    co_return recalled;
}

// How far the history has come. An anonymous session has none; what it remembers is at hand.
awaitable<stores::History::Standing> SessionRecollection::standing() {
    stores::History::Standing standing{.conversation = {}, .has_memories = true};
    if (auto user = party_.owner.user_id()) {
        auto looking = shared_.history.standing(*user, party_.session);
        auto late = history_is_late();
        standing = co_await with_deadline(shared_.clock, longest_look_into_history, std::move(looking),
                                          std::move(late));
    }
    co_return standing;
}

// A user's session memory is believed where it has come as far as the history has: what it missed while it
// was away, told by whichever server, is in the history alone.
awaitable<void> SessionRecollection::recall_session(std::optional<stores::StoredConversation> conversation,
                                                    std::optional<stores::SessionContent>& content,
                                                    Summary& summary) {
    bool is_there = false;
    content = co_await believed_session_memory(most_shown(shared_.settings.window), is_there);
    auto user = party_.owner.user_id();
    if (!user) {
        co_return;  // else there is what the conversation itself remembers
    }
    const std::int64_t position = conversation ? conversation->messages : 0;
    if (!content || content->position != position) {
        content = stores::SessionContent{};
        if (position > 0) {
            content = co_await session_from_history(*user);
        }
        if (is_there && !content->messages.empty()) {
            co_await refill_session_memory(*content);
        }
    }
    if (conversation && content->position > static_cast<std::int64_t>(shared_.settings.window)) {
        summary = {.text = std::move(conversation->summary), .summarised = conversation->summarised};
    }
}

awaitable<void> SessionRecollection::refill_session_memory(stores::SessionContent content) {
    std::optional<Error> failure;
    try {
        Error late{ErrorKind::Unavailable, "The session memory does not answer.", "patience"};
        auto filling = shared_.sessions.refill(key(), std::move(content));
        co_await with_deadline(shared_.clock, shared_.settings.patience, std::move(filling), std::move(late));
        shared_.doubts.settle(key());
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        tell_of_trouble("session memory could not be filled", *failure);
    }
}

// The `latest` messages that session memory has, if it can be believed. `is_there`: it answers.
awaitable<std::optional<stores::SessionContent>> SessionRecollection::believed_session_memory(
    std::size_t latest, bool& is_there) {
    std::optional<stores::SessionContent> content;
    std::optional<Error> failure;
    try {
        Error late{ErrorKind::Unavailable, "The session memory does not answer.", "patience"};
        const bool is_doubtful = shared_.doubts.about(key(), shared_.clock.now());
        if (is_doubtful) {
            auto forgetting = shared_.sessions.forget(key());
            co_await with_deadline(shared_.clock, shared_.settings.patience, std::move(forgetting),
                                   std::move(late));
            shared_.doubts.settle(key());
        } else {
            auto recalling = shared_.sessions.recall(key(), latest);
            content = co_await with_deadline(shared_.clock, shared_.settings.patience, std::move(recalling),
                                             std::move(late));
        }
        is_there = true;
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        tell_of_trouble("session memory passed over", *failure);
    }
    co_return content;
}

awaitable<stores::SessionContent> SessionRecollection::session_from_history(UserId user) {
    auto looking = shared_.history.latest(user, party_.session, stores::session_messages);
    auto late = history_is_late();
    auto latest =
        co_await with_deadline(shared_.clock, longest_look_into_history, std::move(looking), std::move(late));
    stores::SessionContent content;
    for (auto& message : latest) {
        content.position = message.position;
        content.messages.push_back({.role = message.role, .content = std::move(message.text)});
    }
    co_return content;
}

awaitable<void> SessionRecollection::recall_facts(std::string utterance,
                                                  std::vector<stores::FoundMemory>& facts) {
    const auto& settings = shared_.settings;
    if (settings.facts == 0) {
        co_return;
    }
    std::optional<Error> failure;
    try {
        Error late{ErrorKind::ProviderLate, "Memory was searched for too long.", "patience"};
        auto searching = shared_.long_term.search(party_.owner, std::move(utterance), settings.facts,
                                                  settings.least_score);
        facts =
            co_await with_deadline(shared_.clock, settings.patience, std::move(searching), std::move(late));
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        tell_of_trouble("answered without memories", *failure);
    }
}

// --- keeping ---

awaitable<void> SessionRecollection::keep(std::vector<Message> exchange,
                                          std::optional<skills::ClientAction> action) {
    const bool about_memory = was_about_memory(exchange);
    auto words = words_of_exchange(std::move(exchange));
    if (words.empty() && !action) {
        co_return;
    }
    if (action && (words.empty() || words.back().role != Role::Assistant)) {
        words.push_back({.role = Role::Assistant, .content = {}});
    }
    Exchange over{.key = key()};
    if (!about_memory) {
        over.said = said_in(words);
    }
    if (auto user = party_.owner.user_id()) {
        auto appended = co_await keep_in_history(*user, words, action);
        over.conversation = std::move(appended.conversation);
        over.position = appended.position;
        co_await keep_in_session_memory(std::move(words), over.position);
    } else {
        co_await keep_of_guest(std::move(words));
    }
    shared_.afterthoughts.add(std::move(over), model_);
}

awaitable<stores::History::Appended> SessionRecollection::keep_in_history(
    UserId user, const std::vector<Message>& exchange, const std::optional<skills::ClientAction>& action) {
    // The ids are made once: the store may repeat what it does not know the end of.
    std::vector<stores::NewMessage> messages;
    messages.reserve(exchange.size());
    for (const auto& message : exchange) {
        messages.push_back({.id = fresh_id(), .role = message.role, .text = message.content});
    }
    if (action) {
        messages.back().action = action_text(*action);
    }
    const auto at = shared_.clock.wall().time_since_epoch();
    const auto at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(at).count();
    auto appended = co_await shared_.history.append(user, party_.session, fresh_id(), title_of(exchange),
                                                    std::move(messages), at_ms);
    co_return appended;
}

// Where it fails, or is broken off, what is there may be old until it has been filled anew.
awaitable<void> SessionRecollection::keep_in_session_memory(std::vector<Message> exchange,
                                                            std::int64_t position) {
    std::optional<Error> failure;
    const bool was_doubtful = shared_.doubts.about(key(), shared_.clock.now());
    shared_.doubts.doubt(key(), shared_.clock.now());
    try {
        Error late{ErrorKind::Unavailable, "The session memory does not answer.", "patience"};
        if (was_doubtful) {
            auto forgetting = shared_.sessions.forget(key());
            co_await with_deadline(shared_.clock, shared_.settings.patience, std::move(forgetting),
                                   std::move(late));
        } else {
            const bool is_beginning = position == static_cast<std::int64_t>(exchange.size());
            auto appending = shared_.sessions.append(key(), std::move(exchange), position, is_beginning);
            co_await with_deadline(shared_.clock, shared_.settings.patience, std::move(appending),
                                   std::move(late));
        }
        shared_.doubts.settle(key());
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        tell_of_trouble("session memory not brought up to date", *failure);
    }
}

// An anonymous session is nowhere else: what cannot be kept is lost, and what was before it stays.
awaitable<void> SessionRecollection::keep_of_guest(std::vector<Message> exchange) {
    std::optional<Error> failure;
    try {
        Error late{ErrorKind::Unavailable, "The session memory does not answer.", "patience"};
        if (shared_.doubts.about(key(), shared_.clock.now())) {
            auto forgetting = shared_.sessions.forget(key());  // as somebody has wanted before
            co_await with_deadline(shared_.clock, shared_.settings.patience, std::move(forgetting), late);
            shared_.doubts.settle(key());
        }
        auto appending = shared_.sessions.append_next(key(), std::move(exchange));
        co_await with_deadline(shared_.clock, shared_.settings.patience, std::move(appending),
                               std::move(late));
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        tell_of_trouble("session memory not brought up to date", *failure);
    }
}

void SessionRecollection::tell_of_trouble(std::string_view event, const Error& error) const {
    if (shared_.troubles.is_news(event, shared_.clock.now())) {
        shared_.log.warning(event, {{"reason", error.message}, {"detail", error.detail}});
    }
}

}  // namespace repartee::memory
