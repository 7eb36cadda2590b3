// For tests of this room: stores that can be switched off, an embedder that goes by words, a model that says
// what it is told.
#pragma once

#include "base/error.h"
#include "base/test_loop.h"
#include "engines/embedder.h"
#include "engines/model.h"
#include "memory/claim.h"
#include "stores/fleeting_memories.h"
#include "stores/history.h"
#include "stores/session_memory.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <stdexcept>

namespace repartee::memory {

class WordEmbedder final : public engines::Embedder {
public:
    explicit WordEmbedder(std::string name = "words/1") : name_(std::move(name)) {}

    engines::EngineInfo info() const override { return {.kind = "words", .model = "words"}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true}; }
    std::string identity() const override { return name_; }
    awaitable<std::vector<engines::Embedding>> embed(std::vector<std::string> texts) override {
        ++calls;
        if (delay > Duration::zero()) {
            co_await clock->sleep(delay);
        }
        std::vector<engines::Embedding> vectors;
        for (const auto& text : texts) {
            if (away || (!refused.empty() && text.find(refused) != text.npos)) {
                throw Failure(ErrorKind::Unavailable, "The embedder is away.");
            }
            vectors.push_back(vector_of(text));
        }
        co_return vectors;
    }

    static engines::Embedding vector_of(const std::string& text) {
        engines::Embedding vector(1021);
        for (const auto& word : telling_words(text)) {
            std::size_t hash = 5381;
            for (char32_t code : word) {
                hash = hash * 33 + code;
            }
            vector[hash % vector.size()] += 1;
        }
        float length = 0;
        for (float value : vector) {
            length += value * value;
        }
        if (length == 0) {
            vector[0] = length = 1;
        }
        for (float& value : vector) {
            value /= std::sqrt(length);
        }
        return vector;
    }

    bool away = false;
    std::string refused;  // texts with this
    Duration delay{};
    Clock* clock = nullptr;
    int calls = 0;

private:
    std::string name_;
};

class SwitchableSessions final : public stores::SessionMemory {
public:
    awaitable<std::optional<stores::SessionContent>> recall(stores::SessionKey key,
                                                            std::size_t latest) override {
        co_await answer();
        auto found = contents.find(key_of(key));
        if (found == contents.end()) {
            co_return std::nullopt;
        }
        auto content = found->second;
        auto& messages = content.messages;
        messages.erase(messages.begin(),
                       messages.end() - static_cast<std::ptrdiff_t>(std::min(messages.size(), latest)));
        co_return content;
    }
    awaitable<void> append(stores::SessionKey key, std::vector<Message> messages, std::int64_t position,
                           bool is_beginning) override {
        co_await answer();
        auto& content = contents[key_of(key)];
        if (content.position + static_cast<std::int64_t>(messages.size()) != position) {
            content = {};
            if (!is_beginning) {
                contents.erase(key_of(key));
                co_return;
            }
        }
        content.messages.insert(content.messages.end(), messages.begin(), messages.end());
        content.position = position;
    }
    awaitable<void> append_next(stores::SessionKey key, std::vector<Message> messages) override {
        co_await answer();
        auto& content = contents[key_of(key)];
        content.position += static_cast<std::int64_t>(messages.size());
        content.messages.insert(content.messages.end(), messages.begin(), messages.end());
    }
    awaitable<void> refill(stores::SessionKey key, stores::SessionContent content) override {
        co_await answer();
        contents[key_of(key)] = std::move(content);
    }
    awaitable<void> forget(stores::SessionKey key) override {
        co_await answer();
        contents.erase(key_of(key));
    }
    awaitable<void> forget_all(Owner owner) override {
        co_await answer();
        std::erase_if(contents, [&](const auto& one) { return one.first.starts_with(owner.key() + "|"); });
    }

    static std::string key_of(const stores::SessionKey& key) { return key.owner.key() + "|" + key.session; }

    std::map<std::string, stores::SessionContent> contents;
    bool away = false;
    Clock* stalls_on = nullptr;  // does not answer within `stall`: usually not at all
    Duration stall = std::chrono::hours(24);
    int questions = 0;

private:
    awaitable<void> answer() {
        ++questions;
        if (stalls_on != nullptr) {
            co_await stalls_on->sleep(stall);
        }
        if (away) {
            throw Failure(ErrorKind::Unavailable, "The session memory is away.");
        }
    }
};

class SwitchableHistory final : public stores::History {
public:
    struct Kept {
        UserId user = 0;
        stores::StoredConversation conversation;
        std::vector<stores::StoredMessage> messages;
    };

