#include "engines/openai_stt/openai_recogniser.h"

#include "base/bell.h"
#include "engines/openai_stt/openai_stt_wire.h"
#include "engines/peer_place.h"
#include "engines/provider_http.h"
#include "engines/refusing_stream.h"
#include "net/event_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines::openai_stt {

namespace {

// Text of a few minutes of speech, with its words and their times.
constexpr std::size_t longest_reply = 8 << 20;  // bytes

std::string random_boundary() {
    std::random_device source;
    return fmt::format("repartee-{:08x}{:08x}{:08x}{:08x}", source(), source(), source(), source());
}

bool streams(const net::ClientReply& reply) {
    return reply.headers().get("Content-Type").value_or("").starts_with("text/event-stream");
}

bool is_json(const net::ClientReply& reply) {
    return reply.headers().get("Content-Type").value_or("").starts_with("application/json");
}

}  // namespace

class Transcription final : public RecogniserStream {
public:
    Transcription(OpenAiRecogniser& engine, const RecognitionRequest& request)
        : engine_(engine), request_(request) {}

    void push(std::span<const audio::Sample> samples) override {
        if (finished_ || too_long_) {
            return;
        }
        auto length = audio::duration_of(sound_.size() + samples.size(), audio::speech_rate);
        if (length > engine_.settings_.longest_utterance) {
            too_long_ = true;
            sound_ = {};
            bell_.ring();
            return;
        }
        sound_.insert(sound_.end(), samples.begin(), samples.end());
    }

    void finish() override {
        finished_ = true;
        bell_.ring();
    }

    awaitable<std::optional<Transcript>> next() override {
        if (over_) {
            co_return std::nullopt;
        }
        over_ = true;  // stays so when anything below throws
        while (!finished_ && !too_long_) {
            co_await bell_.wait();
        }
        if (too_long_) {
            throw Failure(ErrorKind::TooLarge, "The recording is too long for the transcription server.");
        }
        if (sound_.empty()) {
            Transcript nothing{.is_final = true, .language = request_.language};
            co_return nothing;
        }
        auto transcript = co_await transcribe();
        over_ = transcript.is_final;
        if (wants_translation(request_)) {
            note_translation(transcript);
        }
        if (transcript.language.empty()) {
            transcript.language = request_.language;
        }
        co_return transcript;
    }

private:
    // What comes back is English, and its language, where one is told, that of the text or of the sound.
    void note_translation(Transcript& transcript) const {
        transcript.translated_to = "en";
        if (request_.language.empty() && serves(transcript.language, "en")) {
            transcript.language.clear();
        } else if (!request_.language.empty()) {
            transcript.language = request_.language;
        }
        transcript.words.clear();
    }

    // The next partial, or the final. What breaks off is begun once more: the sound is all here, and
    // only finals count.
    awaitable<Transcript> transcribe() {
        std::optional<Error> failure;
        try {
            co_return co_await read_on();
        } catch (const Failure& failed) {
            failure = failed.error();
            bool refused = dynamic_cast<const Refused*>(&failed) != nullptr;
            if (begun_again_ || refused || failure->kind != ErrorKind::ProviderBroke) {
                engine_.proven_ = false;
                throw;
            }
        }
        begun_again_ = true;
        auto seconds = static_cast<double>(sound_.size()) / audio::speech_rate;
        engine_.log_.warning(
            "recogniser begins the utterance again",
            {{"reason", failure->message}, {"detail", failure->detail}, {"sound_s", seconds}});
        reader_.reset();
        reply_.reset();
        events_ = {};
        auto again = read_on();
        try {
            co_return co_await std::move(again);
        } catch (const Failure&) {
            engine_.proven_ = false;
            throw;
        }
    }

    awaitable<Transcript> read_on() {
        if (!reply_) {
            reply_ = co_await send();
            if (streams(*reply_)) {
                reader_.emplace(*reply_);
            }
        }
        if (!reader_) {
            auto body = co_await beginning_of_body(*reply_, longest_reply);
            co_return transcript_in(body, is_json(*reply_)).value();
        }
        for (;;) {
            auto event = co_await reader_->next();
            if (!event) {
                throw Failure(ErrorKind::ProviderBroke, "The transcription server broke off.",
                              "no last event");
            }
            events_.take(*event).value();
            auto heard = events_.heard();
            if (heard.is_final || (request_.partials && heard.text != shown_)) {
                shown_ = heard.text;
                co_return heard;
            }
        }
    }

