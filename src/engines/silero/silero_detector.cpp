#include "engines/silero/silero_detector.h"

#include "engines/silero/silero_stream.h"
#include "models/silero_names.h"

#include <fmt/format.h>

namespace repartee::engines::silero {

namespace {

// How much of it is at fault when the worker owes us an answer for so long.
constexpr Duration worker_patience = 1s;

// Mebibytes: for each voice a network and a thread with its stack, and a little for all.
std::int64_t room_for(std::int64_t voices) {
    constexpr std::int64_t for_all = 64;
    constexpr std::int64_t for_a_voice = 12;
    return for_all + voices * for_a_voice;
}

energy::EnergySettings loudness_of(const SileroSettings& settings) {
    energy::EnergySettings loudness;
    loudness.onset_db = settings.onset_db;
    loudness.release_db = std::min(loudness.release_db, settings.onset_db);
    return loudness;
}

}  // namespace

SileroDetector::SileroDetector(SileroSettings settings, std::filesystem::path models, WorkerPool& pool,
                               Clock& clock, MakeWorker make_worker)
    : settings_(std::move(settings)),
      models_(std::move(models)),
      clock_(clock),
      make_worker_(std::move(make_worker)),
      admission_(pool),
      loudness_(loudness_of(settings_)) {}

EngineInfo SileroDetector::info() const {
    std::lock_guard lock(mutex_);
    return {.kind = "silero", .model = file_.stem().string(), .place = Place::Local};
}

awaitable<Health> SileroDetector::check() {
    Health health;
    auto file = models::find_silero(models_, settings_.model);
    if (!file) {
        health.reason = fmt::format("no weights of Silero in {}", models_.string());
        health.advice = "repartee models pull silero";
        co_return health;
    }
    bool let_in = false;
    try {
        co_await admission_.of(*file);
        let_in = true;
        auto info = co_await worker_for(*file)->describe();
        health.usable = info.flag("speech_detection");
        health.reason = health.usable ? "in a worker" : "its worker detects no speech";
    } catch (const Failure& failure) {
        health.reason = failure.error().message;
        health.advice = let_in ? "repartee-whisper lies beside repartee where the engine kit was found; "
                                 "./dev build fetches it"
                               : models::advice_on(failure.error(), *file);
    }
    co_return health;
}

processes::Worker* SileroDetector::worker_for(const std::filesystem::path& file) {
    std::lock_guard lock(mutex_);
    if (!worker_) {
        processes::WorkerProgram program{.name = "repartee-whisper",
                                         .arguments = {"--detector", file.string(), "--connections",
                                                       // and one for those who ask how it is
                                                       std::to_string(settings_.voices + 1), "--memory",
                                                       std::to_string(room_for(settings_.voices))}};
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
        return std::make_unique<ProbabilityFeed>(strand, clock_, std::move(errand));
    };
    // Agents may say anything from 0 to 1; at the ends everything is a voice, or nothing.
    auto threshold =
        std::clamp(request.threshold.value_or(static_cast<float>(settings_.threshold)), 0.05F, 0.95F);
    return std::make_unique<SileroStream>(loudness_.start(strand, {}),
                                          VoiceDecision(threshold, settings_.patience), std::move(connect));
}

}  // namespace repartee::engines::silero