    awaitable<Appended> append(UserId user, std::string session_key, std::string new_id, std::string title,
                               std::vector<stores::NewMessage> exchange, std::int64_t at_ms) override {
        answer();
        auto kept = find_kept(user, session_key);
        if (kept == conversations_kept.end()) {
            kept = conversations_kept.insert(
                kept, Kept{.user = user,
                           .conversation = {.id = new_id, .session_key = session_key, .title = title}});
        }
        for (auto& message : exchange) {
            kept->messages.push_back({.id = message.id,
                                      .position = static_cast<std::int64_t>(kept->messages.size()) + 1,
                                      .role = message.role,
                                      .text = message.text,
                                      .action = message.action,
                                      .created_at_ms = at_ms});
        }
        kept->conversation.messages = static_cast<std::int64_t>(kept->messages.size());
        co_return Appended{.conversation = kept->conversation.id, .position = kept->conversation.messages};
    }
    awaitable<std::vector<stores::StoredConversation>> conversations(UserId, std::string, std::size_t,
                                                                     std::int64_t, std::string) override {
        co_return std::vector<stores::StoredConversation>{};
    }
    awaitable<std::optional<stores::StoredConversation>> find(UserId user, std::string id) override {
        answer();
        for (const auto& kept : conversations_kept) {
            if (kept.user == user && kept.conversation.id == id) {
                co_return kept.conversation;
            }
        }
        co_return std::nullopt;
    }
    awaitable<Standing> standing(UserId user, std::string session_key) override {
        answer();
        Standing standing{.conversation = {}, .has_memories = has_memories};
        auto kept = find_kept(user, session_key);
        if (kept != conversations_kept.end()) {
            standing.conversation = kept->conversation;
        }
        co_return standing;
    }
    awaitable<std::vector<stores::StoredMessage>> messages(UserId user, std::string id, std::int64_t after,
                                                           std::size_t limit) override {
        answer();
        std::vector<stores::StoredMessage> found;
        for (const auto& kept : conversations_kept) {
            for (const auto& message : kept.messages) {
                if (kept.user == user && kept.conversation.id == id && message.position > after &&
                    found.size() < limit) {
                    found.push_back(message);
                }
            }
        }
        co_return found;
    }
    awaitable<std::vector<stores::StoredMessage>> latest(UserId user, std::string session_key,
                                                         std::size_t limit) override {
        answer();
        ++looks;
        auto kept = find_kept(user, session_key);
        if (kept == conversations_kept.end()) {
            co_return std::vector<stores::StoredMessage>{};
        }
        auto all = kept->messages;
        if (all.size() > limit) {
            all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(limit));
        }
        co_return all;
    }
    awaitable<bool> rename(UserId, std::string, std::string) override { co_return false; }
    awaitable<bool> erase(UserId, std::string) override { co_return false; }
    awaitable<void> erase_all(UserId) override { co_return; }
    awaitable<void> set_summary(UserId user, std::string id, std::string summary,
                                std::int64_t summarised) override {
        answer();
        for (auto& kept : conversations_kept) {
            if (kept.user == user && kept.conversation.id == id &&
                kept.conversation.summarised < summarised) {
                kept.conversation.summary = summary;
                kept.conversation.summarised = summarised;
            }
        }
        co_return;
    }

    std::vector<Kept> conversations_kept;
    bool away = false;
    bool has_memories = true;  // whoever it is
    int looks = 0;

private:
    std::vector<Kept>::iterator find_kept(UserId user, const std::string& session_key) {
        return std::ranges::find_if(conversations_kept, [&](const Kept& one) {
            return one.user == user && one.conversation.session_key == session_key;
        });
    }
    void answer() const {
        if (away) {
            throw Failure(ErrorKind::Unavailable, "The database is away.");
        }
    }
};

// Answers what `answer_to` says, after a while.
class ToldModel final : public engines::Model {
public:
    explicit ToldModel(Clock& clock) : clock_(clock) {}

    engines::EngineInfo info() const override { return {.kind = kind, .model = "told"}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true}; }
    std::unique_ptr<engines::ModelStream> start(engines::Prompt prompt) override {
        prompts.push_back(prompt);
        return std::make_unique<Stream>(clock_, delay, answer_to(prompt));
    }

    std::string kind = "told";
    std::function<std::string(const engines::Prompt&)> answer_to = [](const engines::Prompt&) { return ""; };
    Duration delay = 100ms;
    std::vector<engines::Prompt> prompts;

private:
    class Stream final : public engines::ModelStream {
    public:
        Stream(Clock& clock, Duration delay, std::string answer)
            : clock_(clock), delay_(delay), answer_(std::move(answer)) {}
        awaitable<std::optional<engines::ModelOutput>> next() override {
            if (over_) {
                co_return std::nullopt;
            }
            over_ = true;
            co_await clock_.sleep(delay_);
            if (answer_ == "!") {
                throw Failure(ErrorKind::ProviderBroke, "The model broke.");
            }
            if (answer_ == "!!") {
                throw std::runtime_error("a bug");
            }
            co_return engines::TextDelta{answer_};
        }

    private:
        Clock& clock_;
        Duration delay_;
        std::string answer_;
        bool over_ = false;
    };
    Clock& clock_;
};

// Runs a coroutine on a clock that goes no further than it needs.
inline void run(asio::io_context& context, VirtualClock& clock, awaitable<void> coroutine) {
    bool ended = false;
    std::exception_ptr failure;
    asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr thrown) {
        failure = std::move(thrown);
        ended = true;
    });
    const auto limit = clock.now() + std::chrono::hours(1);
    clock.run_until(context, clock.now());
    while (!ended && clock.now() < limit) {
        clock.run_until(context, clock.now() + 10ms);
    }
    if (!ended) {
        ADD_FAILURE() << "the coroutine did not end in virtual time";
    } else if (failure) {
        std::rethrow_exception(failure);
    }
}

template <class T>
T result_of(asio::io_context& context, VirtualClock& clock, awaitable<T> coroutine) {
    std::optional<T> result;
    auto store = [](awaitable<T> work, std::optional<T>& into) -> awaitable<void> {
        into = co_await std::move(work);
    };
    run(context, clock, store(std::move(coroutine), result));
    return std::move(result).value();
}

}  // namespace repartee::memory
