#include "surfaces/voice_ai/one_answer.h"

#include "base/together.h"

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::surfaces::voice_ai {

namespace {

// A client that waits for the whole reply: collects it.
class Collected final : public conversation::Outlet {
public:
    OneAnswer answer;
    std::optional<Error> failure;

    bool takes_audio() const override { return false; }
    int audio_rate() const override { return audio::speech_rate; }
    awaitable<void> heard(const Transcript&, const Error*) override { co_return; }
    awaitable<void> skipped() override { co_return; }
    awaitable<void> reply_began(const conversation::ReplyHead&) override { co_return; }
    awaitable<void> reply_text(std::string) override { co_return; }
    awaitable<void> reply_text_ended(const std::string&) override { co_return; }
    awaitable<void> reply_audio(std::span<const audio::Sample>) override { co_return; }
    awaitable<void> reply_ended(const conversation::ReplyEnd& end) override {
        answer.text = end.text;
        answer.action = end.action;
        if (end.outcome == conversation::Outcome::Failed) {
            failure = end.error;
        }
        co_return;
    }
};

}  // namespace

awaitable<OneAnswer> answer_once(Desk& desk, Attendant& attendant, std::string message) {
    const auto& stage = desk.stage();
    auto executor = co_await asio::this_coro::executor;
    auto name = desk.next_name();
    auto log = stage.log.with({{"session", name}});
    Collected reply;
    conversation::ConversationOptions options;
    options.history_messages = 0;  // nobody will speak in it again; what was said before is recalled
    options.recollection = &attendant.recollection();
    conversation::Conversation conversation(executor, name, attendant.agent(), attendant.voicebox(log),
                                            attendant.skills(Attendant::Company::Leaves), reply,
                                            stage.turn_metrics, std::move(options));
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
    co_return std::move(reply.answer);
}

}  // namespace repartee::surfaces::voice_ai
