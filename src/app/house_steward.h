// Knows the house for the surface that shows it: puts together what the settings, the shelf of models, the
// stores and the log have to tell, fetches models and has everything examined.
#pragma once

#include "app/archive_keeper.h"
#include "app/checkup.h"
#include "app/core.h"
#include "app/model_fetcher.h"
#include "app/model_shelf.h"
#include "base/bell.h"
#include "surfaces/steward.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

namespace repartee::app {

class HouseSteward final : public surfaces::Steward {
public:
    // Before there are threads. All of them outlive the steward.
    HouseSteward(Settings& settings, Parts& parts, Core& core, const ArchiveKeeper& archive,
                 std::shared_ptr<const LogTail> tail);

    // Before the first connection.
    void is_listening(surfaces::Listening listening) { listening_ = std::move(listening); }
    // Before `run`, which it outlives.
    void has_tools(const mcp::client::McpToolbox& tools) { tools_ = &tools; }
    // Fetches and examines, on the core's strand, until cancelled; once. The devices outlive it.
    awaitable<void> run(devices::Robot& robot, devices::Microphone& microphone);

    std::string version() const override;
    surfaces::Listening listening() const override { return listening_; }
    bool registration_open() const override { return settings_.accounts.registration_open; }
    std::vector<surfaces::StoreFacts> stores() const override;

    awaitable<surfaces::ModelShelf> models() override;
    void fetch_model(std::string name) override { fetcher_.fetch(name); }
    void stop_fetching(std::string name) override { fetcher_.stop(name); }
    std::vector<surfaces::ModelFetch> fetches() const override { return fetcher_.all(); }

    void examine(Care care) override;
    surfaces::Examination examination() const override;

    std::uint64_t news() const override { return news_; }
    const LogTail& log_tail() const override { return *tail_; }

private:
    class Notes;

    awaitable<void> examine_when_asked(devices::Robot& robot, devices::Microphone& microphone);
    awaitable<void> examine_once(Patient patient, Care care);
    void note(const std::function<void(surfaces::Examination&)>& how);

    const Settings& settings_;
    Core& core_;
    const ArchiveKeeper& archive_;
    const std::shared_ptr<const LogTail> tail_;  // owners: the log, which writes into it, and we
    const ModelChoices choices_;
    surfaces::Listening listening_;
    const mcp::client::McpToolbox* tools_ = nullptr;
    std::atomic<std::uint64_t> news_{0};
    ModelFetcher fetcher_;
    Bell bell_;  // on the strand: somebody wants an examination

    mutable std::mutex mutex_;
    surfaces::Examination examination_;
    std::optional<Care> wanted_;
};

}  // namespace repartee::app
