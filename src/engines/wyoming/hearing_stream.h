// Speech understood by another process over a Wyoming connection: a worker of ours, or any service that
// speaks the protocol.
#pragma once

#include "engines/recogniser.h"
#include "wyoming/errand.h"

#include <functional>
#include <memory>
#include <string>

namespace repartee::engines::wyoming {

struct HearingOptions {
    std::string model = {};  // of those that the service offers; empty: its own choice
    std::string hints = {};  // ours: words and names that may come
    bool translate = false;  // ours: into English
    // Ours: there were words, and the worker does not believe that anybody said them.
    std::function<void(std::string_view why)> on_rejected = [](std::string_view) {};
};

// The errand is fresh; the first events are sent here.
std::unique_ptr<RecogniserStream> listen_through(std::unique_ptr<repartee::wyoming::Errand> errand,
                                                 const RecognitionRequest& request, HearingOptions options);

}  // namespace repartee::engines::wyoming
