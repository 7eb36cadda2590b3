// Audio files of every usual kind, opened in the worker repartee-decode: bytes from strangers run
// through FFmpeg there, where they can do no harm.
#pragma once

#include "engines/decoder.h"
#include "processes/worker.h"

#include <chrono>

namespace repartee::engines::decode {

// The table [engines.decode].
struct Settings {
    // Of sound, however few bytes it came in: a recogniser may take as long as the recording lasts.
    std::chrono::milliseconds longest_recording{15 * 60 * 1000};
    // For what the worker owes us.
    std::chrono::milliseconds patience{5000};
};

class WorkerDecoder final : public Decoder {
public:
    WorkerDecoder(const Settings& settings, Clock& clock, std::unique_ptr<processes::Worker> worker);

    EngineInfo info() const override;
    awaitable<Health> check() override;
    bool recognises(std::span<const std::byte> head) const override;
    std::unique_ptr<DecoderStream> start(const DecodingRequest& request) override;

private:
    Settings settings_;
    Clock& clock_;
    std::unique_ptr<processes::Worker> worker_;
};

}  // namespace repartee::engines::decode
