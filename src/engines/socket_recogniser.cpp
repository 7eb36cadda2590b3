#include "engines/socket_recogniser.h"

#include "base/together.h"
#include "engines/mailbox.h"
#include "engines/peer_place.h"
#include "engines/refusing_stream.h"
#include "engines/strand_work.h"
#include "engines/utterance_sound.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines {

namespace {

// From one strand to the other at a time. Providers advise about 100 ms; partials come the sooner the
// smaller it is.
constexpr std::size_t handful = audio::speech_rate * 60 / 1000;  // samples

// One message. More only when there is sound to catch up with.
constexpr std::size_t longest_message = audio::speech_rate * 120 / 1000;  // samples

// So much may be sent at once before the pace counts: the beginning of an utterance that waited for its
// connection, or is sent again.
constexpr Duration head_start = 5s;

// After "that was all" without a final: documents disagree about which comes first.
constexpr Duration grace = 300ms;

// Before a second attempt at a provider who is busy and does not say for how long.
constexpr Duration breath = 300ms;

// For what is under way when the engine is closed. It has been told to end.
constexpr Duration farewell_limit = 1s;

// For the answer to the first words of a check. None is an answer too: the key was taken.
constexpr Duration answer_limit = 1s;

Duration length_of(std::size_t samples) {
    return audio::duration_of(samples, audio::speech_rate);
}

std::string bytes_of(std::span<const audio::Sample> samples) {
    std::string bytes(samples.size_bytes(), '\0');
    std::memcpy(bytes.data(), samples.data(), bytes.size());
    return bytes;
}

awaitable<bool> send(net::WebSocket& socket, net::WsMessage message) {
    auto sending = message.binary ? socket.send_binary(std::move(message.data))
                                  : socket.send_text(std::move(message.data));
    co_return co_await std::move(sending);
}

awaitable<void> for_ever() {
    Bell never;
    co_await never.wait();
}

}  // namespace

struct SocketRecogniser::Post {
    SocketRecogniserOptions options;
    std::shared_ptr<StrandWork> work;  // on the engine's strand
    net::HttpClient& http;
    Clock& clock;
    Log log;
    std::shared_ptr<SpareSockets> spares;  // used on the strand
    Proof proof = {};
};

namespace {

using Post = SocketRecogniser::Post;
using Progress = HearingWire::Progress;

// --- one utterance, on the engine's strand ---

struct Utterance {
    Utterance(std::shared_ptr<Post> the_post, const RecognitionRequest& the_request)
        : post(std::move(the_post)), request(the_request) {}

    std::shared_ptr<Post> post;  // the other owners are the engine and other utterances
    const RecognitionRequest request;
    const std::shared_ptr<Mailbox<Transcript>> outbox = std::make_shared<Mailbox<Transcript>>();

    UtteranceSound sound;
    TimePoint finished_at = TimePoint::max();
    bool begun = false;
    bool over = false;  // there is nothing more to come, and no use in more sound
    Bell news;
    Bell gone;  // nobody waits for it any more

    bool finished() const { return finished_at != TimePoint::max(); }
};

// One attempt: a socket, and what has been said and heard on it.
struct Attempt {
    Utterance& utterance;
    const SocketRecogniserOptions& options;
    Clock& clock;
    net::WebSocket& socket;
    HearingWire& wire;
    TimePoint began_at;

