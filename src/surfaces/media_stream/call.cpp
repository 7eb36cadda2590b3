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

// How long the database may keep a caller waiting; past it the call goes on without it.
constexpr Duration patience_of_the_ear = 250ms;
// Nothing that counts each time is done before it is known that nobody else does it.
constexpr Duration patience_of_a_deed = 2s;

// Nothing has come for so long: the line was gone by then, whenever that is noticed. A caller sends sound all
// the time, and one whose microphone is off acknowledges what comes.
constexpr Duration longest_lull = 3s;

std::string excuse_in(const Language& language) {
    if (primary_subtag(language) == "hi") {
        return "माफ़ करना, बीच में लाइन कट गई। वह काम पूरा हुआ या नहीं, मुझे पता नहीं, इसलिए मैंने उसे दोबारा नहीं किया।";
    }
    return "Sorry, the line broke while I was doing that. I do not know whether it was done, so I have not "
           "done it again.";
}

std::vector<std::unique_ptr<skills::Skill>> skills_of(const Stage& stage, const agents::Definition& agent,
                                                      PersonalAgent* person) {
    return person != nullptr ? person->skills()
                             : skills::build_skills(stage.skills, agent.agent.skills, for_skills(stage));
}

}  // namespace

Call::Call(const Executor& executor, std::string id, net::WebSocket& socket, const Stage& stage,
           const agents::Definition& agent, CallOptions options, CallParts parts)
    : socket_(socket),
      stage_(stage),
      agent_(agent),
      options_(options),
      parts_(std::move(parts)),
      log_(stage.log.with({{"session", id}})),
      ears_(ears_of(stage, agent)),
      listener_(executor, ears_, listening(stage, agent, ears_.recogniser),
                [this](hearing::Hearing heard) { conversation_.notice(std::move(heard)); }),
      memory_(*this, parts_.person == nullptr ? nullptr : &parts_.person->recollection()),
      conversation_(executor, std::move(id), agent.agent, voicebox_of(stage, agent, log_),
                    skills_of(stage, agent, parts_.person), *this, stage.turn_metrics, manners()),
      began_(stage.clock.now()) {}

conversation::ConversationOptions Call::manners() {
    const auto& turns = agent_.turn_taking;
    conversation::ConversationOptions options;
    options.history_messages = options_.history_messages;
    options.apology = apology_in(agent_.agent.voice.language);
    options.excuse = excuse_in(agent_.agent.voice.language);
    options.barge_in.emplace();
    options.barge_in->hold_off = turns.hold_off;
    // Without words to tell an acknowledgment from a question, it takes longer to be sure.
    options.barge_in->sustained = ears_.recogniser.capabilities().partials
                                      ? Duration(turns.min_speech)
                                      : turns.max_interruptions * piece_of_sound;
    options.recollection = parts_.person == nullptr ? nullptr : &memory_;
    options.renew_skills =
        parts_.person == nullptr ? tools_for(stage_, agent_.agent) : parts_.person->tools();
    return options;
}

awaitable<void> Call::run(TimePoint over_at) {
    over_at_ = over_at;
    received_at_ = stage_.clock.now();
    co_await begin();
    // The reply in hand is finished, then `conversation_` ends.
    auto watch = socket_.when_draining([this] { conversation_.close(); });
    socket_.close_at(over_at_, net::CloseCode::Normal, "Session timeout reached");
    if (!parts_.lifeline) {
        co_await first_of(receive(), conversation_.run());
    } else if (!was_wanted_) {
        co_await first_of(receive(), conversation_.run(), until_wanted());
    }
    if (stage_.clock.now() >= over_at_) {
        log_.info("call time is over");
    }
    if (parts_.lifeline) {
        co_await leave_behind();
    }
}

awaitable<void> Call::begin() {
    if (parts_.left) {
        // It is kept for who comes back in two minutes; from now on for the call's time.
        auto talk = *parts_.left;
        const auto kept = co_await parts_.lifeline->keep(std::move(talk), patience_of_the_ear);
        if (kept == Lifeline::Kept::TakenOver) {
            was_wanted_ = true;  // by somebody who came with the same token meanwhile
            co_return;
        }
    }
    if (parts_.lifeline || parts_.wants_to_resume) {
        co_await say_whether_it_can_be_resumed();
    }
    if (parts_.left) {
        co_await open_the_microphone();
        conversation_.restore(std::move(*parts_.left));
    } else if (agent_.first_message.empty()) {
        co_await open_the_microphone();
    } else {
        conversation_.announce(agent_.first_message);
    }
}

// --- what the caller sends ---

awaitable<void> Call::receive() {
    while (auto message = co_await socket_.receive()) {
        received_at_ = stage_.clock.now();
        if (message->binary) {
            take_sound(message->data);
        } else if (message->data == stop) {
            conversation_.interrupt();
        } else if (parts_.lifeline) {
            if (auto number = acknowledged_in(message->data)) {
                parts_.lifeline->sent().acknowledge(*number);
            }
        }
    }
    has_ended_ = has_ended_ || stage_.clock.now() >= over_at_ ||
                 socket_.close_code() == static_cast<std::uint16_t>(net::CloseCode::Normal);
    if (parts_.lifeline && !has_ended_) {
        note_lost_line();
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
        co_await tell(ready_to_listen());
    }
}

// --- what the conversation sends ---

awaitable<void> Call::heard_so_far(const std::string& text) {
    if (options_.partials) {
        co_await tell(user_text_so_far(text));
    }
}

awaitable<void> Call::heard(const Transcript& transcript, const Error*) {
    auto message = numbered(user_text(transcript.text), SentEvents::Replay::Always);
    if (parts_.lifeline) {
        // Once they have been told, it is answered, whatever happens to this server.
        co_await keep_or_leave();
    }
    co_await socket_.send_text(std::move(message));
}

