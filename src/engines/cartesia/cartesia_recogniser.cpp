#include "engines/cartesia/cartesia_recogniser.h"

#include "engines/cartesia/ink_wire.h"

namespace repartee::engines::cartesia {

namespace {

// Cartesia has closed sockets after 20 seconds without a message, and after 3 minutes, depending on its
// age.
constexpr Duration idle_limit = 15s;
constexpr Duration keepalive = 8s;

}  // namespace

SocketRecogniserOptions recogniser_options(const CartesiaSettings& settings) {
    SocketRecogniserOptions options;
    options.kind = "cartesia";
    options.model = settings.recogniser_model;
    options.provider = provider_of(settings);
    options.languages = ink_languages();
    options.default_language = settings.recogniser_language;
    options.url = [settings](const Language& language) { return ink_url(settings, language); };
    options.headers = headers_of(settings);
    options.wire = [provider = options.provider](const RecognitionRequest&) {
        return std::make_unique<InkWire>(provider);
    };
    options.patience = settings.patience;
    options.keepalive = keepalive;
    options.spares = {.count = static_cast<std::size_t>(settings.spare_connections),
                      .idle_limit = idle_limit,
                      .warm_time = settings.keep_warm};
    return options;
}

}  // namespace repartee::engines::cartesia
