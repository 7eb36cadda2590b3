// Silero, a small network that knows voices from other sounds, in the worker repartee-whisper. Loudness
// decides what it is asked about, so that silence costs nothing, and stands in for it where it does not
// answer.
#pragma once

#include "base/clock.h"
#include "engines/detector.h"
#include "engines/energy/energy_detector.h"
#include "engines/silero/silero_settings.h"
#include "models/admission.h"
#include "processes/worker.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

namespace repartee::engines::silero {

class SileroDetector final : public Detector {
public:
    using MakeWorker = std::function<std::unique_ptr<processes::Worker>(const processes::WorkerProgram&)>;

    // `models`: the folder in which model files lie.
    SileroDetector(SileroSettings settings, std::filesystem::path models, WorkerPool& pool, Clock& clock,
                   MakeWorker make_worker);

    EngineInfo info() const override;
    awaitable<Health> check() override;
    std::unique_ptr<DetectorStream> start(const Executor& strand, const DetectionRequest& request) override;

private:
    processes::Worker* worker_for(const std::filesystem::path& file);

    const SileroSettings settings_;
    const std::filesystem::path models_;
    Clock& clock_;
    const MakeWorker make_worker_;
    models::Admission admission_;
    energy::EnergyDetector loudness_;
    mutable std::mutex mutex_;  // `check` writes what the others read, on any loop
    std::filesystem::path file_;
    std::unique_ptr<processes::Worker> worker_;  // once there is a model
};

}  // namespace repartee::engines::silero
