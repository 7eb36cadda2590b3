#include "engines/openai_tts/openai_synthesiser.h"

#include "audio/level.h"
#include "audio/resampler.h"
#include "base/bell.h"
#include "base/task.h"
#include "engines/narration.h"
#include "engines/openai_tts/openai_tts_wire.h"
#include "engines/peer_place.h"
#include "engines/provider_http.h"
#include "engines/refusing_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines::openai_tts {

namespace {

using Reply = std::unique_ptr<net::ClientReply>;

// The sound of a sentence has begun, or its refusal is thrown.
awaitable<Reply> ask_for(std::shared_ptr<Server> server, Voice voice, std::string sentence) {
    const auto& settings = server->settings;
    auto headers = bearer(server->provider);
    headers.add("Content-Type", "application/json");
    net::ClientRequest request{.method = "POST",
                               .url = http_url(server->provider.base_url, "/audio/speech"),
                               .headers = std::move(headers),
                               .body = speech_body(settings, voice, sentence),
                               .first_byte_timeout = settings.timeout,
                               .progress_timeout = settings.stall_timeout};
    co_return co_await ask(server->provider, server->http, server->clock, std::move(request));
}

// A sentence that is asked for while the one before it is still coming.
struct Ahead {
    Reply reply;
    std::exception_ptr failure;
    bool done = false;
    Bell bell;
};

// Owns all it touches.
awaitable<void> fetch_ahead(std::shared_ptr<Server> server, Voice voice, std::string sentence,
                            std::shared_ptr<Ahead> ahead) {
    try {
        auto asking = ask_for(std::move(server), std::move(voice), std::move(sentence));
        ahead->reply = co_await std::move(asking);
    } catch (...) {
        ahead->failure = std::current_exception();
    }
    ahead->done = true;
    ahead->bell.ring();
}

class Speech final : public SpeechStream {
public:
    Speech(const std::shared_ptr<Server>& server, Voice voice) : server_(server), voice_(std::move(voice)) {}

    void say(std::string sentence) override {
        if (finished_ || sentence.empty()) {
            return;
        }
        if (narration_) {
            narration_->text(sentence);
        }
        sentences_.push_back(std::move(sentence));
        bell_.ring();
    }

    void finish() override {
        finished_ = true;
        bell_.ring();
    }

