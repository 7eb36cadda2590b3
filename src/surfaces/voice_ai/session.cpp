#include "surfaces/voice_ai/session.h"

#include "base/together.h"

namespace repartee::surfaces::voice_ai {

namespace {

// Things that were said and are not with the conversation yet: recordings being understood, and what came
// behind them.
constexpr std::size_t said_capacity = 8;

constexpr std::string_view too_much_at_once =
    "Too much at once: wait for the answers to what was said before.";
constexpr std::string_view too_much_of_everybody =
    "Too many people are speaking at once. Please try again in a moment.";
constexpr std::string_view restarting = "The server is restarting. Please say it again in a moment.";

// Recordings that wait, in recordings of the longest: one is understood while the next one comes.
constexpr std::size_t longest_waiting = 2;

std::string_view words_for(TooMuchSound::Of of) {
    switch (of) {
        case TooMuchSound::Of::Utterance: return "max_audio_bytes exceeded";
        case TooMuchSound::Of::Socket: return too_much_at_once;
        case TooMuchSound::Of::Everybody: return too_much_of_everybody;
    }
    return too_much_at_once;
}

std::string told_to_client(const Error& error) {
    return voice_ai::error(error.kind == ErrorKind::Internal ? "Internal Server Error" : error.message);
}

}  // namespace

Session::Session(const Executor& executor, std::string name, net::WebSocket& socket, Desk& desk,
                 Visitor visitor, std::unique_ptr<Attendant> attendant, StreamOptions options)
    : socket_(socket),
      desk_(desk),
      visitor_(std::move(visitor)),
      options_(options),
      log_(desk.stage().log.with({{"session", name}})),
      attendant_(std::move(attendant)),
      intake_(
          executor, desk.stage().ears, limits_of_sound(),
          [this](SoundEvent event) { std::visit([this](auto& one) { take(std::move(one)); }, event); },
          [this] { conversation_.attend(); }),
      said_(executor, said_capacity),
      conversation_(executor, std::move(name), attendant_->agent(), attendant_->voicebox(log_),
                    attendant_->skills(Attendant::Company::Stays), *this, desk.stage().turn_metrics,
                    {.recollection = &attendant_->recollection(), .renew_skills = attendant_->tools()}) {}

SoundIntake::Options Session::limits_of_sound() const {
    const auto most = static_cast<std::size_t>(desk_.settings().max_audio_bytes);
    return {.language = attendant_->language(),
            .most_bytes = most,
            .most_waiting_bytes = longest_waiting * most,
            .everybodys = visitor_.principal ? nullptr : &desk_.sound_of_strangers(),
            .has_room = [&gate = desk_.stage().capacity] { return !gate.refusal(capacity::Work::Turn); }};
}

awaitable<void> Session::run() {
    auto watch = socket_.when_draining([this] { said_.close(); });
    co_await first_of(receive(), intake_.watch(), answer());
}

awaitable<void> Session::answer() {
    co_await together(listen(), conversation_.run());
}

// --- what the client sends ---

awaitable<void> Session::receive() {
    while (auto frame = co_await socket_.receive()) {
        StreamMessage message = Sound{};
        if (frame->binary) {
            std::get<Sound>(message).bytes = std::move(frame->data);
        } else {
            message = parse_stream_message(frame->data);
        }
        if (auto* words = std::get_if<Words>(&message)) {
            log_.info("message received", {{"text", log_.text(words->content)}});
            take(std::move(*words));
        } else if (auto* sound = std::get_if<Sound>(&message)) {
            intake_.push(sound->bytes, sound->is_final);
        } else if (auto* unusable = std::get_if<Unusable>(&message)) {
            co_await socket_.send_text(error(unusable->why));
        }
        if (auto why = std::exchange(refused_, std::nullopt)) {
            co_await socket_.send_text(error(*why));
        }
    }
}

void Session::take(Said said) {
    const auto* too_much = std::get_if<TooMuchSound>(&said);
    if (too_much != nullptr && too_much->of != TooMuchSound::Of::Utterance) {
        refused_ = words_for(too_much->of);  // at once: what was before it may take a while
        log_.warning("audio passed over", {{"reason", *refused_}});
    } else if (!said_.try_push(std::move(said))) {
        refused_ = said_.is_open() ? too_much_at_once : restarting;
    }
}

// --- what was said, in order ---

awaitable<void> Session::listen() {
    while (auto said = co_await said_.next()) {
        if (auto* words = std::get_if<Words>(&*said)) {
            Timeline timeline;
            timeline.stamp(Moment::FinalText, desk_.stage().clock.now());
            Transcript typed{.text = is_blank(words->content) ? "" : std::move(words->content),
                             .is_final = true};
            co_await hear(Way::Text, std::move(typed), timeline);
        } else if (auto* ended = std::get_if<RecordingEnded>(&*said)) {
            co_await understand(std::move(*ended));
        } else if (auto* utterance = std::get_if<UtteranceHeard>(&*said)) {
            co_await hear(Way::Sound, std::move(utterance->heard), utterance->timeline);
        } else if (std::holds_alternative<NothingCame>(*said)) {
            Transcript nothing{.is_final = true};
            co_await hear(Way::Sound, std::move(nothing), {});
        } else {
            log_.warning("audio too large", {{"limit", desk_.settings().max_audio_bytes}});
            co_await socket_.send_text(error(words_for(TooMuchSound::Of::Utterance)));
        }
    }
    conversation_.close();
}

awaitable<void> Session::understand(RecordingEnded ended) {
    Timeline timeline;
    timeline.stamp(Moment::SpeechEnd, ended.at);
    log_.info("audio received", {{"bytes", ended.recording->bytes()}});
    Result<Transcript> result = Transcript{};
    try {
        auto heard = co_await ended.recording->finish();
        timeline.stamp(Moment::FinalText, heard.final_at);
        log_.info("transcript", {{"audio_ms", heard.audio_length.count()},
                                 {"voiced_ms", heard.voiced.count()},
                                 {"took_ms", milliseconds_of(heard.final_at - ended.at)},
                                 {"text", log_.text(heard.transcript.text)}});
        result = std::move(heard.transcript);
    } catch (const Failure& failure) {
        log_.warning("hearing failed", {{"code", name_of(failure.error().kind)},
                                        {"reason", failure.error().message},
                                        {"detail", failure.error().detail}});
        result = failure.error();
    }
    co_await hear(Way::Sound, std::move(result), timeline);
}

awaitable<void> Session::hear(Way way, Result<Transcript> heard, Timeline timeline) {
    std::optional<Error> failure;
    bool welcome = false;
    try {
        welcome = co_await is_still_welcome();
    } catch (const Failure& away) {
        failure = away.error();
    }
    if (failure) {
        co_await socket_.send_text(told_to_client(*failure));
        co_return;
    }
    if (!welcome) {
        co_await socket_.close(net::CloseCode::PolicyViolated, "Could not validate credentials");
        co_return;
    }
    auto place =
        desk_.stage().capacity.admit(way == Way::Sound ? capacity::Work::Turn : capacity::Work::Chat);
    if (!place) {
        co_await socket_.send_text(told_to_client(place.error()));
        co_return;
    }
    conversation::Conversation::Utterance utterance{std::move(heard), timeline};
    if (conversation_.hear(std::move(utterance))) {
        ways_.push_back(way);
        places_.push_back(std::move(*place));
    } else {
        co_await socket_.send_text(error(too_much_at_once));
    }
}

// Whoever was logged out everywhere, switched off or deleted meanwhile is not. (A token that has only become
// too old was good when the socket was opened.) Looks at what they have set since, too.
awaitable<bool> Session::is_still_welcome() {
    if (!visitor_.principal) {
        co_return true;
    }
    const auto& known = visitor_.principal->user;
    if (visitor_.principal->by_api_key) {
        std::optional<Error> refused;
        try {
            auto principal = co_await desk_.accounts().authenticate(visitor_.token);
            refused.reset();
        } catch (const Failure& failure) {
            refused = failure.error();
        }
        if (refused && refused->kind != ErrorKind::Unauthenticated) {
            throw Failure(std::move(*refused));
        }
        if (refused) {
            co_return false;
        }
    } else {
        auto user = co_await desk_.people().find(known.id);
        if (!user || !user->is_active || user->token_version != known.token_version) {
            co_return false;
        }
    }
    auto manner = co_await desk_.manner_of(known.id);
    attendant_->follow(std::move(manner));
    co_return true;
}

// --- what the conversation sends ---

awaitable<void> Session::heard(const Transcript& transcript, const Error* why_not) {
    way_ = ways_.front();
    ways_.pop_front();
    place_in_turn_ = std::move(places_.front());
    places_.pop_front();
    if (why_not != nullptr) {
        place_in_turn_ = {};
        co_await socket_.send_text(told_to_client(*why_not));
        co_return;
    }
    transcript_.reset();
    if (way_ == Way::Sound) {
        transcript_ = transcript.text;
    }
}

awaitable<void> Session::skipped() {
    place_in_turn_ = {};
    auto frame = way_ == Way::Sound ? nothing_heard() : reply(nothing_understood, {}, {});
    co_await socket_.send_text(std::move(frame));
}

awaitable<void> Session::reply_began(const conversation::ReplyHead& head) {
    pieces_of_speech_ = 0;
    if (head.prompt.empty()) {
        transcript_.reset();  // nobody has asked: a timer
    }
    co_return;
}

awaitable<void> Session::reply_audio(std::span<const audio::Sample> samples) {
    std::string_view bytes(reinterpret_cast<const char*>(samples.data()), samples.size_bytes());
    auto frame = speech(bytes, audio_rate(), pieces_of_speech_++);
    co_await socket_.send_text(std::move(frame));
}

awaitable<void> Session::reply_ended(const conversation::ReplyEnd& end) {
    place_in_turn_ = {};
    auto frame = end.outcome == conversation::Outcome::Failed
                     ? told_to_client(end.error)
                     : reply(worth_saying(end.text, end.action), end.action, transcript_);
    co_await socket_.send_text(std::move(frame));
    if (options_.timeline) {
        auto moments = timeline(end.outcome, end.timeline);
        co_await socket_.send_text(std::move(moments));
    }
}

}  // namespace repartee::surfaces::voice_ai
