#include "devices/misty/misty_settings.h"

namespace repartee::devices::misty {

void describe(Fields& fields, MistySettings& settings) {
    fields.field("url", settings.url,
                 {.help = "Base URL of the robot, such as http://192.168.1.20; empty: no robot.",
                  .environment = "MISTY_URL"});
    fields.field("connect_timeout", settings.connect_timeout,
                 {.help = "How long to try to reach the robot before it counts as switched off.",
                  .least = 100,
                  .most = 60'000});
    fields.field("command_timeout", settings.command_timeout,
                 {.help = "How long the robot may take to answer a command, connecting included.",
                  .least = 200,
                  .most = 60'000});
}

}  // namespace repartee::devices::misty
