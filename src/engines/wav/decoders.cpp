#include "engines/wav/decoders.h"

#include "audio/resampler.h"
#include "audio/sniff.h"
#include "audio/wav.h"
#include "engines/wav/sliced_stream.h"

#include <optional>

namespace repartee::engines::wav {
namespace {

class WavStream final : public SlicedStream {
public:
    using SlicedStream::SlicedStream;

private:
    void decode(std::span<const std::byte> bytes, std::vector<audio::Sample>& samples) override {
        file_samples_.clear();
        reader_.push(bytes, file_samples_).value();
        if (!resampler_ && reader_.format()) {
            resampler_.emplace(reader_.format()->rate, audio::speech_rate);
        }
        if (resampler_) {
            resampler_->push(file_samples_, samples);
        }
    }

    void decode_end(std::vector<audio::Sample>& samples) override {
        reader_.finish().value();
        resampler_->flush(samples);
    }

    audio::WavReader reader_;
    std::optional<audio::Resampler> resampler_;  // once the rate is known
    std::vector<audio::Sample> file_samples_;    // at the file's rate; kept for its storage
};

class PcmStream final : public SlicedStream {
public:
    using SlicedStream::SlicedStream;

private:
    void decode(std::span<const std::byte> bytes, std::vector<audio::Sample>& samples) override {
        samples.reserve(bytes.size() / 2 + 1);
        for (const std::byte byte : bytes) {
            const auto value = std::to_integer<std::uint16_t>(byte);
            if (low_) {
                samples.push_back(static_cast<audio::Sample>(*low_ | (value << 8)));
                low_.reset();
            } else {
                low_ = value;
            }
        }
    }

    void decode_end(std::vector<audio::Sample>&) override {}

    std::optional<std::uint16_t> low_;  // half a sample
};

Health built_in() {
    return {.usable = true, .reason = "built in"};
}

}  // namespace

EngineInfo WavDecoder::info() const {
    return {.kind = "wav", .model = {}, .place = Place::Embedded};
}

awaitable<Health> WavDecoder::check() {
    co_return built_in();
}

bool WavDecoder::recognises(std::span<const std::byte> head) const {
    return audio::sniff(head) == audio::AudioFormat::Wav;
}

std::unique_ptr<DecoderStream> WavDecoder::start(const DecodingRequest& request) {
    return std::make_unique<WavStream>(request.longest.value_or(settings_.longest_recording));
}

EngineInfo PcmDecoder::info() const {
    return {.kind = "pcm", .model = {}, .place = Place::Embedded};
}

awaitable<Health> PcmDecoder::check() {
    co_return built_in();
}

bool PcmDecoder::recognises(std::span<const std::byte> head) const {
    return audio::sniff(head) == audio::AudioFormat::Unknown;
}

std::unique_ptr<DecoderStream> PcmDecoder::start(const DecodingRequest& request) {
    return std::make_unique<PcmStream>(request.longest.value_or(settings_.longest_recording));
}

}  // namespace repartee::engines::wav
