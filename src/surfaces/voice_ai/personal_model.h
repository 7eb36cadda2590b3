// The model that answers one person: that of their own account at a provider where they have given a key to
// it, else the server's. When theirs fails before its first word the server's answers instead.
#pragma once

#include "base/error.h"
#include "base/log.h"
#include "engines/model.h"

#include <memory>

namespace repartee::surfaces::voice_ai {

// On the strand of the one conversation that uses it.
class PersonalModel final : public engines::Model {
public:
    // `servers` outlives it.
    PersonalModel(engines::Model& servers, Log log) : servers_(servers), log_(std::move(log)) {}

    // From the next answer on; null: there is none any more. Its owners are this, answers under way, and
    // whoever lends it.
    void use(std::shared_ptr<engines::Model> own) { own_ = std::move(own); }

    bool is_own() const { return own_ != nullptr; }

    engines::EngineInfo info() const override { return own_ ? own_->info() : servers_.info(); }
    awaitable<engines::Health> check() override { return own_ ? own_->check() : servers_.check(); }
    std::unique_ptr<engines::ModelStream> start(engines::Prompt prompt) override;
    void prepare(const engines::Prompt& prompt) override;

private:
    engines::Model& servers_;
    Log log_;
    std::shared_ptr<engines::Model> own_;
};

}  // namespace repartee::surfaces::voice_ai
