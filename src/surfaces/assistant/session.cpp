#include "surfaces/assistant/session.h"

#include "base/together.h"
#include "surfaces/frugality.h"

#include <span>

namespace repartee::surfaces::assistant {

namespace {

// The original's limit: less is a slip of the finger. 1000 bytes are 31 ms of sound.
constexpr std::size_t least_audio_bytes = 1000;

// Recordings that have ended and are not understood yet. One more is refused.
constexpr std::size_t ended_capacity = 4;

// Assistants' clients that speak at once never see captions, and no microphone is opened for them.
constexpr Duration until_captions = 500ms;

conversation::Voicebox voicebox_of(const Stage& stage, const Log& log) {
    return {.model = stage.engines.model(),
            .synthesiser = stage.engines.synthesiser(),
            .clock = stage.clock,
            .log = log,
            .manner = manner_of_turns(stage, Model::Everybodys)};
}

}  // namespace

Session::Session(const Executor& executor, std::string id, net::WebSocket& socket, const Stage& stage,
                 const AssistantSettings& settings, bool model_enabled)
    : executor_(executor),
      socket_(socket),
      stage_(stage),
      settings_(settings),
      log_(stage.log.with({{"session", id}})),
      ended_(executor, ended_capacity),
      conversation_(executor, std::move(id), stage.agent, voicebox_of(stage, log_),
                    skills::build_skills(stage.skills, stage.agent.skills, for_skills(stage)), *this,
                    stage.turn_metrics,
                    {.history_messages = static_cast<std::size_t>(settings.history_messages),
                     .has_model = model_enabled,
                     .renew_skills = tools_for(stage, stage.agent)}) {}

awaitable<void> Session::run(std::optional<RoomWishes> captions) {
    auto watch = socket_.when_draining([this] {
        end_captions();
        ended_.close();
    });
    co_await socket_.send_text(ready());
    net::WebSocket::Watch moving;
    if (captions) {
        moving = socket_.when_succeeded([this] {
            is_succeeded_ = true;
            if (captions_) {
                move_on();
            }
        });
        begin_captions(std::move(*captions));
    }
    std::exception_ptr failure;
    try {
        co_await first_of(receive(), answer());
    } catch (...) {
        failure = std::current_exception();
    }
    end_captions();
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await sending_captions_.stop();
    co_await asio::this_coro::throw_if_cancelled(true);
    if (failure) {
        std::rethrow_exception(failure);
    }
}

// --- captions, until the client sends something ---

void Session::begin_captions(RoomWishes wishes) {
    captions_due_ = std::make_shared<Timer>(executor_);
    stage_.clock.set(captions_due_, stage_.clock.now() + until_captions);
    // The timer goes with the captions, and with the session: then there is nobody to show anything to.
    captions_due_->async_wait([this, due = std::weak_ptr(captions_due_),
                               wishes = std::move(wishes)](const boost::system::error_code&) mutable {
        if (due.expired()) {
            return;
        }
        captions_due_.reset();
        if (is_succeeded_) {
            move_on();
            return;
        }
        captions_ = stage_.room.room->join(executor_, std::move(wishes), [this] {
            if (!sending_captions_.running()) {
                sending_captions_ = Task(executor_, send_captions());
            }
        });
    });
}

awaitable<void> Session::send_captions() {
    while (captions_) {
        auto message = captions_->try_next();
        if (!message) {
            break;
        }
        co_await socket_.send_text(std::move(*message));
    }
}

void Session::end_captions() {
    captions_due_.reset();
    captions_.reset();
}

void Session::move_on() {
    end_captions();
    socket_.close_at(stage_.clock.now(), net::CloseCode::Restarting, "restarting");
}

awaitable<void> Session::answer() {
    co_await together(listen(), conversation_.run());
}

// --- what the client sends ---

awaitable<void> Session::receive() {
    while (auto message = co_await socket_.receive()) {
        end_captions();
        if (!message->binary) {
            co_await handle_text(message->data);
        } else if (!co_await handle_audio(std::move(message->data))) {
            co_return;
        }
    }
}

awaitable<bool> Session::handle_audio(std::string bytes) {
    if (!recording_ && !no_place_) {
        if (auto place = stage_.capacity.admit(capacity::Work::Turn)) {
            place_ = std::move(*place);
        } else {
            no_place_ = place.error();
        }
    }
    if (no_place_) {
        // Told when it ends, as everything else that is wrong with a recording.
        unheard_bytes_ += bytes.size();
        co_await socket_.send_text(chunk_received(bytes.size(), unheard_bytes_));
        co_return true;
    }
    if (!recording_) {
        hearing::RecordingOptions options{.language = settings_.language};
        recording_ = std::make_unique<hearing::Recording>(executor_, stage_.ears, std::move(options));
        conversation_.attend();
    }
    auto total = recording_->bytes() + bytes.size();
    if (total > static_cast<std::size_t>(settings_.max_audio_bytes)) {
        log_.warning("audio too large", {{"bytes", total}, {"limit", settings_.max_audio_bytes}});
        co_await socket_.send_text(error("max_audio_bytes exceeded"));
        co_await socket_.close(net::CloseCode::TooBig, "max_audio_bytes exceeded");
        co_return false;
    }
    recording_->push(std::as_bytes(std::span(bytes)));
    co_await socket_.send_text(chunk_received(bytes.size(), total));
    co_return true;
}

awaitable<void> Session::handle_text(const std::string& text) {
    auto message = parse_client_message(text);
    if (std::holds_alternative<Start>(message)) {
        co_await start_recording();
    } else if (std::holds_alternative<End>(message)) {
        co_await end_recording();
    } else if (std::holds_alternative<Ping>(message)) {
        co_await socket_.send_text(pong());
    } else if (auto* options = std::get_if<Options>(&message)) {
        co_await take_options(*options);
    } else if (auto* unknown = std::get_if<UnknownAction>(&message)) {
        co_await socket_.send_text(error("unknown action: " + unknown->action));
    } else {
        co_await socket_.send_text(error("invalid JSON message"));
    }
}

awaitable<void> Session::start_recording() {
    recording_.reset();
    place_ = {};
    no_place_.reset();
    unheard_bytes_ = 0;
    // Somebody who listens to the reply and presses the button wants it to be silent. A client that
    // only reads loses nothing by letting it run on.
    if (options_.speech) {
        conversation_.interrupt();
    }
    co_await socket_.send_text(acknowledge_start());
}

awaitable<void> Session::end_recording() {
    auto unheard = std::exchange(unheard_bytes_, 0);
    if (auto why = std::exchange(no_place_, std::nullopt)) {
        co_await socket_.send_text(acknowledge_end(unheard));
        co_await socket_.send_text(transcript_failed(why->message));
        co_return;
    }
    auto recording = std::move(recording_);
    auto bytes = recording ? recording->bytes() : 0;
    auto place = std::move(place_);
    if (bytes < least_audio_bytes) {
        co_await socket_.send_text(too_short(bytes));
        co_return;
    }
    log_.info("audio received", {{"bytes", bytes}});
    Ended ended{std::move(recording), stage_.clock.now(), std::move(place)};
    co_await socket_.send_text(acknowledge_end(bytes));
    co_await ended_.push(std::move(ended));
}

awaitable<void> Session::take_options(Options options) {
    options_ = options;
    co_await socket_.send_text(acknowledge_options(options_));
}

// --- recordings to transcripts ---

awaitable<void> Session::listen() {
    while (auto ended = co_await ended_.next()) {
        Timeline timeline;
        timeline.stamp(Moment::SpeechEnd, ended->at);
        Result<Transcript> result = Transcript{};
        try {
            auto heard = co_await ended->recording->finish();
            timeline.stamp(Moment::FinalText, heard.final_at);
            log_.info("transcript", {{"audio_ms", heard.audio_length.count()},
                                     {"voiced_ms", heard.voiced.count()},
                                     {"took_ms", milliseconds_of(heard.final_at - ended->at)},
                                     {"text", log_.text(heard.transcript.text)}});
            result = std::move(heard.transcript);
        } catch (const Failure& failure) {
            log_.warning("hearing failed", {{"code", name_of(failure.error().kind)},
                                            {"reason", failure.error().message},
                                            {"detail", failure.error().detail}});
            result = failure.error();
        }
        conversation::Conversation::Utterance utterance{std::move(result), timeline};
        if (conversation_.hear(std::move(utterance))) {
            places_.push_back(std::move(ended->place));
        } else {
            co_await socket_.send_text(
                error("Too much at once: wait for the answers to what was said before."));
        }
    }
    conversation_.close();
}

// --- what the conversation sends ---

awaitable<void> Session::heard(const Transcript& heard, const Error* error) {
    place_in_turn_ = std::move(places_.front());
    places_.pop_front();
    if (error != nullptr) {
        place_in_turn_ = {};
    }
    auto message = error != nullptr ? transcript_failed(error->message) : transcript(heard.text);
    co_await socket_.send_text(std::move(message));
}

awaitable<void> Session::skipped() {
    place_in_turn_ = {};
    co_await socket_.send_text(reply_skipped());
}

awaitable<void> Session::reply_began(const conversation::ReplyHead& head) {
    text_open_ = true;
    co_await socket_.send_text(assistant::reply_began(head.model, head.prompt));
}

awaitable<void> Session::reply_text(std::string delta) {
    co_await socket_.send_text(reply_delta(delta));
}

awaitable<void> Session::reply_text_ended(const std::string& text) {
    text_open_ = false;
    co_await socket_.send_text(assistant::reply_ended(text));
}

awaitable<void> Session::reply_audio(std::span<const audio::Sample> samples) {
    // The samples live until this coroutine ends; the bytes are copied before the first wait.
    std::string bytes(reinterpret_cast<const char*>(samples.data()), samples.size_bytes());
    if (!std::exchange(speech_open_, true)) {
        co_await socket_.send_text(speech_began(audio_rate()));
    }
    co_await socket_.send_binary(std::move(bytes));
}

awaitable<void> Session::reply_ended(const conversation::ReplyEnd& end) {
    place_in_turn_ = {};
    bool failed = end.outcome == conversation::Outcome::Failed;
    if (std::exchange(text_open_, false)) {
        auto message = failed ? reply_failed(end.error.message) : assistant::reply_ended(end.text);
        co_await socket_.send_text(std::move(message));
    } else if (failed) {
        co_await socket_.send_text(speech_failed(end.error.message));
    }
    if (std::exchange(speech_open_, false)) {
        co_await socket_.send_text(speech_ended());
    }
    if (options_.timeline) {
        co_await socket_.send_text(timeline(end.outcome, end.timeline));
    }
}

}  // namespace repartee::surfaces::assistant
