#include "engines/silero/silero_detector.h"

#include "engines/silero/silero_stream.h"
#include "models/model_file.h"
#include "models/silero_names.h"

#include <fmt/format.h>

namespace repartee::engines::silero {

namespace {

// How much of it is at fault when the worker owes us an answer for so long.
constexpr Duration worker_patience = 1s;

energy::EnergySettings loudness_of(const SileroSettings& settings) {
    energy::EnergySettings loudness;
    loudness.onset_db = settings.onset_db;
    loudness.release_db = std::min(loudness.release_db, settings.onset_db);
    return loudness;
}

}  // namespace

SileroDetector::SileroDetector(SileroSettings settings, std::filesystem::path models, Clock& clock,
                               MakeWorker make_worker)
    : settings_(std::move(settings)),
      models_(std::move(models)),
      clock_(clock),
      make_worker_(std::move(make_worker)),
      loudness_(loudness_of(settings_)) {}

EngineInfo SileroDetector::info() const {
    std::lock_guard lock(mutex_);
    return {.kind = "silero", .model = file_.stem().string(), .place = Place::Local};
}

awaitable<Health> SileroDetector::check() {
    Health health;
    try {
        auto file = models::find_silero(models_, settings_.model);
        if (!file) {
            health.reason = fmt::format("no weights of Silero in {}", models_.string());
            health.advice = "repartee models pull silero";
            co_return health;
        }
        models::examine(*file);
        auto info = co_await worker_for(*file)->describe();
        health.usable = info.flag("speech_detection");
        health.reason = health.usable ? "in a worker" : "its worker detects no speech";
    } catch (const Failure& failure) {
        health.reason = failure.error().message;
        health.advice =
            "repartee-whisper lies beside repartee where the engine kit was found; ./dev build fetches it";
    }
    co_return health;
}

processes::Worker* SileroDetector::worker_for(const std::filesystem::path& file) {
    std::lock_guard lock(mutex_);
    if (!worker_) {
        processes::WorkerProgram program{.name = "repartee-whisper",
                                         .arguments = {"--detector", file.string(), "--connections",
                                                       // and one for those who ask how it is
                                                       std::to_string(settings_.voices + 1)}};
        worker_ = make_worker_(program);
        file_ = file;
    }
    return worker_.get();
}

std::unique_ptr<DetectorStream> SileroDetector::start(const Executor& strand,
                                                      const DetectionRequest& request) {
    processes::Worker* worker = nullptr;
    {
        std::lock_guard lock(mutex_);
        worker = worker_.get();
    }
    auto connect = [this, worker, strand]() -> std::unique_ptr<ProbabilityFeed> {
        if (worker == nullptr) {
            return nullptr;
        }
        repartee::wyoming::ErrandOptions options;
        options.patience = worker_patience;
        options.on_trouble = [worker] { worker->suspect(); };
        auto errand = std::make_unique<repartee::wyoming::Errand>(
            clock_, [worker] { return worker->connect(); }, std::move(options));
        return std::make_unique<ProbabilityFeed>(strand, std::move(errand));
    };
    auto threshold = request.threshold.value_or(static_cast<float>(settings_.threshold));
    return std::make_unique<SileroStream>(loudness_.start(strand, {}),
                                          VoiceDecision(threshold, settings_.patience), std::move(connect));
}

}  // namespace repartee::engines::silero
