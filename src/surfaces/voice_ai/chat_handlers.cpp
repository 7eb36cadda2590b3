#include "surfaces/voice_ai/answers.h"
#include "surfaces/voice_ai/handlers.h"
#include "surfaces/voice_ai/messages.h"
#include "surfaces/voice_ai/one_answer.h"

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

awaitable<net::Response> send_message(Desk& desk, Call& call) {
    auto message = text_in(call.body, "message");
    auto session = text_in(call.body, "session_id");
    OneAnswer answer{.text = std::string(nothing_understood)};
    if (!is_blank(message)) {
        auto guest = guest_of_session(session);
        if (session.empty()) {
            guest = guest_of_socket();  // two that name no session are not the same
        }
        auto attendant = co_await desk.attend(call.principal, std::move(guest), session);
        answer = co_await answer_once(desk, *attendant, std::move(message));
    }
    json::object body{{"response", worth_saying(std::move(answer.text), answer.action)},
                      {"action", wire(answer.action)}};
    co_return told(body);
}

awaitable<net::Response> list_skills(Desk& desk, Call&) {
    co_return told(desk.skills());
}

awaitable<net::Response> voice_status(Desk&, Call&) {
    json::object body{{"status", "active"}, {"mode", "listening"}};
    co_return told(body);
}

}  // namespace repartee::surfaces::voice_ai
