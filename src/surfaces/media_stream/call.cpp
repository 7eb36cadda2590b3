#include "surfaces/media_stream/call.h"

#include "base/together.h"
#include "surfaces/frugality.h"

#include <algorithm>
#include <array>
#include <utility>

namespace repartee::surfaces::media_stream {

namespace {

// How much faster than time sound may come: a network that stood still catches up. What is more is not
// speech but a flood, and is not listened to.
constexpr Duration most_ahead = 10s;

// Replies in a row that failed without a sound, the apology for the first among them: there is no voice to
// be had, and a call that ends says more than one that is silent.
constexpr int most_mute_failures = 2;

// The agent's own engines where it has some, else everybody's.
hearing::Ears ears_of(const Stage& stage, const agents::Definition& agent) {
    auto ears = stage.ears;
    return {stage.engines.recogniser(agent.recogniser.kind, agent.recogniser), ears.detector,
            std::move(ears.decoder_for), ears.clock};
}

conversation::Voicebox voicebox_of(const Stage& stage, const agents::Definition& agent, const Log& log) {
    return {.model = stage.engines.model(agent.model.kind, agent.model),
            .synthesiser = stage.engines.synthesiser(agent.synthesiser.kind, agent.synthesiser),
            .clock = stage.clock,
            .log = log,
            .manner = manner_of_turns(stage, agent.model.kind.empty() ? Model::Everybodys : Model::OfItsOwn)};
}

// What the agent is spoken to in. Where nobody has said so, it is what the agent speaks, provided that the
// recogniser knows that: else it listens for what it knows.
Language expected_language(const agents::Definition& agent, const engines::Recogniser& recogniser) {
    if (!agent.recogniser.language.empty()) {
        return agent.recogniser.language;
    }
    const auto& spoken = agent.agent.voice.language;
    auto known = recogniser.capabilities().languages;
    bool is_known = known.empty() || std::ranges::any_of(known, [&](const Language& offered) {
                        return serves(offered, spoken);
                    });
    return is_known ? spoken : Language();
}

hearing::ListenerOptions listening(const Stage& stage, const agents::Definition& agent,
                                   const engines::Recogniser& recogniser) {
    hearing::ListenerOptions options{.language = expected_language(agent, recogniser)};
    options.bounds.end_silence = agent.turn_taking.min_silence;
    options.threshold = static_cast<float>(agent.turn_taking.threshold);
    options.wants_partials = wants_partials(stage);
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

// What the original counted when its recogniser told nothing before the end: pieces of sound.
constexpr Duration piece_of_sound = 20ms;

conversation::ConversationOptions manners(const agents::Definition& agent, const CallOptions& call,
                                          const engines::Recogniser& recogniser) {
    const auto& turns = agent.turn_taking;
    conversation::ConversationOptions options;
    options.history_messages = call.history_messages;
    options.apology = apology_in(agent.agent.voice.language);
    options.barge_in.emplace();
    options.barge_in->hold_off = turns.hold_off;
    // Without words to tell an acknowledgment from a question, it takes longer to be sure.
    options.barge_in->sustained = recogniser.capabilities().partials
                                      ? Duration(turns.min_speech)
                                      : turns.max_interruptions * piece_of_sound;
    return options;
}

}  // namespace

Call::Call(const Executor& executor, std::string id, net::WebSocket& socket, const Stage& stage,
           const agents::Definition& agent, CallOptions options)
    : socket_(socket),
      stage_(stage),
      agent_(agent),
      options_(options),
      log_(stage.log.with({{"session", id}})),
      ears_(ears_of(stage, agent)),
      listener_(executor, ears_, listening(stage, agent, ears_.recogniser),
                [this](hearing::Hearing heard) { conversation_.notice(std::move(heard)); }),
      conversation_(executor, std::move(id), agent.agent, voicebox_of(stage, agent, log_),
                    skills::build_skills(stage.skills, agent.agent.skills, for_skills(stage)), *this,
                    stage.turn_metrics, manners(agent, options, ears_.recogniser)),
      began_(stage.clock.now()) {}

awaitable<void> Call::run() {
    if (agent_.first_message.empty()) {
        co_await open_the_microphone();
    } else {
        conversation_.announce(agent_.first_message);
    }
    // The reply in hand is finished, then `conversation_` ends.
    auto watch = socket_.when_draining([this] { conversation_.close(); });
    auto over_at = stage_.clock.now() + agent_.session_timeout;
    socket_.close_at(over_at, net::CloseCode::Normal, "Session timeout reached");
    co_await first_of(receive(), conversation_.run());
    if (stage_.clock.now() >= over_at) {
        log_.info("call time is over");
    }
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
    auto length = Duration(audio::duration_of(reader_.samples_with(bytes), audio::speech_rate));
    auto elapsed = stage_.clock.now() - began_;
    // A microphone that was muted has nothing to catch up with.
    received_ = std::max(received_, elapsed - most_ahead);
    bool flood = received_ + length > elapsed + most_ahead;
    if (!flood) {
        received_ += length;
    }
    reader_.push(bytes, [&](std::span<const audio::Sample> samples) {
        if (!flood) {
            listener_.push(samples);
        }
    });
}

awaitable<void> Call::open_the_microphone() {
    if (!std::exchange(microphone_open_, true)) {
        co_await socket_.send_text(ready_to_listen());
    }
}

// --- what the conversation sends ---

awaitable<void> Call::heard_so_far(const std::string& text) {
    if (options_.partials) {
        co_await socket_.send_text(user_text_so_far(text));
    }
}

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

awaitable<void> Call::reply_ended(const conversation::ReplyEnd& end) {
    bool failed = end.outcome == conversation::Outcome::Failed;
    mute_failures_ = sent_samples_ > 0 ? 0 : mute_failures_ + (failed ? 1 : 0);
    if (failed && mute_failures_ >= most_mute_failures) {
        co_await socket_.close(net::CloseCode::InternalError, "Server error: " + end.error.message);
        co_return;
    }
    if (options_.timeline) {
        auto message = timeline(end.outcome, end.timeline);
        co_await socket_.send_text(std::move(message));
    }
    co_await open_the_microphone();
}

}  // namespace repartee::surfaces::media_stream
