#include "stores/sql_history.h"

#include "stores/sql_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::stores {

namespace {

using sql::Row;
using sql::Transaction;
using sql::Value;
using Work = std::function<void(Transaction&)>;

constexpr std::string_view conversation_columns =
    "c.id, c.session_key, c.title, c.summary, c.summarised, c.messages, c.created_at_ms, c.updated_at_ms";
constexpr std::string_view message_columns = "m.id, m.position, m.role, m.text, m.action, m.created_at_ms";

StoredConversation conversation_in(const Row& row) {
    return {.id = row.text(0),
            .session_key = row.text(1),
            .title = row.text(2),
            .summary = row.text(3),
            .summarised = row.integer(4),
            .messages = row.integer(5),
            .created_at_ms = row.integer(6),
            .updated_at_ms = row.integer(7)};
}

std::vector<StoredMessage> messages_in(const std::vector<Row>& rows) {
    std::vector<StoredMessage> messages;
    messages.reserve(rows.size());
    for (const auto& row : rows) {
        messages.push_back({.id = row.text(0),
                            .position = row.integer(1),
                            .role = row.text(2) == "user" ? Role::User : Role::Assistant,
                            .text = row.text(3),
                            .action = row.text(4),
                            .created_at_ms = row.integer(5)});
    }
    return messages;
}

std::vector<StoredConversation> conversations_where(Transaction& transaction, std::string_view condition,
                                                    std::span<const Value> parameters) {
    const auto statement =
        fmt::format("SELECT {} FROM conversations c WHERE {}", conversation_columns, condition);
    std::vector<StoredConversation> found;
    for (const auto& row : transaction.run(statement, parameters).rows) {
        found.push_back(conversation_in(row));
    }
    return found;
}

struct TakenConversation {
    std::string id;
    std::int64_t messages = 0;
};

// The user's conversation of this session, made where there is none. Its row is taken: whoever else appends
// to it is over, or waits.
TakenConversation take_conversation(Transaction& transaction, UserId user, const std::string& session_key,
                                    const std::string& new_id, const std::string& title, std::int64_t at_ms) {
    const auto answer = transaction.run(
        "INSERT INTO conversations (id, user_id, session_key, title, summary, summarised, messages, "
        "created_at_ms, updated_at_ms) VALUES ($1, $2, $3, $4, '', 0, 0, $5, $5) "
        "ON CONFLICT (user_id, session_key) DO UPDATE SET messages = conversations.messages "
        "RETURNING id, messages",
        {new_id, user, session_key, title, at_ms});
    return {.id = answer.rows.at(0).text(0), .messages = answer.rows.at(0).integer(1)};
}

std::optional<std::int64_t> position_of(Transaction& transaction, const std::string& conversation,
                                        const std::string& message) {
    const auto answer = transaction.run(
        "SELECT position FROM messages WHERE conversation_id = $1 AND id = $2", {conversation, message});
    return answer.rows.empty() ? std::nullopt : std::optional(answer.rows[0].integer(0));
}

// All in one statement: each is a journey to the database and back, with its row taken.
void insert_messages(Transaction& transaction, const TakenConversation& conversation,
                     std::span<const NewMessage> exchange, std::int64_t at_ms) {
    std::string statement =
        "INSERT INTO messages (conversation_id, position, id, role, text, action, created_at_ms) VALUES ";
    std::vector<Value> parameters{conversation.id, at_ms};
    std::int64_t position = conversation.messages;
    for (const auto& message : exchange) {
        statement += position == conversation.messages ? "($1, " : ", ($1, ";
        statement += place_for(parameters, ++position) + ", ";
        statement += place_for(parameters, message.id) + ", ";
        statement +=
            place_for(parameters, std::string(message.role == Role::User ? "user" : "assistant")) + ", ";
        statement += place_for(parameters, message.text) + ", ";
        statement += place_for(parameters, message.action) + ", $2)";
    }
    transaction.run(statement, std::span<const Value>(parameters));
}

// How many messages one statement takes: far fewer parameters than either database allows.
constexpr std::size_t messages_at_once = 100;

History::Appended append_in(Transaction& transaction, TakenConversation conversation,
                            std::span<const NewMessage> exchange, std::int64_t at_ms) {
    if (exchange.empty()) {
        return {conversation.id, conversation.messages};
    }
    const auto length = static_cast<std::int64_t>(exchange.size());
    if (auto first = position_of(transaction, conversation.id, exchange.front().id)) {
        return {conversation.id, *first + length - 1};
    }
    for (auto rest = exchange; !rest.empty();) {
        const auto now = rest.first(std::min(rest.size(), messages_at_once));
        insert_messages(transaction, conversation, now, at_ms);
        conversation.messages += static_cast<std::int64_t>(now.size());
        rest = rest.subspan(now.size());
    }
    transaction.run(
        "UPDATE conversations SET messages = $2, updated_at_ms = CASE WHEN updated_at_ms < $3 "
        "THEN $3 ELSE updated_at_ms END WHERE id = $1",
        {conversation.id, conversation.messages, at_ms});
    return {conversation.id, conversation.messages};
}

}  // namespace

awaitable<History::Appended> SqlHistory::append(UserId user, std::string session_key, std::string new_id,
                                                std::string title, std::vector<NewMessage> exchange,
                                                std::int64_t at_ms) {
    Appended appended;
    Work work = [&](Transaction& transaction) {
        auto conversation = take_conversation(transaction, user, session_key, new_id, title, at_ms);
        appended = append_in(transaction, std::move(conversation), exchange, at_ms);
    };
    co_await connections_.write(std::move(work));
    co_return appended;
}