    std::size_t sent = 0;                           // samples
    bool closed = false;                            // all has been said ...
    TimePoint closed_at = TimePoint::min();         // ... by then, in a second attempt much later
    TimePoint heard_at = TimePoint::min();          // of the last message
    TimePoint unanswered_since = TimePoint::max();  // sound that no message has followed
    TimePoint sending_since = TimePoint::max();     // what is not taken yet
    TimePoint refused_at = TimePoint::max();        // the socket takes nothing any more
    TimePoint settles_at = TimePoint::max();        // after AllButCertain
    std::string told;                               // the last partial
};

// How long after the end of the sound the final may come. A recording that was sent in a moment is heard
// out first.
Duration patience_for(const Attempt& attempt) {
    return attempt.options.patience + length_of(attempt.utterance.sound.size()) / 10;
}

TimePoint due(const Attempt& attempt) {
    if (attempt.refused_at != TimePoint::max()) {
        return attempt.refused_at + grace;  // for the peer's last words
    }
    if (attempt.sending_since != TimePoint::max()) {
        return attempt.sending_since + attempt.options.patience;
    }
    if (attempt.closed) {
        return std::max({attempt.utterance.finished_at, attempt.closed_at, attempt.heard_at}) +
               patience_for(attempt);
    }
    if (attempt.options.acknowledges && attempt.unanswered_since != TimePoint::max()) {
        return attempt.unanswered_since + attempt.options.patience;
    }
    return TimePoint::max();
}

Error too_late(const Attempt& attempt) {
    auto seconds = static_cast<double>(attempt.utterance.sound.size()) / audio::speech_rate;
    return {ErrorKind::ProviderLate, fmt::format("{} stopped answering.", attempt.options.provider.name),
            attempt.closed ? fmt::format("no final within {} ms of the end of {:.1f} s of sound",
                                         patience_for(attempt) / 1ms, seconds)
                           : fmt::format("no sign of life for {} ms, {:.1f} s into the utterance",
                                         attempt.options.patience / 1ms, seconds)};
}

// Ends by being cancelled: that the peer has gone is for the one to tell who receives.
awaitable<void> speak(Attempt& attempt) {
    auto& utterance = attempt.utterance;
    if (auto opening = attempt.wire.opening()) {
        auto sending = send(attempt.socket, std::move(*opening));
        co_await std::move(sending);
    }
    for (;;) {
        bool taken = true;
        if (attempt.sent < utterance.sound.size()) {
            if (attempt.options.pace > 0) {
                auto free_at =
                    attempt.began_at + std::chrono::duration_cast<Duration>(
                                           (length_of(attempt.sent) - head_start) / attempt.options.pace);
                co_await attempt.clock.sleep_until(free_at);
            }
            auto piece = utterance.sound.from(attempt.sent, longest_message);
            auto bytes = bytes_of(piece);
            attempt.sent += piece.size();
            attempt.unanswered_since = std::min(attempt.unanswered_since, attempt.clock.now());
            attempt.sending_since = attempt.clock.now();
            taken = co_await attempt.socket.send_binary(std::move(bytes));
            attempt.sending_since = TimePoint::max();
        } else if (utterance.finished() && !attempt.closed) {
            attempt.closed = true;
            attempt.closed_at = attempt.clock.now();
            auto words = attempt.wire.closing();
            attempt.sending_since = attempt.clock.now();
            for (auto& word : words) {
                auto sending = send(attempt.socket, std::move(word));
                taken = co_await std::move(sending) && taken;
            }
            attempt.sending_since = TimePoint::max();
        } else {
            Error quiet{ErrorKind::ProviderLate, "no sound", {}};
            auto news = utterance.news.wait();
            bool is_quiet = false;
            try {
                co_await with_deadline(attempt.clock, attempt.options.keepalive, std::move(news),
                                       std::move(quiet));
            } catch (const Failure&) {
                is_quiet = true;
            }
            if (is_quiet && !attempt.closed) {
                auto sending = send(attempt.socket, attempt.wire.keepalive());
                taken = co_await std::move(sending);
            }
        }
        if (!taken) {
            attempt.refused_at = attempt.clock.now();
            co_await for_ever();
        }
    }
}

void tell_partial(Attempt& attempt) {
    auto partial = attempt.wire.heard();
    if (!attempt.utterance.request.partials || partial.text.empty() || partial.text == attempt.told) {
        return;
    }
    attempt.told = partial.text;
    // A newer one says all that an older one says.
    attempt.utterance.outbox->put_instead(std::move(partial));
}

// Whether that was the last message.
bool take(Attempt& attempt, const net::WsMessage& message) {
    attempt.heard_at = attempt.clock.now();
    attempt.unanswered_since = TimePoint::max();
    auto progress = attempt.wire.take(message).value();
    if (progress == Progress::AllButCertain) {
        attempt.settles_at = attempt.heard_at + grace;
    } else if (progress == Progress::News) {
        if (!attempt.closed) {
            tell_partial(attempt);
        }
        // What came behind "that was all" was what was still to come.
        return attempt.settles_at != TimePoint::max() && attempt.closed;
    }
    return progress == Progress::Complete;
}

// Returns once all is understood.
awaitable<void> listen(Attempt& attempt) {
    const auto& provider = attempt.options.provider;
    for (;;) {
        auto now = attempt.clock.now();
        auto until = std::min(due(attempt), attempt.settles_at);
        // The end of the sound, which may come meanwhile, asks for a nearer deadline: never nearer than
        // this.
        auto wait = std::min(std::max(until - now, Duration(0)), Duration(attempt.options.patience));
        Error late{ErrorKind::ProviderLate, "nothing yet", {}};
        std::optional<net::WsMessage> message;
        bool nothing_yet = false;
        auto receiving = attempt.socket.receive();
        try {
            message = co_await with_deadline(attempt.clock, wait, std::move(receiving), std::move(late));
        } catch (const Failure&) {
            nothing_yet = true;
        }
        if (nothing_yet) {
            now = attempt.clock.now();
            if (attempt.closed && now >= attempt.settles_at) {
                co_return;
            }
            if (now >= due(attempt)) {
                throw Failure(too_late(attempt));
            }
            continue;
        }
        if (!message) {
            if (attempt.closed && attempt.wire.complete_at_close()) {
                co_return;
            }
            throw Failure(ErrorKind::ProviderBroke, fmt::format("{} broke off.", provider.name),
                          fmt::format("connection closed ({})", attempt.socket.close_code().value_or(1006)));
        }
        if (take(attempt, *message)) {
            if (attempt.closed) {
                co_return;
            }
            throw Failure(ErrorKind::ProviderBroke, fmt::format("{} broke off.", provider.name),
                          "it was done before we were");
        }
    }
}

awaitable<void> attempt_at(std::shared_ptr<Utterance> utterance, SpareSockets::Kind kind) {
    auto& post = *utterance->post;
    const auto& options = post.options;
    auto language =
        utterance->request.language.empty() ? options.default_language : utterance->request.language;
    auto url = options.url(language);
    auto expected = utterance->request;
    expected.language = language;
    auto wire = options.wire(expected);
    auto socket = co_await post.spares->take(std::move(url), kind);
    Attempt attempt{*utterance, options, post.clock, *socket, *wire, post.clock.now()};
    auto speaking = speak(attempt);
    auto listening = listen(attempt);
    co_await first_of(std::move(speaking), std::move(listening));
    auto final = wire->heard();
    final.is_final = true;
    if (final.language.empty()) {
        final.language = language;
    }
    utterance->outbox->put(std::move(final));
    utterance->outbox->close();
    post.proof.renew(post.clock.now());
}

// How long to wait before the second attempt; nothing when there should be none.
std::optional<Duration> second_attempt_after(const Utterance& utterance, const Failure& failure) {
    auto kind = failure.error().kind;
    if (!may_pass(kind) || !utterance.sound.is_whole()) {
        return std::nullopt;
    }
    if (const auto* refused = dynamic_cast<const Refused*>(&failure); refused && kind == ErrorKind::Busy) {
        return refused->come_back();
    }
    return kind == ErrorKind::Busy ? breath : Duration(0);
}

awaitable<void> attempt_twice(std::shared_ptr<Utterance> utterance) {
    auto& post = *utterance->post;
    std::optional<Error> failure;
    std::optional<Duration> pause;
    try {
        co_await attempt_at(utterance, SpareSockets::Kind::Any);
        co_return;
    } catch (const Failure& failed) {
        failure = failed.error();
        pause = second_attempt_after(*utterance, failed);
    }
    post.proof.lose();
    if (pause) {
        post.log.warning("recogniser begins the utterance again",
                         {{"reason", failure->message},
                          {"detail", failure->detail},
                          {"sound_s", static_cast<double>(utterance->sound.size()) / audio::speech_rate}});
        co_await post.clock.sleep(*pause);
        try {
            co_await attempt_at(utterance, SpareSockets::Kind::Fresh);
            co_return;
        } catch (const Failure& failed) {
            failure = failed.error();
        }
    }
    utterance->outbox->fail(*failure);
}

awaitable<void> hear_out(std::shared_ptr<Utterance> utterance) {
    std::exception_ptr thrown;
    try {
        auto gone = utterance->gone.wait();
        auto attempts = attempt_twice(utterance);
        co_await first_of(std::move(gone), std::move(attempts));
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        utterance->outbox->fail(error_of(thrown));
    }
    utterance->over = true;
    utterance->sound = {};
}

void begin(const std::shared_ptr<Utterance>& utterance) {
    if (!std::exchange(utterance->begun, true)) {
        // Ends when all is heard, or with the bell that says nobody waits.
        utterance->post->work->start(hear_out(utterance));
    }
}

void add(const std::shared_ptr<Utterance>& utterance, std::span<const audio::Sample> samples) {
    const auto& options = utterance->post->options;
    if (utterance->over) {
        return;
    }
    if (length_of(utterance->sound.size() + samples.size()) > options.longest_utterance) {
        utterance->outbox->fail(
            {ErrorKind::TooLarge,
             fmt::format("{} is not given recordings longer than {} minutes.", options.provider.name,
                         options.longest_utterance / std::chrono::minutes(1)),
             {}});
        utterance->gone.ring();
        return;
    }
    utterance->sound.add(samples);
    begin(utterance);
    utterance->news.ring();
}

void finish(const std::shared_ptr<Utterance>& utterance) {
    utterance->finished_at = utterance->post->clock.now();
    if (utterance->sound.size() == 0) {
        Transcript nothing{.is_final = true, .language = utterance->request.language};
        utterance->outbox->put(std::move(nothing));
        utterance->outbox->close();
        return;
    }
    utterance->news.ring();
}

awaitable<void> let_go(std::shared_ptr<Post> post) {
    post->spares->close();
    co_await post->work->until_done(post->clock, farewell_limit);
}

// --- the caller's side ---

class SocketHearing final : public RecogniserStream {
public:
    SocketHearing(const std::shared_ptr<Post>& post, const RecognitionRequest& request)
        : strand_(post->work->strand()), utterance_(std::make_shared<Utterance>(post, request)) {}

