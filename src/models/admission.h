// Who lets a model file in: what a file holds is looked at (model_file.h), and a file that was fetched has to
// be the one that was fetched, byte for byte. Before any library sees it.
//
// The sum of gigabytes takes seconds. It is computed once, and again only when the file has changed since
// (record.h). A file without a record was put there by hand, and is taken for what it holds.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/worker_pool.h"
#include "models/model_file.h"
#include "models/record.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace repartee::models {

struct Admitted {
    ModelFile file;
    std::optional<RecordedFile> record = {};  // nothing: put there by hand
};

struct AdmissionOptions {
    bool look_anew = false;  // compute the sum also where it is known
    // Called now and then with how many bytes have been summed.
    std::function<void(std::uintmax_t)> on_progress = {};
};

// Throws Failure: as examine() does; Malformed for a file that is not what was fetched; Cancelled when a stop
// was asked for. Blocks: for commands and worker threads.
Admitted admit(const std::filesystem::path& path, const std::stop_token& stop = {},
               const AdmissionOptions& options = {});

// What to type about a file that admit() has refused; empty where waiting is all there is to do.
std::string advice_on(const Error& refusal, const std::filesystem::path& path);

// For engines, whose `check` comes again and again, and has little time each time: a sum that is not done by
// then is gone on with the next time. Any strand; one file at a time.
class Admission {
public:
    explicit Admission(WorkerPool& pool);
    ~Admission();

    // Throws as admit() does, and Failure{Busy} when `patience` was too short, which says how far it has
    // come.
    awaitable<Admitted> of(std::filesystem::path path, Duration patience = 10s);

private:
    struct Work;
    WorkerPool& pool_;
    std::unique_ptr<Work> work_;
};

}  // namespace repartee::models