awaitable<void> Call::reply_began(const conversation::ReplyHead& head) {
    reply_ = head.said_before;
    if (parts_.lifeline) {
        parts_.lifeline->sent().reply_began();
    }
    sent_samples_ = 0;
    co_return;
}

awaitable<void> Call::reply_text(std::string delta) {
    reply_ += delta;
    co_await tell(reply_so_far(reply_), SentEvents::Replay::Latest);
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
        has_ended_ = true;
        co_await socket_.close(net::CloseCode::InternalError, "Server error: " + end.error.message);
        co_return;
    }
    std::string message;
    if (options_.timeline) {
        message = numbered(timeline(end.outcome, end.timeline), SentEvents::Replay::Always);
    }
    if (parts_.lifeline && !std::exchange(is_kept_with_its_exchange_, false)) {
        co_await keep_or_leave();
    }
    if (options_.timeline) {
        co_await socket_.send_text(std::move(message));
    }
    co_await open_the_microphone();
}

// --- calls that can be resumed ---

std::string Call::numbered(std::string message, SentEvents::Replay replay) {
    if (!parts_.lifeline) {
        return message;
    }
    return parts_.lifeline->sent().number(std::move(message), replay);
}

awaitable<void> Call::tell(std::string message, SentEvents::Replay replay) {
    co_await socket_.send_text(numbered(std::move(message), replay));
}

awaitable<void> Call::say_whether_it_can_be_resumed() {
    if (!parts_.lifeline) {
        co_await socket_.send_text(session_without_token("unsupported"));
        co_return;
    }
    if (!parts_.left) {
        const auto kept = co_await keep_call(patience_of_the_ear);
        if (kept != Lifeline::Kept::Yes) {
            co_await socket_.send_text(session_without_token("unavailable"));
        }
        co_return;
    }
    has_been_told_token_ = true;
    can_be_resumed_ = true;
    auto message = resumed(time_to_come_back, *parts_.left);
    co_await socket_.send_text(std::move(message));
    // Copied: acknowledgments come while they are sent.
    const auto missed = parts_.lifeline->sent().unacknowledged();
    for (const auto& event : missed) {
        co_await socket_.send_text(event.message);
    }
}

// Tells the caller, too, where it has become another matter whether they can come back.
awaitable<Lifeline::Kept> Call::keep_call(Duration patience) {
    auto talk = conversation_.snapshot();
    const auto kept = co_await parts_.lifeline->keep(std::move(talk), patience);
    const bool can_be_resumed = kept == Lifeline::Kept::Yes;
    if (can_be_resumed == can_be_resumed_ || kept == Lifeline::Kept::TakenOver) {
        co_return kept;
    }
    can_be_resumed_ = can_be_resumed;
    has_been_told_token_ = has_been_told_token_ || can_be_resumed;
    auto message = can_be_resumed ? session(parts_.lifeline->token(), time_to_come_back,
                                            std::exchange(parts_.reason, {}))
                                  : session_without_token("unavailable");
    co_await socket_.send_text(std::move(message));
    co_return kept;
}

// Returns while the call is ours. Else it ends, and until it has, nothing more happens in it.
awaitable<void> Call::keep_or_leave() {
    const auto kept = co_await keep_call(patience_of_the_ear);
    if (kept == Lifeline::Kept::TakenOver) {
        parts_.place->leave();
        Timer never(co_await asio::this_coro::executor, Timer::time_point::max());
        co_await never.async_wait(use_awaitable);
    }
}

awaitable<bool> Call::before_a_deed() {
    if (!parts_.lifeline) {
        co_return true;
    }
    const auto kept = co_await keep_call(patience_of_a_deed);
    if (kept == Lifeline::Kept::TakenOver) {
        co_await keep_or_leave();
    }
    // Whoever has no token cannot come back and have it done again.
    co_return kept == Lifeline::Kept::Yes || !has_been_told_token_;
}

awaitable<conversation::Recalled> Call::OurOwn::recall(std::string utterance) {
    auto recalled = co_await inner_->recall(std::move(utterance));
    co_return recalled;
}

awaitable<void> Call::OurOwn::keep(std::vector<Message> exchange,
                                   std::optional<skills::ClientAction> action) {
    if (call_.parts_.lifeline) {
        const auto kept = co_await call_.keep_call(patience_of_the_ear);
        if (kept == Lifeline::Kept::TakenOver) {
            call_.parts_.place->leave();
            co_return;  // whoever has the call keeps what comes of it
        }
        call_.is_kept_with_its_exchange_ = kept == Lifeline::Kept::Yes;
    }
    co_await inner_->keep(std::move(exchange), std::move(action));
}

awaitable<void> Call::until_wanted() {
    co_await parts_.place->wanted();
    was_wanted_ = true;
    note_lost_line();
}

void Call::note_lost_line() {
    const auto now = stage_.clock.now();
    conversation_.line_lost(now - received_at_ > longest_lull ? received_at_ : now);
}

// Whoever waits for the call on this server goes on before the old line has said goodbye.
awaitable<void> Call::leave_behind() {
    auto& lifeline = *parts_.lifeline;
    if (has_ended_) {
        co_await lifeline.erase();
    } else if (!lifeline.is_taken_over()) {
        auto talk = conversation_.snapshot();
        co_await lifeline.park(std::move(talk));
    }
    parts_.place.reset();
    if (was_wanted_ && !has_ended_) {
        co_await socket_.close(net::CloseCode::PolicyViolated, "The call goes on elsewhere.");
    }
}

}  // namespace repartee::surfaces::media_stream
