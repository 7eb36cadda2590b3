#include "engines/alena/alena_settings.h"

namespace repartee::engines::alena {

void describe(Fields& fields, AlenaSettings& settings) {
    fields.field("url", settings.url,
                 {.help = "Where the controller listens.", .environment = "ALENA_CONTROLLER_URL"});
    fields.field("timeout", settings.timeout,
                 {.help = "How long the controller may take for an answer.",
                  .environment = "ALENA_CONTROLLER_TIMEOUT",
                  .least = 100,
                  .most = 3'600'000});
}

}  // namespace repartee::engines::alena
