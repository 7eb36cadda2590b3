// Whisper, in the worker repartee-whisper: the better recogniser on one's own machine, once a model is there.
#pragma once

#include "base/log.h"
#include "engines/recogniser.h"
#include "models/admission.h"
#include "processes/worker.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>

namespace repartee::engines::whisper {

// The table [engines.whisper].
struct Settings {
    std::string model;                  // a name, or a file; empty: the best that is there
    std::string compute_type = "int8";  // as the originals name it
    std::string device = "auto";
    std::string hints;          // words and names that may come
    bool translate = false;     // whoever asks
    std::int64_t decoders = 0;  // 0: as many as the machine has cores for
    std::int64_t threads = 0;
    std::int64_t memory = 0;  // mebibytes, besides the model and the decoders; 0: as the worker sees fit
    // For a transcript, once everything has been said. A slow machine with a large model takes its time.
    std::chrono::milliseconds patience{20'000};
};

class Whisper final : public Recogniser {
public:
    using MakeWorker = std::function<std::unique_ptr<processes::Worker>(const processes::WorkerProgram&)>;

    // `models`: the folder in which model files lie.
    Whisper(Settings settings, std::filesystem::path models, WorkerPool& pool, Clock& clock, Log log,
            MakeWorker make_worker);

    EngineInfo info() const override;
    awaitable<Health> check() override;
    RecogniserCapabilities capabilities() const override;
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    std::optional<std::filesystem::path> model_file() const;
    awaitable<std::optional<std::filesystem::path>> detector_file();
    processes::Worker* worker_for(const std::filesystem::path& file,
                                  const std::optional<std::filesystem::path>& detector);
    processes::Worker* worker() const;

    const Settings settings_;
    const std::filesystem::path models_;
    Clock& clock_;
    const Log log_;
    const MakeWorker make_worker_;
    models::Admission admission_;
    models::Admission detector_admission_;
    mutable std::mutex mutex_;  // `check` writes what the others read, on any loop
    std::filesystem::path file_;
    std::unique_ptr<processes::Worker> worker_;  // once there is a model
    std::vector<Language> languages_;
    bool translates_ = false;
};

}  // namespace repartee::engines::whisper
