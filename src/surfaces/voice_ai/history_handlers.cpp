#include "surfaces/voice_ai/answers.h"
#include "surfaces/voice_ai/desk.h"
#include "surfaces/voice_ai/handlers.h"

#include <set>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

awaitable<net::Response> list_conversations(Desk& desk, Call& call) {
    auto limit = static_cast<std::size_t>(number_in(call.parameters, "limit"));
    auto mark = mark_of(call);
    auto all = co_await desk.history().conversations(user_of(call), text_in(call.parameters, "q"), limit + 1,
                                                     mark.at_ms, mark.id);
    auto next = cut_page(all, limit);
    json::object page{{"conversations", wire_list(all)}, {"next", std::move(next)}};
    co_return told(page);
}

awaitable<net::Response> show_conversation(Desk& desk, Call& call) {
    auto id = text_in(call.parameters, "id");
    auto limit = static_cast<std::size_t>(number_in(call.parameters, "limit"));
    auto conversation = co_await desk.history().find(user_of(call), id);
    if (!conversation) {
        absent("conversation");
    }
    auto messages =
        co_await desk.history().messages(user_of(call), id, number_in(call.parameters, "after"), limit + 1);
    json::value next;
    if (messages.size() > limit) {
        messages.resize(limit);
        next = messages.back().position;
    }
    json::object page{
        {"conversation", wire(*conversation)}, {"messages", wire_list(messages)}, {"next", std::move(next)}};
    co_return told(page);
}

awaitable<net::Response> rename_conversation(Desk& desk, Call& call) {
    auto id = text_in(call.parameters, "id");
    bool renamed = co_await desk.history().rename(user_of(call), id, text_in(call.body, "title"));
    if (!renamed) {
        absent("conversation");
    }
    auto conversation = co_await desk.history().find(user_of(call), id);
    if (!conversation) {
        absent("conversation");
    }
    co_return told(wire(*conversation));
}

awaitable<net::Response> delete_conversation(Desk& desk, Call& call) {
    auto id = text_in(call.parameters, "id");
    auto conversation = co_await desk.history().find(user_of(call), id);
    if (!conversation) {
        absent("conversation");
    }
    co_await desk.history().erase(user_of(call), id);
    co_await desk.forget_session(call.principal->owner(), conversation->session_key);
    co_return done();
}

awaitable<net::Response> delete_history(Desk& desk, Call& call) {
    co_await desk.history().erase_all(user_of(call));
    co_await desk.forget_what_is_beside_the_database(call.principal->owner());
    co_return done();
}

// --- everything in one file ---

namespace {

// So many at a time are read, and wait to be written.
constexpr std::size_t conversations_at_once = 50;
constexpr std::size_t messages_at_once = 200;
constexpr std::size_t memories_at_once = 200;

// Writes an array, piece by piece; false once the client has gone.
class ArrayWriter {
public:
    explicit ArrayWriter(net::BodyWriter& writer) : writer_(writer) {}

    awaitable<bool> add(std::string item) {
        auto piece = (std::exchange(begun_, true) ? ",\n" : "\n") + std::move(item);
        bool there = co_await writer_.write(std::move(piece));
        co_return there;
    }

private:
    net::BodyWriter& writer_;
    bool begun_ = false;
};

// Writes the messages of a conversation; false once the client has gone.
awaitable<bool> write_messages(Desk& desk, UserId user, std::string conversation, ArrayWriter& list) {
    std::int64_t after = 0;
    for (;;) {
        auto messages = co_await desk.history().messages(user, conversation, after, messages_at_once);
        for (const auto& message : messages) {
            after = message.position;
            auto item = json::serialize(wire(message));
            bool there = co_await list.add(std::move(item));
            if (!there) {
                co_return false;
            }
        }
        if (messages.size() < messages_at_once) {
            co_return true;
        }
    }
}

awaitable<bool> write_conversation(Desk& desk, UserId user, const stores::StoredConversation& conversation,
                                   ArrayWriter& all, net::BodyWriter& writer) {
    auto head = json::serialize(wire(conversation));
    head.pop_back();  // its closing brace: the messages are in it, too
    head += R"(,"messages":[)";
    bool there = co_await all.add(std::move(head));
    if (there) {
        ArrayWriter list(writer);
        there = co_await write_messages(desk, user, conversation.id, list);
    }
    if (there) {
        there = co_await writer.write("]}");
    }
    co_return there;
}

// One walk through the conversations, from the latest to the first that nothing has been said in since
// `since`. Those that are written already are passed over.
awaitable<bool> write_conversations(Desk& desk, UserId user, std::int64_t since,
                                    std::set<std::string>& written, ArrayWriter& all,
                                    net::BodyWriter& writer) {
    Mark mark;
    for (;;) {
        auto page =
            co_await desk.history().conversations(user, "", conversations_at_once, mark.at_ms, mark.id);
        for (const auto& conversation : page) {
            if (conversation.updated_at_ms < since) {
                co_return true;
            }
            if (written.insert(conversation.id).second) {
                bool there = co_await write_conversation(desk, user, conversation, all, writer);
                if (!there) {
                    co_return false;
                }
            }
        }
        if (page.size() < conversations_at_once) {
            co_return true;
        }
        mark = {page.back().updated_at_ms, page.back().id};
    }
}

awaitable<bool> write_memories(Desk& desk, Owner owner, ArrayWriter& all) {
    Mark mark;
    auto& store = desk.archive().long_term().store_of(owner);
    for (;;) {
        auto page = co_await store.list(owner, "", memories_at_once, mark.at_ms, mark.id);
        for (const auto& memory : page) {
            auto item = json::serialize(wire(memory));
            bool there = co_await all.add(std::move(item));
            if (!there) {
                co_return false;
            }
        }
        if (page.size() < memories_at_once) {
            co_return true;
        }
        mark = {page.back().updated_at_ms, page.back().id};
    }
}

}  // namespace

// What fails in the middle breaks the connection off, so that nobody takes half of it for all.
awaitable<void> export_history(Desk& desk, Call& call, net::Exchange& exchange) {
    auto user = user_of(call);
    auto began = desk.now_ms();
    auto profile = co_await desk.people().profile(user);
    net::Response head{.headers = {{"Content-Type", "application/json"},
                                   {"Content-Disposition", "attachment; filename=\"repartee-export.json\""},
                                   {"Cache-Control", "no-store"}}};
    auto* writer = co_await exchange.stream(std::move(head));
    auto opening = R"({"account":)" + json::serialize(wire(call.principal->user)) + R"(,"profile":)" +
                   json::serialize(wire(profile)) + R"(,"conversations":[)";
    bool there = co_await writer->write(std::move(opening));
    std::set<std::string> written;
    ArrayWriter conversations(*writer);
    if (there) {
        there = co_await write_conversations(desk, user, 0, written, conversations, *writer);
    }
    // What was said meanwhile has moved a conversation to the front, which had been passed: so once more from
    // there.
    if (there) {
        there = co_await write_conversations(desk, user, began, written, conversations, *writer);
    }
    if (there) {
        there = co_await writer->write("],\"memories\":[");
    }
    if (there) {
        ArrayWriter memories(*writer);
        there = co_await write_memories(desk, call.principal->owner(), memories);
    }
    if (there) {
        co_await writer->write("]}\n");
    }
}

}  // namespace repartee::surfaces::voice_ai