awaitable<std::optional<StoredConversation>> SqlHistory::select_one(std::string condition,
                                                                    std::vector<Value> parameters) {
    std::vector<StoredConversation> found;
    Work work = [&](Transaction& transaction) {
        found = conversations_where(transaction, condition, parameters);
    };
    co_await connections_.read(std::move(work));
    co_return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

awaitable<std::vector<StoredConversation>> SqlHistory::conversations(UserId user, std::string query,
                                                                     std::size_t limit,
                                                                     std::int64_t before_ms,
                                                                     std::string before_id) {
    const auto words = words_of(query);
    std::vector<StoredConversation> found;
    Work work = [&](Transaction& transaction) {
        std::vector<Value> parameters{user};
        std::string condition = "c.user_id = $1";
        if (before_ms != 0) {
            const auto time = place_for(parameters, before_ms);
            const auto id = place_for(parameters, before_id);
            condition += fmt::format(" AND (c.updated_at_ms, c.id) < ({}, {})", time, id);
        }
        for (const auto& word : words) {
            const auto place = place_for(parameters, word);
            condition += fmt::format(
                " AND ({} OR EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND {}))",
                has_word(transaction.dialect(), "c.title", place),
                has_word(transaction.dialect(), "m.text", place));
        }
        condition += " ORDER BY c.updated_at_ms DESC, c.id DESC LIMIT " +
                     place_for(parameters, static_cast<std::int64_t>(limit));
        found = conversations_where(transaction, condition, parameters);
    };
    if (words.empty()) {
        co_await connections_.read(std::move(work));
    } else {
        co_await connections_.search(std::move(work));
    }
    co_return found;
}

awaitable<std::optional<StoredConversation>> SqlHistory::find(UserId user, std::string id) {
    std::vector<Value> parameters{user, std::move(id)};
    co_return co_await select_one("c.user_id = $1 AND c.id = $2", std::move(parameters));
}

awaitable<History::Standing> SqlHistory::standing(UserId user, std::string session_key) {
    const std::vector<Value> session{user, std::move(session_key)};
    Standing standing;
    Work work = [&](Transaction& transaction) {
        auto found = conversations_where(transaction, "c.user_id = $1 AND c.session_key = $2", session);
        standing.conversation = found.empty() ? std::nullopt : std::optional(std::move(found.front()));
        const auto one =
            transaction.run("SELECT 1 FROM memories WHERE owner = $1 LIMIT 1", {Owner::user(user).key()});
        standing.has_memories = !one.rows.empty();
    };
    co_await connections_.read(std::move(work));
    co_return standing;
}

awaitable<std::vector<StoredMessage>> SqlHistory::messages(UserId user, std::string id, std::int64_t after,
                                                           std::size_t limit) {
    std::vector<StoredMessage> found;
    Work work = [&](Transaction& transaction) {
        const auto statement = fmt::format(
            "SELECT {} FROM conversations c JOIN messages m ON m.conversation_id = c.id "
            "WHERE c.user_id = $1 AND c.id = $2 AND m.position > $3 ORDER BY m.position LIMIT $4",
            message_columns);
        found =
            messages_in(transaction.run(statement, {user, id, after, static_cast<std::int64_t>(limit)}).rows);
    };
    co_await connections_.read(std::move(work));
    co_return found;
}

awaitable<std::vector<StoredMessage>> SqlHistory::latest(UserId user, std::string session_key,
                                                         std::size_t limit) {
    std::vector<StoredMessage> found;
    Work work = [&](Transaction& transaction) {
        const auto statement = fmt::format(
            "SELECT {} FROM conversations c JOIN messages m ON m.conversation_id = c.id "
            "WHERE c.user_id = $1 AND c.session_key = $2 ORDER BY m.position DESC LIMIT $3",
            message_columns);
        found = messages_in(
            transaction.run(statement, {user, session_key, static_cast<std::int64_t>(limit)}).rows);
        std::ranges::reverse(found);
    };
    co_await connections_.read(std::move(work));
    co_return found;
}

awaitable<bool> SqlHistory::rename(UserId user, std::string id, std::string title) {
    bool found = false;
    Work work = [&](Transaction& transaction) {
        found =
            transaction
                .run("UPDATE conversations SET title = $3 WHERE user_id = $1 AND id = $2", {user, id, title})
                .changed > 0;
    };
    co_await connections_.write(std::move(work));
    co_return found;
}

awaitable<bool> SqlHistory::erase(UserId user, std::string id) {
    bool found = false;
    Work work = [&](Transaction& transaction) {
        const auto answer =
            transaction.run("DELETE FROM conversations WHERE user_id = $1 AND id = $2", {user, id});
        found = answer.changed > 0 || found;  // also when a first run had found it
    };
    co_await connections_.write(std::move(work));
    co_return found;
}

awaitable<void> SqlHistory::erase_all(UserId user) {
    Work work = [&](Transaction& transaction) {
        transaction.run("DELETE FROM conversations WHERE user_id = $1", {user});
    };
    co_await connections_.write(std::move(work));
}

awaitable<void> SqlHistory::set_summary(UserId user, std::string id, std::string summary,
                                        std::int64_t summarised) {
    Work work = [&](Transaction& transaction) {
        transaction.run(
            "UPDATE conversations SET summary = $3, summarised = $4 "
            "WHERE user_id = $1 AND id = $2 AND summarised < $4",
            {user, id, summary, summarised});
    };
    co_await connections_.write(std::move(work));
}

}  // namespace repartee::stores
