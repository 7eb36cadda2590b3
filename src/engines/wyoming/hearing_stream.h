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
    bool translate = false;  // ours: into English, also where the request does not ask for it
    // Ours: there were words, and the worker does not believe that anybody said them.
    std::function<void(std::string_view why)> on_rejected = [](std::string_view) {};
};

// The language is written as the service writes it. A service that ends utterances by itself, in the middle
// of ours, is given the rest as another one: hence more than one errand.
std::unique_ptr<RecogniserStream> listen_through(repartee::wyoming::NewErrand new_errand,
                                                 const RecognitionRequest& request, HearingOptions options);

}  // namespace repartee::engines::wyoming
