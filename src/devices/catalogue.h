// Every device the program could use: a robot, a microphone.
//
// Each device's folder adds its offers and its settings in register.cpp; the list of folders in
// src/devices/CMakeLists.txt generates the calls. Nothing is built before the settings are read:
// an offer is a promise that can be kept later.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/fields.h"
#include "base/log.h"
#include "devices/microphone.h"
#include "devices/robot.h"
#include "net/http_client.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace repartee::devices {

// What a device may use. All of it outlives the device.
struct Surroundings {
    Executor executor;  // for a device's own background work
    Clock& clock;
    Log log;
    net::HttpClient& http;
};

template <class Contract>
struct Offer {
    std::string kind;                  // "misty"
    std::function<bool()> configured;  // whether the settings name such a device
    std::string advice;                // what to do if they do not: "set MISTY_URL to ..."
    std::function<std::unique_ptr<Contract>(const Surroundings&)> create;
};

struct SettingsSection {
    std::string name;  // the table [devices.<name>]
    std::string help;
    std::function<void(Fields&)> describe;
};

class Catalogue {
public:
    std::vector<Offer<Robot>> robots;
    std::vector<Offer<Microphone>> microphones;
    std::vector<SettingsSection> settings;
};

// The first robot that the settings name; without one, a robot that is not configured and tells
// how it could be. Never null.
std::unique_ptr<Robot> build_robot(const Catalogue& catalogue, const Surroundings& surroundings);

// The first microphone that can be used here; a machine without any is told by the microphone itself. Never
// null.
std::unique_ptr<Microphone> build_microphone(const Catalogue& catalogue, const Surroundings& surroundings);

// Generated from the list in src/devices/CMakeLists.txt.
void register_all(Catalogue& catalogue);

}  // namespace repartee::devices
