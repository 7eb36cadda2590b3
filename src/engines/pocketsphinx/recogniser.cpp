#include "engines/pocketsphinx/recogniser.h"

#include "engines/refusing_stream.h"

#include <filesystem>
#include <utility>

namespace repartee::engines::pocketsphinx {

namespace {

constexpr std::string_view language = "en";

class PocketsphinxStream final : public RecogniserStream {
public:
    PocketsphinxStream(DecoderPool& decoders, const RecognitionRequest& request)
        : decoders_(decoders), utterance_(decoders.open(request.partials, request.urgency)) {}

    ~PocketsphinxStream() override { end(); }

    void push(std::span<const audio::Sample> samples) override { decoders_.push(*utterance_, samples); }
    void finish() override { decoders_.finish(*utterance_); }

    awaitable<std::optional<Transcript>> next() override {
        if (ended_) {
            co_return std::nullopt;
        }
        try {
            co_return co_await utterance_->outbox.next();
        } catch (...) {
            end();
            throw;
        }
    }

private:
    void end() {
        if (!std::exchange(ended_, true)) {
            decoders_.abandon(*utterance_);
        }
    }

    DecoderPool& decoders_;
    std::shared_ptr<Utterance> utterance_;  // shared with the pool, see Utterance
    bool ended_ = false;
};

}  // namespace

Pocketsphinx::Pocketsphinx(const Settings& settings, Clock& clock, const Log& log, WorkerPool& pool,
                           std::function<void(Duration)> waited)
    : settings_(settings), pool_(pool), decoders_(settings, clock, log, std::move(waited)) {}

EngineInfo Pocketsphinx::info() const {
    return {.kind = "pocketsphinx",
            .model = std::filesystem::path(settings_.acoustic_model).filename().string(),
            .place = Place::Embedded};
}

awaitable<Health> Pocketsphinx::check() {
    const auto* advice = "apt-get install pocketsphinx-en-us, or correct the paths in [engines.pocketsphinx]";
    Health health;
    try {
        auto prepare = [this](const std::stop_token&) { decoders_.prepare(); };
        co_await pool_.run(prepare);
        health.usable = true;
        health.reason = "built in, English";
    } catch (const Failure& failure) {
        const auto& error = failure.error();
        health.reason = error.detail.empty() ? error.message : error.message + " (" + error.detail + ")";
        health.advice = error.kind == ErrorKind::Busy ? "" : advice;
    }
    co_return health;
}

RecogniserCapabilities Pocketsphinx::capabilities() const {
    return {.languages = {Language(language)}, .partials = true};
}

std::unique_ptr<RecogniserStream> Pocketsphinx::start(const RecognitionRequest& request) {
    if (!serves(language, request.language)) {
        Error why{ErrorKind::Unsupported, "This recogniser understands English only.", {}};
        return std::make_unique<RefusingRecogniserStream>(std::move(why));
    }
    if (auto can = capabilities(); !translates(can, request)) {
        return std::make_unique<RefusingRecogniserStream>(lacks_translation("This recogniser", request));
    }
    return std::make_unique<PocketsphinxStream>(decoders_, request);
}

}  // namespace repartee::engines::pocketsphinx
