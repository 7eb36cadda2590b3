// What repartee-whisper does for one connection: utterances one after the other, each from `transcribe` to
// `transcript`; or a detector, from `detect-speech` on. docs/workers.md has the words.
#pragma once

#include "workers/whisper/computing.h"
#include "workers/whisper/desk.h"
#include "workers/whisper/detector.h"
#include "workers/wire.h"

namespace repartee::workers::whisper {

struct Service {
    SpeechModel* model = nullptr;  // null: there is none, only a detector
    Desk* desk = nullptr;
    DetectorShelf* detectors = nullptr;  // null: none
    ComputingDevice device = {};         // of the model
};

wyoming::Event info(const Service& service);

// From the first event of a request to the end of it, or of the connection.
void serve(const Service& service, Wire& wire, wyoming::Event first);

}  // namespace repartee::workers::whisper
