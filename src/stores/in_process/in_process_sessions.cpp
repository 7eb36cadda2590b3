#include "stores/in_process/in_process_sessions.h"

#include <algorithm>

namespace repartee::stores::in_process {

namespace {

// What a message takes besides its text, about.
constexpr std::size_t bytes_around_a_message = sizeof(Message) + 32;
constexpr std::size_t bytes_around_a_session = 512;

std::size_t bytes_of(const SessionContent& content) {
    std::size_t bytes = bytes_around_a_session;
    for (const auto& message : content.messages) {
        bytes += bytes_around_a_message + message.content.size();
    }
    return bytes;
}

ShelfLimits limits_of(const InProcessSettings& settings) {
    return {.most = static_cast<std::size_t>(settings.most_sessions),
            .most_bytes = static_cast<std::size_t>(settings.most_mib) * 1024 * 1024,
            .lifetime = session_lifetime};
}

}  // namespace

void describe(Fields& fields, InProcessSettings& settings) {
    fields.field(
        "most_sessions", settings.most_sessions,
        {.help = "Of how many sessions the last messages are kept at hand; those that nobody has used for "
                 "longest go first.",
         .least = 1,
         .most = 10'000'000});
    fields.field("most_mib", settings.most_mib,
                 {.help = "How much memory (MiB) they may take.", .least = 1, .most = 1024 * 1024});
}

InProcessSessions::InProcessSessions(const InProcessSettings& settings, Clock& clock)
    : clock_(clock), shelf_(limits_of(settings)) {}

awaitable<std::optional<SessionContent>> InProcessSessions::recall(SessionKey key, std::size_t latest) {
    std::lock_guard lock(mutex_);
    const auto* content = shelf_.look(key_of(key), clock_.now());
    if (content == nullptr) {
        co_return std::nullopt;
    }
    const auto& kept = content->messages;
    const auto count = static_cast<std::ptrdiff_t>(std::min(kept.size(), latest));
    SessionContent recalled{.messages = {kept.end() - count, kept.end()}, .position = content->position};
    co_return recalled;
}

awaitable<void> InProcessSessions::append(SessionKey key, std::vector<Message> messages,
                                          std::int64_t position, bool is_beginning) {
    std::lock_guard lock(mutex_);
    const auto place = key_of(key);
    auto* kept = shelf_.look(place, clock_.now());
    SessionContent content;
    if (kept != nullptr && kept->position + static_cast<std::int64_t>(messages.size()) == position) {
        content = std::move(*kept);
    } else if (!is_beginning) {
        shelf_.erase(place);
        co_return;
    }
    content.position = position - static_cast<std::int64_t>(messages.size());
    keep_behind(place, std::move(content), std::move(messages));
}

awaitable<void> InProcessSessions::append_next(SessionKey key, std::vector<Message> messages) {
    std::lock_guard lock(mutex_);
    const auto place = key_of(key);
    auto* kept = shelf_.look(place, clock_.now());
    SessionContent content;
    if (kept != nullptr) {
        content = std::move(*kept);
    }
    keep_behind(place, std::move(content), std::move(messages));
    co_return;
}

awaitable<void> InProcessSessions::refill(SessionKey key, SessionContent content) {
    std::lock_guard lock(mutex_);
    keep(key_of(key), std::move(content));
    co_return;
}

awaitable<void> InProcessSessions::forget(SessionKey key) {
    std::lock_guard lock(mutex_);
    shelf_.erase(key_of(key));
    co_return;
}

awaitable<void> InProcessSessions::forget_all(Owner owner) {
    std::lock_guard lock(mutex_);
    shelf_.erase_from({owner.key(), ""}, [&](const Key& key) { return key.first == owner.key(); });
    co_return;
}

void InProcessSessions::keep_behind(const Key& key, SessionContent content, std::vector<Message> messages) {
    content.position += static_cast<std::int64_t>(messages.size());
    content.messages.insert(content.messages.end(), std::make_move_iterator(messages.begin()),
                            std::make_move_iterator(messages.end()));
    keep(key, std::move(content));
}

void InProcessSessions::keep(const Key& key, SessionContent content) {
    auto& messages = content.messages;
    if (messages.size() > session_messages) {
        messages.erase(messages.begin(), messages.end() - static_cast<std::ptrdiff_t>(session_messages));
    }
    const auto bytes = bytes_of(content);
    shelf_.keep(key, std::move(content), bytes, clock_.now());
}

awaitable<StoreHealth> InProcessShelf::check() {
    co_return StoreHealth{.usable = true, .reason = "kept in this process"};
}

}  // namespace repartee::stores::in_process
