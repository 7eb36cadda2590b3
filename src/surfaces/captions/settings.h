// Who may read what is said in the room, and how it is listened to. Section [surfaces.captions].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::surfaces::captions {

struct CaptionsSettings {
    // "loopback": while only this machine can reach us; "always"; "never".
    std::string allow = "loopback";
    bool on_shared_socket = true;  // /ws, where assistants are, too
    std::string language = {};     // empty: the recogniser decides
    double threshold = 0;          // root mean square, 0 to 1; 0: above the room's own noise
    std::chrono::milliseconds end_silence{800};
    std::chrono::milliseconds least_voice{300};
    std::chrono::milliseconds longest{30'000};
    std::chrono::milliseconds stale{20'000};
    double least_confidence = 0.05;
    // "asked": while a viewer asks for them; "always": the transcript has them, too.
    std::string speakers = "asked";
    std::int64_t keep_lines = 2000;
    std::chrono::milliseconds keep_for{4 * 3'600'000};
};

void describe(Fields& fields, CaptionsSettings& settings);

}  // namespace repartee::surfaces::captions
