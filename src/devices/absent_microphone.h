// The microphone of a program that was built without any: it says so.
#pragma once

#include "devices/microphone.h"

namespace repartee::devices {

class AbsentMicrophone final : public Microphone {
public:
    std::vector<AudioInput> inputs() override { return {}; }
    std::string wanted() const override { return "no microphone"; }
    std::string complaint() override { return absence; }
    std::unique_ptr<Capture> open(const Executor& executor) override;

    static constexpr const char* absence = "This program was built without a way to listen to a microphone.";
};

}  // namespace repartee::devices
