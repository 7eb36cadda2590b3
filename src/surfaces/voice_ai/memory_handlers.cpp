#include "surfaces/voice_ai/answers.h"
#include "surfaces/voice_ai/desk.h"
#include "surfaces/voice_ai/handlers.h"

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

std::string_view name_of(skills::Remembering::Outcome outcome) {
    switch (outcome) {
        case skills::Remembering::Outcome::New: return "new";
        case skills::Remembering::Outcome::Known: return "known";
        case skills::Remembering::Outcome::Corrected: return "corrected";
    }
    return "new";
}

// Less than this has nothing to do with what was asked.
constexpr double least_score = 0.1;

}  // namespace

awaitable<net::Response> search_memory(Desk& desk, Call& call) {
    auto session = text_in(call.body, "session_id");
    json::array results;
    json::array matches;
    // Nobody in particular, in no session, has no memory.
    if (call.principal || !session.empty()) {
        auto owner = call.principal ? call.principal->owner() : guest_of_session(session);
        auto found = co_await desk.archive().long_term().search(
            owner, text_in(call.body, "query"), static_cast<std::size_t>(number_in(call.body, "limit")),
            least_score);
        for (const auto& one : found) {
            results.emplace_back(one.memory.text);
            matches.push_back(wire(one));
        }
    }
    json::object body{{"results", std::move(results)}, {"matches", std::move(matches)}};
    co_return told(body);
}

awaitable<net::Response> list_memories(Desk& desk, Call& call) {
    auto owner = call.principal->owner();
    auto limit = static_cast<std::size_t>(number_in(call.parameters, "limit"));
    auto mark = mark_of(call);
    auto all = co_await desk.archive().long_term().store_of(owner).list(owner, text_in(call.parameters, "q"),
                                                                        limit + 1, mark.at_ms, mark.id);
    auto next = cut_page(all, limit);
    json::object page{{"memories", wire_list(all)}, {"next", std::move(next)}};
    co_return told(page);
}

awaitable<net::Response> add_memory(Desk& desk, Call& call) {
    auto remembered = co_await desk.archive().long_term().remember(
        call.principal->owner(), text_in(call.body, "text"), text_in(call.body, "category"), "told");
    json::object body{{"memory", wire(remembered.memory)}, {"outcome", name_of(remembered.outcome)}};
    co_return told(body, 201);
}

awaitable<net::Response> correct_memory(Desk& desk, Call& call) {
    auto corrected = co_await desk.archive().long_term().correct(
        call.principal->owner(), text_in(call.parameters, "id"), text_in(call.body, "text"));
    if (!corrected) {
        absent("memory");
    }
    co_return told(wire(*corrected));
}

awaitable<net::Response> delete_memory(Desk& desk, Call& call) {
    bool forgotten =
        co_await desk.archive().long_term().forget(call.principal->owner(), text_in(call.parameters, "id"));
    if (!forgotten) {
        absent("memory");
    }
    co_return done();
}

awaitable<net::Response> delete_memories(Desk& desk, Call& call) {
    co_await desk.archive().recollections().forget_facts(call.principal->owner());
    co_return done();
}

}  // namespace repartee::surfaces::voice_ai
