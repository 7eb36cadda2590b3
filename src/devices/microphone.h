// A microphone: what is heard in the room, as it is heard, for as long as somebody listens.
//
//     auto capture = microphone.open(executor);          // the device is opened behind, by a thread of its
//     own while (auto captured = co_await capture->next())   // Opened, Sound, Sound, ... Gone, ... Opened,
//     Sound, ... capture.reset();                                   // and is given back soon after
//
// A microphone that is not there, or is pulled out, is no end: that is told, once, and the device is looked
// for again and again until it is back or nobody listens any more.
#pragma once

#include "audio/pcm.h"
#include "base/async.h"
#include "base/error.h"

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace repartee::devices {

// An input of this machine, as somebody chooses among them.
struct AudioInput {
    int number = 0;
    std::string name;    // "USB Audio: - (hw:1,0)"
    std::string system;  // what it is reached through: "ALSA"
    int channels = 0;    // at most
    double rate = 0;     // Hz, its own
    bool is_default = false;
    bool is_chosen = false;  // by the settings, or by default
};

// The microphone is open: for the first time, or again.
struct Opened {
    std::string name;
};
// 16 kHz mono; never empty.
struct Sound {
    std::vector<audio::Sample> samples;
    // What was said before it and is lost, for nobody fetched it in time.
    std::chrono::milliseconds lost{0};
    // How often sound was lost, that included of which the sound card does not say how long it was.
    int overruns = 0;
};
// There is no sound for the moment, and why; it is tried again behind.
struct Gone {
    Error error;
};
using Captured = std::variant<Opened, Sound, Gone>;

// Destroying it ends the capture: at once for whoever listened, soon for the device. Never blocks.
class Capture {
public:
    virtual ~Capture() = default;
    // On the strand that it was opened for. Sound that is not fetched for some seconds is lost, the oldest
    // first. Cancelling throws operation_aborted.
    virtual awaitable<Captured> next() = 0;
};

class Microphone {
public:
    virtual ~Microphone() = default;

    // The inputs there are now. Blocks, for some tenths of a second where sound systems are slow, for some
    // seconds where they do not answer. Throws Failure. Any thread.
    virtual std::vector<AudioInput> inputs() = 0;
    // What the settings ask for, in words for people: "the microphone 'usb'", "the default microphone".
    virtual std::string wanted() const = 0;
    // Why there is no sound to be had, and what to do; nothing when there is. From the same look. Blocks.
    virtual std::string complaint() = 0;

    // Never blocks, never fails: what is wrong comes out of `next`. One capture at a time; a new one takes
    // the place of the former, which hears nothing any more. The microphone outlives it.
    virtual std::unique_ptr<Capture> open(const Executor& executor) = 0;
};

}  // namespace repartee::devices
