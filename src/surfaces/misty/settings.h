// What can be set about the robot's job API: the table [surfaces.misty].
#pragma once

#include "base/fields.h"
#include "jobs/job_settings.h"

#include <cstdint>
#include <string>

namespace repartee::surfaces::misty {

struct MistySettings {
    // One recording. 25 MB are 13 minutes of 16 kHz sound.
    std::int64_t max_audio_bytes = 25'000'000;
    std::string language = "en";
    // What people say to the robot stays in the house, whatever engines the rest of the server uses.
    bool local_only = true;
    jobs::JobSettings jobs;
};

void describe(Fields& fields, MistySettings& settings);

}  // namespace repartee::surfaces::misty
