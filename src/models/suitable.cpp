#include "models/suitable.h"

#include <array>
#include <cassert>
#include <string>

namespace repartee::models {

namespace {

// The best first; what is missing of one of these rules the model out.
struct Demand {
    std::string_view english;
    std::string_view any_language;
    unsigned cores;
    bool graphics_card;
};

// A turn should wait for its text no longer than half a second, which is what somebody leaves between two
// sentences. Quantized where the plain file would not fit a machine that is quick enough for it.
constexpr auto recognisers = std::to_array<Demand>({
    {"large-v3-turbo-q5_0", "large-v3-turbo-q5_0", 2, true},
    {"small.en-q5_1", "small-q5_1", 8, false},
    {"base.en", "base", 2, false},
    {"tiny.en", "tiny", 0, false},
});

constexpr auto language_models_by_merit = std::to_array<Demand>({
    {"qwen3-4b", "qwen3-4b", 2, true},
    {"qwen2.5-1.5b", "qwen2.5-1.5b", 4, false},
    {"qwen2.5-0.5b", "qwen2.5-0.5b", 2, false},
});

// For everything else that runs here.
constexpr int kept_free = 512;

const KnownModel& model_in_table(std::string_view name) {
    const auto* model = known_model(name);
    assert(model != nullptr);
    return *model;
}

template <std::size_t count>
const KnownModel* best_of(const std::array<Demand, count>& demands, const MachineFacts& machine) {
    for (const auto& demand : demands) {
        const auto& model = model_in_table(machine.speaks_english ? demand.english : demand.any_language);
        if (machine.cores >= demand.cores && (machine.graphics_card || !demand.graphics_card) &&
            machine.memory >= model.memory + kept_free) {
            return &model;
        }
    }
    return nullptr;
}

}  // namespace

const KnownModel& suitable_recogniser(const MachineFacts& machine) {
    const auto* best = best_of(recognisers, machine);
    return best != nullptr ? *best : model_in_table(machine.speaks_english ? "tiny.en-q5_1" : "tiny-q5_1");
}

const KnownModel* suitable_language_model(const MachineFacts& machine) {
    return best_of(language_models_by_merit, machine);
}

const KnownModel& suitable_detector() {
    return model_in_table("silero");
}

}  // namespace repartee::models
