// The model that is always there: no download, no network, no language model either.
//
// It understands a few dozen ways of asking for the time, a sum, a timer or a note, passes on what
// the skills answer, and says plainly what is missing when it does not understand. Used where
// nothing better is configured. Any thread may start streams; answers come at once.
#pragma once

#include "engines/model.h"

namespace repartee::engines::rules {

class RulesModel final : public Model {
public:
    EngineInfo info() const override;
    awaitable<Health> check() override;
    std::unique_ptr<ModelStream> start(Prompt prompt) override;
};

}  // namespace repartee::engines::rules
