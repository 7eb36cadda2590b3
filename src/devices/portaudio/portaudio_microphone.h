// The microphones of this machine, by PortAudio: ALSA, and through it PulseAudio and PipeWire.
//
// PortAudio's own thread writes into a ring without a lock; a thread of ours opens, empties the ring, brings
// the sound into the form that recognisers take, and notices that a device has gone. It lives from the first
// capture to the end of the microphone, and holds the device only while somebody listens.
#pragma once

#include "base/log.h"
#include "devices/microphone.h"
#include "devices/portaudio/asked_aside.h"
#include "devices/portaudio/portaudio_settings.h"

#include <memory>
#include <thread>

namespace repartee::devices::portaudio {

class CaptureQueue;

class PortAudioMicrophone final : public Microphone {
public:
    PortAudioMicrophone(const PortAudioSettings& settings, Log log);
    // Waits until the device is given back; not for ever, for a sound system may never answer again.
    ~PortAudioMicrophone() override;

    // These two wait some seconds at most, and then say that the sound system does not answer.
    std::vector<AudioInput> inputs() override;
    std::string wanted() const override;
    std::string complaint() override;
    std::unique_ptr<Capture> open(const Executor& executor) override;

    // What the thread and the captures share: who is to be heard. Theirs alone.
    struct Desk;

private:
    // What the thread does, and all it needs for that.
    struct Work;

    const PortAudioSettings settings_;
    const Log log_;
    AskedAside aside_;
    std::shared_ptr<Desk> desk_;
    std::jthread thread_;
};

}  // namespace repartee::devices::portaudio
