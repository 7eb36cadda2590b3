// Is somebody speaking? Asked for every frame of every stream, so it neither allocates nor waits.
#pragma once

#include "audio/pcm.h"
#include "engines/engine.h"

#include <memory>
#include <span>

namespace repartee::engines {

struct Activity {
    bool speech = false;
    float level = 0;        // loudness of the frame: root mean square, 0 to 1
    float probability = 0;  // of speech, 0 to 1; engines without a measure say 0 or 1
};

// On one strand. A detector that computes elsewhere answers with the latest it knows.
class DetectorStream {
public:
    virtual ~DetectorStream() = default;
    // 16 kHz mono, 8 to 100 ms at a time.
    virtual Activity push(std::span<const audio::Sample> frame) = 0;
};

class Detector : public Engine {
public:
    virtual std::unique_ptr<DetectorStream> start() = 0;
};

}  // namespace repartee::engines
