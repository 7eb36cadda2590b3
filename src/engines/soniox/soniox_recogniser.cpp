#include "engines/soniox/soniox_recogniser.h"

#include "engines/soniox/soniox_wire.h"

namespace repartee::engines::soniox {

namespace {

// A socket that says nothing is closed, after a time that no document tells. Once it has begun, Soniox
// wants to hear something every 20 seconds.
constexpr Duration idle_limit = 8s;
constexpr Duration keepalive = 5s;

}  // namespace

SocketRecogniserOptions recogniser_options(const SonioxSettings& settings) {
    SocketRecogniserOptions options;
    options.kind = "soniox";
    options.model = settings.model;
    options.provider = provider_of(settings);
    options.languages = soniox_languages();
    options.url = [url = soniox_url(settings)](const Language&) { return url; };
    if (!settings.api_key.empty()) {
        options.headers.add("Authorization", "Bearer " + settings.api_key.reveal());
    }
    options.translates_to = soniox_languages();
    options.wire = [settings](const RecognitionRequest& request) {
        return std::make_unique<SonioxWire>(settings, request);
    };
    options.patience = settings.patience;
    options.keepalive = keepalive;
    options.acknowledges = true;
    options.pace = settings.catch_up;
    // The key is looked at with the first message.
    options.speaks_at_check = true;
    options.spares = {.count = static_cast<std::size_t>(settings.spare_connections),
                      .idle_limit = idle_limit,
                      .warm_time = settings.keep_warm};
    return options;
}

}  // namespace repartee::engines::soniox
