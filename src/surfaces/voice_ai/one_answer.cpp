#include "surfaces/voice_ai/one_answer.h"

#include "base/together.h"
#include "conversation/whole_reply.h"
#include "surfaces/frugality.h"

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::surfaces::voice_ai {

awaitable<OneAnswer> answer_once(Desk& desk, Attendant& attendant, std::string message,
                                 Attendant::Company company, std::function<void(std::string_view)> told) {
    const auto& stage = desk.stage();
    auto place = place_for(stage, capacity::Work::Chat);
    auto executor = co_await asio::this_coro::executor;
    auto name = desk.next_name();
    auto log = stage.log.with({{"session", name}});
    conversation::WholeReply reply;
    reply.told = std::move(told);
    conversation::ConversationOptions options;
    options.history_messages = 0;  // nobody will speak in it again; what was said before is recalled
    options.recollection = &attendant.recollection();
    options.whole_replies_only = true;
    options.renew_skills = attendant.tools();
    options.can_ask_back = false;  // what they say next is another conversation
    conversation::Conversation conversation(executor, name, attendant.agent(), attendant.voicebox(log),
                                            attendant.skills(company), reply, stage.turn_metrics,
                                            std::move(options));
    Timeline timeline;
    timeline.stamp(Moment::FinalText, stage.clock.now());
    log.info("message received", {{"text", log.text(message)}});
    Transcript typed{.text = std::move(message), .is_final = true};
    conversation::Conversation::Utterance utterance{std::move(typed), timeline};
    conversation.hear(std::move(utterance));
    conversation.close();
    Error late{ErrorKind::ProviderLate, "The answer took too long.", {}};
    co_await with_deadline(stage.clock, desk.settings().answer_limit, conversation.run(), std::move(late));
    if (reply.failure) {
        throw Failure(std::move(*reply.failure));
    }
    OneAnswer answer{.text = std::move(reply.text), .action = std::move(reply.action)};
    co_return answer;
}

}  // namespace repartee::surfaces::voice_ai