    ~SocketHearing() override { end(); }

    void push(std::span<const audio::Sample> samples) override {
        if (finished_) {
            return;
        }
        gathered_.insert(gathered_.end(), samples.begin(), samples.end());
        if (gathered_.size() >= handful) {
            hand_over();
        }
    }

    void finish() override {
        if (std::exchange(finished_, true)) {
            return;
        }
        hand_over();
        asio::post(strand_, [utterance = utterance_] { engines::finish(utterance); });
    }

    awaitable<std::optional<Transcript>> next() override {
        if (over_) {
            co_return std::nullopt;
        }
        over_ = true;  // stays so when anything is thrown
        std::optional<Transcript> transcript;
        std::exception_ptr thrown;
        try {
            transcript = co_await utterance_->outbox->next();
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) {
            end();
            std::rethrow_exception(thrown);
        }
        over_ = !transcript || transcript->is_final;
        co_return transcript;
    }

private:
    void hand_over() {
        if (gathered_.empty()) {
            return;
        }
        asio::post(strand_, [utterance = utterance_, samples = std::exchange(gathered_, {})] {
            add(utterance, samples);
        });
    }

    void end() {
        finished_ = true;
        if (!std::exchange(ended_, true)) {
            asio::post(strand_, [utterance = utterance_] { utterance->gone.ring(); });
        }
    }

