#include "devices/absent_robot.h"
#include "devices/catalogue.h"

namespace repartee::devices {

std::unique_ptr<Robot> build_robot(const Catalogue& catalogue, const Surroundings& surroundings) {
    std::string advice;
    for (const auto& offer : catalogue.robots) {
        if (offer.configured()) {
            return offer.create(surroundings);
        }
        advice += (advice.empty() ? "" : ", or ") + offer.advice;
    }
    return std::make_unique<AbsentRobot>(advice);
}

}  // namespace repartee::devices
