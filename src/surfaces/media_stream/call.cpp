#include "surfaces/media_stream/call.h"

#include "base/together.h"

#include <algorithm>
#include <array>
#include <utility>

namespace repartee::surfaces::media_stream {

namespace {

// How much faster than time sound may come: a network that stood still catches up. What is more is not
// speech but a flood, and is not listened to.
constexpr Duration most_ahead = 10s;

conversation::Voicebox voicebox_of(const Stage& stage, const Log& log) {
    return {.model = stage.engines.model(),
            .synthesiser = stage.engines.synthesiser(),
            .clock = stage.clock,
            .log = log};
}

hearing::ListenerOptions listening(const conversation::Agent& agent, const MediaStreamSettings& settings) {
    hearing::ListenerOptions options{.language = agent.voice.language};
    options.bounds.end_silence = settings.end_silence;
    return options;
}

std::string apology_in(const Language& language) {
    if (primary_subtag(language) == "hi") {
        return "\u092e\u093e\u092b\u093c \u0915\u0930\u0928\u093e, \u0915\u0941\u091b "
               "\u0917\u0921\u093c\u092c\u0921\u093c \u0939\u094b \u0917\u0908\u0964 "
               "\u092b\u093f\u0930 \u0938\u0947 \u092c\u094b\u0932\u094b\u0964";
    }
    return "Sorry, something went wrong. Please say that again.";
}

conversation::ConversationOptions manners(const conversation::Agent& agent,
                                          const MediaStreamSettings& settings) {
    conversation::ConversationOptions options;
    options.history_messages = static_cast<std::size_t>(settings.history_messages);
    options.apology = apology_in(agent.voice.language);
    options.barge_in.emplace();
    options.barge_in->sustained = settings.sustained;
    return options;
}

}  // namespace

Call::Call(const Executor& executor, std::string id, net::WebSocket& socket, const Stage& stage,
           const conversation::Agent& agent, const MediaStreamSettings& settings)
    : socket_(socket),
      stage_(stage),
      settings_(settings),
      log_(stage.log.with({{"session", id}})),
      listener_(executor, stage.ears, listening(agent, settings)),
      conversation_(executor, std::move(id), agent, voicebox_of(stage, log_),
                    skills::build_skills(stage.skills, agent.skills, {stage.clock}), *this,
                    stage.turn_metrics, manners(agent, settings)),
      began_(stage.clock.now()) {}

awaitable<void> Call::run() {
    auto ended = co_await first_of(receive(), converse(), stage_.clock.sleep(settings_.longest_call));
    if (ended == 2) {
        log_.info("call time is over");
        co_await socket_.close(net::CloseCode::Normal, "Session timeout reached");
    }
}

awaitable<void> Call::converse() {
    if (settings_.greeting.empty()) {
        co_await open_the_microphone();
    } else {
        conversation_.announce(settings_.greeting);
    }
    co_await first_of(hear(), end_when_draining(), conversation_.run());
}

awaitable<void> Call::end_when_draining() {
    co_await socket_.until_draining();
    // The reply in hand is finished, then `conversation_` ends.
    conversation_.close();
    co_await stage_.clock.sleep_until(TimePoint::max());
}

// --- what the caller sends ---

awaitable<void> Call::receive() {
    while (auto message = co_await socket_.receive()) {
        if (message->binary) {
            take_sound(message->data);
        } else if (message->data == stop) {
            conversation_.interrupt();
        }
    }
}

void Call::take_sound(std::string_view bytes) {
    auto samples = reader_.push(bytes);
    auto length = Duration(audio::duration_of(samples.size(), audio::speech_rate));
    auto elapsed = stage_.clock.now() - began_;
    // A microphone that was muted has nothing to catch up with.
    received_ = std::max(received_, elapsed - most_ahead);
    if (received_ + length > elapsed + most_ahead) {
        return;
    }
    received_ += length;
    listener_.push(samples);
}

awaitable<void> Call::hear() {
    for (;;) {
        conversation_.notice(co_await listener_.next());
    }
}

awaitable<void> Call::open_the_microphone() {
    if (!std::exchange(microphone_open_, true)) {
        co_await socket_.send_text(ready_to_listen());
    }
}

// --- what the conversation sends ---

awaitable<void> Call::heard(const Transcript& transcript, const Error*) {
    co_await socket_.send_text(user_text(transcript.text));
}

awaitable<void> Call::reply_began(const conversation::ReplyHead&) {
    reply_.clear();
    sent_samples_ = 0;
    co_return;
}

awaitable<void> Call::reply_text(std::string delta) {
    reply_ += delta;
    co_await socket_.send_text(reply_so_far(reply_));
}

awaitable<void> Call::reply_text_ended(const std::string&) {
    co_return;  // the last of reply_text was all of it
}

awaitable<void> Call::reply_audio(std::span<const audio::Sample> samples) {
    auto bytes = as_bytes(samples);
    auto now = stage_.clock.now();
    sounding_until_ = std::max(sounding_until_, now);
    listener_.own_voice().sounds(sounding_until_, samples, audio_rate());
    sounding_until_ += audio::duration_of(samples.size(), audio_rate());
    sent_samples_ += samples.size();
    co_await socket_.send_binary(std::move(bytes));
}

awaitable<void> Call::reply_audio_ended() {
    static constexpr std::array<audio::Sample, quantum> silent{};
    if (auto rest = sent_samples_ % quantum; rest != 0) {
        co_await reply_audio(std::span(silent).first(quantum - rest));
    }
}

awaitable<void> Call::silence() {
    listener_.own_voice().silenced(stage_.clock.now());
    sounding_until_ = {};
    co_await socket_.send_text(std::string(stop));
}

awaitable<void> Call::reply_ended(const conversation::ReplyEnd&) {
    co_await open_the_microphone();
}

}  // namespace repartee::surfaces::media_stream
