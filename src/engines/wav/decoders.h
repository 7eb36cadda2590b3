// Decoders for sound that needs no codec: WAV files, and PCM without any header.
#pragma once

#include "engines/decoder.h"
#include "engines/wav/wav_settings.h"

namespace repartee::engines::wav {

// Any WAV that audio/wav.h reads, brought to 16 kHz.
class WavDecoder final : public Decoder {
public:
    explicit WavDecoder(const WavSettings& settings) : settings_(settings) {}

    EngineInfo info() const override;
    awaitable<Health> check() override;
    bool recognises(std::span<const std::byte> head) const override;
    std::unique_ptr<DecoderStream> start(const DecodingRequest& request) override;

private:
    WavSettings settings_;
};

// Signed 16-bit little-endian samples, one channel, 16 kHz: what anything is that has no signature
// of its own. An odd byte at the end is dropped.
class PcmDecoder final : public Decoder {
public:
    explicit PcmDecoder(const WavSettings& settings) : settings_(settings) {}

    EngineInfo info() const override;
    awaitable<Health> check() override;
    bool recognises(std::span<const std::byte> head) const override;
    std::unique_ptr<DecoderStream> start(const DecodingRequest& request) override;

private:
    WavSettings settings_;
};

}  // namespace repartee::engines::wav