    awaitable<std::unique_ptr<net::ClientReply>> send() {
        const auto& settings = engine_.settings_;
        if (wants_translation(request_)) {
            auto translation = send_translation();
            co_return co_await std::move(translation);
        }
        bool streamed = settings.stream && request_.partials && !engine_.refuses_streaming_;
        if (streamed) {
            auto request = request_of(Form::Streamed);
            try {
                co_return co_await ask(engine_.provider_, engine_.http_, engine_.clock_, std::move(request));
            } catch (const Refused& refused) {
                if (!refuses_streaming(refused.status(), refused.complaint())) {
                    throw;
                }
            }
            engine_.refuses_streaming_ = true;
            engine_.log_.info("transcription server does not stream");
        }
        auto request = request_of(Form::Whole);
        co_return co_await ask(engine_.provider_, engine_.http_, engine_.clock_, std::move(request));
    }

    awaitable<std::unique_ptr<net::ClientReply>> send_translation() {
        auto request = request_of(Form::Whole);
        try {
            co_return co_await ask(engine_.provider_, engine_.http_, engine_.clock_, std::move(request));
        } catch (const Refused& refused) {
            if (!refuses_translation(refused.status())) {
                throw;
            }
        }
        engine_.refuses_translation_ = true;
        engine_.log_.info("transcription server does not translate");
        throw Failure(lacks_translation(engine_.provider_.name, request_));
    }

    net::ClientRequest request_of(Form form) const {
        const auto& settings = engine_.settings_;
        auto boundary = random_boundary();
        auto headers = bearer(engine_.provider_);
        headers.add("Content-Type", "multipart/form-data; boundary=" + boundary);
        auto length = std::chrono::ceil<std::chrono::milliseconds>(
            audio::duration_of(sound_.size(), audio::speech_rate));
        return {.method = "POST",
                .url = http_url(engine_.provider_.base_url, path_for(request_)),
                .headers = std::move(headers),
                .body = form_of(settings, request_, sound_, form, boundary),
                .first_byte_timeout = settings.timeout + length,
                .progress_timeout = settings.stall_timeout};
    }

    OpenAiRecogniser& engine_;
    const RecognitionRequest request_;
    std::vector<audio::Sample> sound_;  // bounded by longest_utterance
    Bell bell_;
    bool finished_ = false;
    bool too_long_ = false;
    bool over_ = false;

    std::unique_ptr<net::ClientReply> reply_;
    std::optional<net::EventReader> reader_;  // reads from `reply_`
    TextEvents events_;
    std::string shown_;
    bool begun_again_ = false;
};

OpenAiRecogniser::OpenAiRecogniser(OpenAiSttSettings settings, net::HttpClient& http, Clock& clock,
                                   const Log& log)
    : settings_(std::move(settings)),
      provider_(provider_of(settings_)),
      place_(place_of(http_url(provider_.base_url, ""))),
      http_(http),
      clock_(clock),
      log_(log.with({{"engine", "openai"}, {"trade", "recogniser"}})) {}

EngineInfo OpenAiRecogniser::info() const {
    return {.kind = "openai", .model = settings_.model, .place = place_};
}

RecogniserCapabilities OpenAiRecogniser::capabilities() const {
    return {.languages = settings_.languages,
            .partials = false,
            .translates_to = refuses_translation_ ? std::vector<Language>() : std::vector<Language>{"en"}};
}

awaitable<Health> OpenAiRecogniser::check() {
    if (lacks_key(provider_)) {
        co_return health_without_key(provider_);
    }
    refuses_translation_ = false;  // it may be another server by now, or was one in between
    if (place_ == Place::Cloud || proven_) {
        auto health = co_await look_whether_there(provider_, http_, clock_, settings_.model);
        proven_ = proven_ && health.usable;
        co_return health;
    }
    std::optional<Error> failure;
    try {
        co_return co_await try_out();
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    auto health = health_after(provider_, *failure);
    health.advice =
        "set OPENAI_BASE_URL to a server that has /audio/transcriptions, and engines.openai_stt.model "
        "to one of its models";
    co_return health;
}

awaitable<Health> OpenAiRecogniser::try_out() {
    RecognitionRequest silence{.partials = false};
    Transcription trial(*this, silence);
    trial.push(std::vector<audio::Sample>(audio::speech_rate / 4));
    trial.finish();
    co_await trial.next();
    proven_ = true;
    co_return health_when_there(provider_, settings_.model);
}

std::unique_ptr<RecogniserStream> OpenAiRecogniser::start(const RecognitionRequest& request) {
    if (lacks_key(provider_)) {
        return std::make_unique<RefusingRecogniserStream>(missing_key(provider_));
    }
    const auto& known = settings_.languages;
    if (!known.empty() &&
        std::ranges::none_of(known, [&](const auto& offered) { return serves(offered, request.language); })) {
        return std::make_unique<RefusingRecogniserStream>(
            Error{ErrorKind::Unsupported,
                  fmt::format("The transcription server does not understand the language '{}'.",
                              primary_subtag(request.language)),
                  {}});
    }
    if (auto can = capabilities(); !translates(can, request)) {
        return std::make_unique<RefusingRecogniserStream>(lacks_translation(provider_.name, request));
    }
    return std::make_unique<Transcription>(*this, request);
}

}  // namespace repartee::engines::openai_stt
