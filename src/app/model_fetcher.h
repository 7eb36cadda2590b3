// Fetches models while the server runs, one after the other, for who asks from the page. What has come is
// taken up by the engines at once.
#pragma once

#include "app/core.h"
#include "app/progress_bar.h"
#include "app/settings.h"
#include "base/bell.h"
#include "base/task.h"
#include "downloads/download.h"
#include "models/manifest.h"
#include "surfaces/steward.h"

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace repartee::app {

class ModelFetcher {
public:
    // So many wait at most; one more is refused.
    static constexpr std::size_t most_waiting = 16;
    // So many are remembered when they have come, or have not.
    static constexpr std::size_t most_remembered = 8;

    // `news` goes up with every change. All of them outlive the fetcher.
    ModelFetcher(Core& core, const ModelSettings& settings, std::filesystem::path folder,
                 std::atomic<std::uint64_t>& news);

    // On the core's strand, until cancelled; once.
    awaitable<void> run();

    // --- any thread; see surfaces/steward.h ---
    void fetch(const std::string& name);
    void stop(const std::string& name);
    std::vector<surfaces::ModelFetch> all() const;

private:
    using State = surfaces::ModelFetch::State;
    struct Entry {
        const models::KnownModel* model = nullptr;
        surfaces::ModelFetch facts;
        bool is_to_stop = false;
    };
    class Telling;

    Entry* entry_of(const models::KnownModel& model);
    const models::KnownModel* take_next();
    awaitable<void> take_up();
    awaitable<void> bring(const models::KnownModel& model);
    awaitable<bool> is_here_already(const models::KnownModel& model);
    awaitable<void> settle(const models::KnownModel& model);
    // Under the lock; counts as news.
    void change(const models::KnownModel& model, const std::function<void(surfaces::ModelFetch&)>& how);

    Core& core_;
    const ModelSettings settings_;
    const std::filesystem::path folder_;
    std::atomic<std::uint64_t>& news_;
    WorkerPool pool_{1, 4};  // sums and disk; others have work that waits for nobody's gigabytes

    mutable std::mutex mutex_;
    std::deque<Entry> entries_;

    // On the strand.
    Bell bell_;
    Task bringing_;
    bool has_come_ = false;
};

}  // namespace repartee::app