    awaitable<std::optional<SpeechChunk>> next() override {
        while (!over_) {
            over_ = true;  // stays so when anything below throws
            if (narration_) {
                if (auto chunk = narration_->next()) {
                    over_ = false;
                    co_return chunk;
                }
            }
            if (reply_) {
                co_await read_on();
            } else if (!sentences_.empty()) {
                co_await begin_sentence();
            } else if (!finished_) {
                co_await bell_.wait();
            } else {
                co_return std::nullopt;
            }
            over_ = false;
        }
        co_return std::nullopt;
    }

private:
    awaitable<void> begin_sentence() {
        if (!is_speakable(sentences_.front())) {
            narration(static_cast<int>(server_->settings.pcm_rate));
            end_sentence();
            co_return;
        }
        std::optional<Error> failure;
        try {
            reply_ = co_await answer_to_first();
        } catch (const Refused&) {
            throw;  // once more has been tried where that made sense
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (failure) {
            heard_ = false;
            begin_again_or_fail(std::move(*failure));
            co_return;
        }
        body_.emplace(static_cast<int>(server_->settings.pcm_rate));
        resampler_.reset();
        heard_ = false;
    }

    awaitable<Reply> answer_to_first() {
        auto ahead = std::exchange(ahead_, nullptr);
        if (!ahead) {
            auto asking = ask_for(server_, voice_, sentences_.front());
            co_return co_await std::move(asking);
        }
        while (!ahead->done) {
            co_await ahead->bell.wait();
        }
        if (ahead->failure) {
            std::rethrow_exception(ahead->failure);
        }
        co_return std::move(ahead->reply);
    }

    awaitable<void> read_on() {
        auto executor = co_await asio::this_coro::executor;
        look_ahead(executor);
        std::optional<Error> failure;
        std::optional<std::string> piece;
        try {
            piece = co_await reply_->next();
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (failure) {
            begin_again_or_fail(std::move(*failure));
        } else if (piece) {
            std::vector<audio::Sample> samples;
            body_->push(*piece, samples).value();
            take(samples);
        } else {
            finish_sentence();
        }
    }

    // Nothing of the sentence was heard: once more does no harm.
    void begin_again_or_fail(Error failure) {
        if (heard_ || second_attempt_ || failure.kind != ErrorKind::ProviderBroke) {
            server_->proven = false;
            throw Failure(std::move(failure));
        }
        server_->log.warning("synthesiser begins the sentence again",
                             {{"reason", failure.message}, {"detail", failure.detail}});
        second_attempt_ = true;
        reply_.reset();
        drop_ahead();
    }

    void finish_sentence() {
        if (!heard_) {
            Error silence{ErrorKind::ProviderBroke, "The speech server sent no sound.", "empty body"};
            begin_again_or_fail(std::move(silence));
            return;
        }
        if (resampler_) {
            std::vector<audio::Sample> rest;
            resampler_->flush(rest);
            narration_->sound(rest);
        }
        reply_.reset();
        end_sentence();
    }

    void end_sentence() {
        narration_->sentence_ended();
        sentences_.pop_front();
        second_attempt_ = false;
    }

    void take(std::vector<audio::Sample>& samples) {
        if (samples.empty()) {
            return;
        }
        heard_ = true;
        audio::amplify(samples, voice_.volume);  // no wish of the servers' language
        auto& told = narration(body_->rate());
        if (body_->rate() == rate_) {
            told.sound(samples);
            return;
        }
        if (!resampler_) {
            resampler_.emplace(body_->rate(), rate_);
        }
        std::vector<audio::Sample> converted;
        resampler_->push(samples, converted);
        told.sound(converted);
    }

    // The rate of the first sound is that of the reply.
    Narration& narration(int rate) {
        if (!narration_) {
            rate_ = rate;
            narration_.emplace(rate, speed_of(server_->settings, voice_));
            for (const auto& sentence : sentences_) {
                narration_->text(sentence);
            }
        }
        return *narration_;
    }

    void look_ahead(const Executor& executor) {
        if (ahead_ || sentences_.size() < 2 || !is_speakable(sentences_[1])) {
            return;
        }
        ahead_ = std::make_shared<Ahead>();
        fetching_ = Task(executor, fetch_ahead(server_, voice_, sentences_[1], ahead_));
    }

    // What was asked for ahead is not what comes next.
    void drop_ahead() {
        fetching_.cancel();
        ahead_.reset();
    }

    const std::shared_ptr<Server> server_;
    const Voice voice_;
    std::deque<std::string> sentences_;  // whose sound has not come whole; bounded by the reply
    Bell bell_;
    bool finished_ = false;
    bool over_ = false;

    // The first sentence's.
    Reply reply_;
    std::optional<SpeechBody> body_;
    std::optional<audio::Resampler> resampler_;
    bool heard_ = false;  // any sound of it
    bool second_attempt_ = false;

    std::optional<Narration> narration_;  // from the first sound on
    int rate_ = 0;                        // Hz
    std::shared_ptr<Ahead> ahead_;        // the other owner is the coroutine that fetches
    Task fetching_;
};

}  // namespace

OpenAiSynthesiser::OpenAiSynthesiser(OpenAiTtsSettings settings, net::HttpClient& http, Clock& clock,
                                     const Log& log)
    : server_(new Server{
          std::move(settings), {}, http, clock, log.with({{"engine", "openai"}, {"trade", "synthesiser"}})}),
      place_(place_of(http_url(provider_of(server_->settings).base_url, ""))) {
    server_->provider = provider_of(server_->settings);
}

EngineInfo OpenAiSynthesiser::info() const {
    return {.kind = "openai", .model = server_->settings.model, .place = place_};
}

SynthesiserCapabilities OpenAiSynthesiser::capabilities() const {
    return {.languages = server_->settings.languages};
}

awaitable<Health> OpenAiSynthesiser::check() {
    const auto& provider = server_->provider;
    const auto& model = server_->settings.model;
    if (lacks_key(provider)) {
        co_return health_without_key(provider);
    }
    if (place_ == Place::Cloud || server_->proven) {
        auto health = co_await look_whether_there(provider, server_->http, server_->clock, model);
        server_->proven = server_->proven && health.usable;
        co_return health;
    }
    std::optional<Error> failure;
    try {
        Speech trial(server_, {});
        trial.say("Hello.");
        trial.finish();
        co_await trial.next();
        server_->proven = true;
        co_return health_when_there(provider, model);
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    auto health = health_after(provider, *failure);
    health.advice =
        "set OPENAI_BASE_URL to a server that has /audio/speech, and engines.openai_tts.model and "
        "voice to what it has";
    co_return health;
}

std::unique_ptr<SpeechStream> OpenAiSynthesiser::start(const SpeechRequest& request) {
    if (lacks_key(server_->provider)) {
        return std::make_unique<RefusingSpeechStream>(missing_key(server_->provider));
    }
    const auto& known = server_->settings.languages;
    const auto& wanted = request.voice.language;
    if (!known.empty() &&
        std::ranges::none_of(known, [&](const auto& offered) { return serves(offered, wanted); })) {
        return std::make_unique<RefusingSpeechStream>(
            Error{ErrorKind::Unsupported,
                  fmt::format("The speech server does not speak the language '{}'.", primary_subtag(wanted)),
                  {}});
    }
    return std::make_unique<Speech>(server_, request.voice);
}

}  // namespace repartee::engines::openai_tts
