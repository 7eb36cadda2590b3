// What one conversation recalls and keeps; see recollections.h.
#pragma once

#include "conversation/recollection.h"
#include "memory/afterthoughts.h"
#include "memory/doubts.h"
#include "memory/recollections.h"

#include <map>
#include <mutex>
#include <string>

namespace repartee::memory {

// What is the matter with somebody who is away is said once in a while, not in every turn. Any thread.
class Troubles {
public:
    bool is_news(std::string_view event, TimePoint now);

private:
    static constexpr Duration silence = 30s;
    std::mutex mutex_;
    std::map<std::string, TimePoint, std::less<>> told_at_;  // few: the events are literals
};

// What all recollections of a server share. All of it outlives them.
struct Shared {
    LongTerm& long_term;
    stores::History& history;
    stores::SessionMemory& sessions;
    Clock& clock;
    Log log;
    RecollectionSettings settings;
    Doubts doubts = {};
    Troubles troubles = {};
    Afterthoughts afterthoughts;
};

class SessionRecollection final : public conversation::Recollection {
public:
    SessionRecollection(Shared& shared, Party party, engines::Model& model)
        : shared_(shared), party_(std::move(party)), model_(model) {}

    awaitable<conversation::Recalled> recall(std::string utterance) override;
    awaitable<void> keep(std::vector<Message> exchange, std::optional<skills::ClientAction> action) override;

private:
    struct Summary {
        std::string text;
        std::int64_t summarised = 0;
    };

    stores::SessionKey key() const { return {party_.owner, party_.session}; }

    awaitable<void> recall_session(std::optional<stores::StoredConversation> conversation,
                                   std::optional<stores::SessionContent>& content, Summary& summary);
    awaitable<std::optional<stores::SessionContent>> believed_session_memory(std::size_t latest,
                                                                             bool& is_there);
    awaitable<stores::History::Standing> standing();
    awaitable<stores::SessionContent> session_from_history(UserId user);
    awaitable<void> refill_session_memory(stores::SessionContent content);
    awaitable<void> recall_facts(std::string utterance, std::vector<stores::FoundMemory>& facts);

    awaitable<stores::History::Appended> keep_in_history(UserId user, const std::vector<Message>& exchange,
                                                         const std::optional<skills::ClientAction>& action);
    awaitable<void> keep_in_session_memory(std::vector<Message> exchange, std::int64_t position);
    awaitable<void> keep_of_guest(std::vector<Message> exchange);
    void tell_of_trouble(std::string_view event, const Error& error) const;

    Shared& shared_;
    const Party party_;
    engines::Model& model_;
};

// The words of an exchange: without calls of skills and what came of them.
std::vector<Message> words_of_exchange(std::vector<Message> exchange);

// The beginning of what was said first, at the end of a word.
std::string title_of(const std::vector<Message>& exchange);

}  // namespace repartee::memory
