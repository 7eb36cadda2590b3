#include "engines/decode/worker_decoder.h"

#include "audio/sniff.h"
#include "base/error.h"
#include "wyoming/errand.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace repartee::engines::decode {

namespace {

using repartee::wyoming::Errand;
using repartee::wyoming::Event;

// Bytes of the file in one event.
constexpr std::size_t piece = 64 << 10;

class WorkerDecoding final : public DecoderStream {
public:
    WorkerDecoding(std::unique_ptr<Errand> errand, std::chrono::milliseconds longest)
        : errand_(std::move(errand)), longest_(longest) {
        errand_->send({.type = "decode", .data = {{"longest_ms", longest.count()}}});
    }

    void push(std::span<const std::byte> bytes) override {
        while (!bytes.empty() && !finished_ && !ended_) {
            auto part = bytes.first(std::min(piece, bytes.size()));
            errand_->send(
                {.type = "file-chunk", .payload = {reinterpret_cast<const char*>(part.data()), part.size()}});
            bytes = bytes.subspan(part.size());
        }
    }

    void finish() override {
        if (!std::exchange(finished_, true)) {
            errand_->send({.type = "file-stop"});
            errand_->expect_answers(true);
        }
    }

    awaitable<std::optional<audio::Pcm>> next() override {
        while (!ended_) {
            std::optional<Event> event;
            std::exception_ptr failure;
            try {
                event = co_await errand_->next();
            } catch (...) {
                failure = std::current_exception();
            }
            ended_ = failure || !event || event->type == "audio-stop";
            if (failure) {
                std::rethrow_exception(failure);
            }
            if (!event && !began_) {
                throw Failure(ErrorKind::ProviderBroke, "The decoder is gone. Please try again.",
                              "the worker broke off before it began");
            }
            if (!event) {
                throw Failure(ErrorKind::Malformed,
                              "This recording cannot be read: the decoder gave up on it.",
                              "the worker broke off");
            }
            began_ = began_ || event->type == "audio-start";
            if (event->type == "audio-chunk" && event->payload.size() >= sizeof(audio::Sample)) {
                std::optional<audio::Pcm> pcm(std::in_place);
                pcm->samples.resize(event->payload.size() / sizeof(audio::Sample));
                std::memcpy(pcm->samples.data(), event->payload.data(),
                            pcm->samples.size() * sizeof(audio::Sample));
                check_length(pcm->samples.size());
                co_return pcm;
            }
        }
        co_return std::nullopt;
    }

private:
    // The worker keeps to the limit as well; but it is the worker that is not trusted.
    void check_length(std::size_t samples) {
        given_ += samples;
        if (audio::duration_of(given_, audio::speech_rate) > longest_) {
            ended_ = true;
            throw Failure(ErrorKind::TooLarge, "The recording is too long.");
        }
    }

    std::unique_ptr<Errand> errand_;
    std::chrono::milliseconds longest_;
    std::size_t given_ = 0;  // samples
    bool began_ = false;     // the worker has
    bool finished_ = false;  // by the sender
    bool ended_ = false;     // nothing more will come
};

}  // namespace

WorkerDecoder::WorkerDecoder(const Settings& settings, Clock& clock,
                             std::unique_ptr<processes::Worker> worker)
    : settings_(settings), clock_(clock), worker_(std::move(worker)) {}

EngineInfo WorkerDecoder::info() const {
    return {.kind = "decode", .model = "ffmpeg", .place = Place::Embedded};
}

awaitable<Health> WorkerDecoder::check() {
    Health health;
    try {
        co_await worker_->describe();
        health.usable = true;
        health.reason = "in a worker: WebM, Ogg, MP4, MP3, FLAC";
    } catch (const Failure& failure) {
        health.reason = failure.error().message;
        health.advice = "repartee-decode lies beside repartee; until it runs, send WAV";
    }
    co_return health;
}

bool WorkerDecoder::recognises(std::span<const std::byte> head) const {
    switch (audio::sniff(head)) {
        case audio::AudioFormat::WebM:
        case audio::AudioFormat::Ogg:
        case audio::AudioFormat::Mp4:
        case audio::AudioFormat::Mp3:
        case audio::AudioFormat::Flac: return true;
        default: return false;
    }
}

std::unique_ptr<DecoderStream> WorkerDecoder::start(const DecodingRequest& request) {
    repartee::wyoming::ErrandOptions options;
    options.patience = settings_.patience;
    options.on_trouble = [this] { worker_->suspect(); };
    auto errand = std::make_unique<Errand>(clock_, [this] { return worker_->connect(); }, std::move(options));
    return std::make_unique<WorkerDecoding>(std::move(errand),
                                            request.longest.value_or(settings_.longest_recording));
}

}  // namespace repartee::engines::decode