    const Executor strand_;
    const std::shared_ptr<Utterance> utterance_;  // the other owner is the work on the engine's strand
    std::vector<audio::Sample> gathered_;
    bool finished_ = false;
    bool ended_ = false;
    bool over_ = false;
};

bool knows(const std::vector<Language>& languages, const Language& wanted) {
    return languages.empty() ||
           std::ranges::any_of(languages, [&](const Language& offered) { return serves(offered, wanted); });
}

}  // namespace

// --- the engine ---

SocketRecogniser::SocketRecogniser(SocketRecogniserOptions options, Executor executor, net::HttpClient& http,
                                   Clock& clock, const Log& log)
    : post_(new Post{std::move(options), std::make_shared<StrandWork>(executor), http, clock, log, nullptr}) {
    post_->log = log.with({{"engine", post_->options.kind}, {"trade", "recogniser"}});
    auto open = [provider = post_->options.provider, headers = post_->options.headers,
                 patience = post_->options.patience, &http, &clock](std::string url) {
        return open_socket(provider, http, clock, std::move(url), headers, patience);
    };
    post_->spares = std::make_shared<SpareSockets>(post_->work, clock, post_->log, post_->options.spares,
                                                   std::move(open));
}

SocketRecogniser::~SocketRecogniser() {
    // After `close` nothing is left to do. Without it, sockets go on the strand on which they live.
    asio::post(post_->work->strand(), [spares = post_->spares] { spares->close(); });
}

