// What is to be said of a model that lies in the folder, once it has been looked through. For `models verify`
// and `doctor`.
#pragma once

#include "app/model_shelf.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace repartee::app {

struct ModelFinding {
    bool good = false;
    std::string words;
    std::string advice = {};  // what to type when it is not good
};

enum class Thoroughness {
    AsRemembered,  // a sum that is known counts as long as the file is the same
    EveryByte,  // whatever is remembered; also compares with what was published what nobody has a record of
};

// `on_progress` is called now and then with how many bytes have been read. Blocks. Throws Failure{Cancelled}.
ModelFinding look_through(const ShelvedModel& model, Thoroughness how, const std::stop_token& stop = {},
                          const std::function<void(std::uintmax_t)>& on_progress = {});

}  // namespace repartee::app
