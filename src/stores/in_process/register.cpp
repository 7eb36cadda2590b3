#include "stores/catalogue.h"
#include "stores/in_process/in_process_sessions.h"

namespace repartee::stores::in_process {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<InProcessSettings>();
    catalogue.settings.push_back({.name = "in_process",
                                  .help = "Session memory in this process: the default.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.session_shelves.push_back(
        {.kind = "in_process",
         .schemes = {},
         .create = [settings](const Surroundings& surroundings,
                              const std::string&) -> Result<std::unique_ptr<SessionShelf>> {
             return std::unique_ptr<SessionShelf>(
                 std::make_unique<InProcessShelf>(*settings, surroundings.clock));
         }});
}

}  // namespace repartee::stores::in_process