EngineInfo SocketRecogniser::info() const {
    const auto& options = post_->options;
    return {.kind = options.kind,
            .model = options.model,
            .place = place_of(http_url(options.provider.base_url, ""))};
}

RecogniserCapabilities SocketRecogniser::capabilities() const {
    return {.languages = post_->options.languages,
            .partials = true,
            .translates_to = post_->options.translates_to};
}

std::unique_ptr<RecogniserStream> SocketRecogniser::start(const RecognitionRequest& request) {
    const auto& options = post_->options;
    if (lacks_key(options.provider)) {
        return std::make_unique<RefusingRecogniserStream>(missing_key(options.provider));
    }
    if (!knows(options.languages, request.language)) {
        return std::make_unique<RefusingRecogniserStream>(
            Error{ErrorKind::Unsupported,
                  fmt::format("{} does not understand the language '{}'.", options.provider.name,
                              primary_subtag(request.language)),
                  {}});
    }
    if (auto can = capabilities(); !translates(can, request)) {
        return std::make_unique<RefusingRecogniserStream>(lacks_translation(options.provider.name, request));
    }
    return std::make_unique<SocketHearing>(post_, request);
}

awaitable<Health> SocketRecogniser::check() {
    const auto& options = post_->options;
    if (lacks_key(options.provider)) {
        co_return health_without_key(options.provider);
    }
    if (post_->proof.holds(post_->clock.now())) {
        co_return health_when_there(options.provider, options.model);
    }
    Health health;
    try {
        health = co_await try_out();
    } catch (const Failure& failure) {
        health = health_after(options.provider, failure.error());
    }
    if (health.usable) {
        post_->proof.renew(post_->clock.now());
        auto url = options.url(options.default_language);
        asio::post(post_->work->strand(), [spares = post_->spares, url] { spares->warm(url); });
    }
    co_return health;
}

awaitable<void> SocketRecogniser::close() {
    co_await carry_out_on(post_->work->strand(), let_go(post_));
}

// A socket of its own, on the caller's strand.
awaitable<Health> SocketRecogniser::try_out() {
    const auto& options = post_->options;
    auto url = options.url(options.default_language);
    auto socket = co_await open_socket(options.provider, post_->http, post_->clock, std::move(url),
                                       options.headers, options.patience);
    if (options.speaks_at_check) {
        RecognitionRequest usual{.language = options.default_language};
        auto wire = options.wire(usual);
        if (auto opening = wire->opening()) {
            auto sending = send(*socket, std::move(*opening));
            co_await std::move(sending);
        }
        auto words = wire->closing();
        for (auto& word : words) {
            auto sending = send(*socket, std::move(word));
            co_await std::move(sending);
        }
        std::optional<net::WsMessage> answer;
        Error silence{ErrorKind::ProviderLate, "says nothing", {}};
        auto receiving = socket->receive();
        try {
            answer =
                co_await with_deadline(post_->clock, answer_limit, std::move(receiving), std::move(silence));
        } catch (const Failure&) {
            // The socket was opened for us, so we are welcome.
        }
        if (answer) {
            wire->take(*answer).value();
        }
    }
    co_await socket->close(net::CloseCode::Normal);
    co_return health_when_there(options.provider, options.model);
}

}  // namespace repartee::engines
