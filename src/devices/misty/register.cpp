#include "devices/catalogue.h"
#include "devices/misty/misty_robot.h"

namespace repartee::devices::misty {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<MistySettings>();
    catalogue.settings.push_back({.name = "misty",
                                  .help = "A Misty II robot.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.robots.push_back({.kind = "misty",
                                .configured = [settings] { return !settings->url.empty(); },
                                .advice = "set MISTY_URL to the robot's address, such as http://192.168.1.20",
                                .create =
                                    [settings](const Surroundings& surroundings) {
                                        return std::make_unique<MistyRobot>(*settings, surroundings);
                                    }});
}

}  // namespace repartee::devices::misty
