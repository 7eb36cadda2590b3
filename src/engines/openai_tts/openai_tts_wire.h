// POST /v1/audio/speech, without the network: a sentence out, the bytes of its sound in. Pure.
#pragma once

#include "audio/wav.h"
#include "engines/openai_tts/openai_tts_settings.h"
#include "vocabulary/voice.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::openai_tts {

// The rate of speech that is asked for: the settings' and the voice's together, as far as servers go.
double speed_of(const OpenAiTtsSettings& settings, const Voice& voice);

// The body of the request. The text need not be valid UTF-8.
std::string speech_body(const OpenAiTtsSettings& settings, const Voice& voice, std::string_view sentence);

// The sound of one sentence as its bytes come, cut anywhere: a WAV, whatever sizes it claims, or samples
// without a header.
class SpeechBody {
public:
    explicit SpeechBody(int pcm_rate) : rate_(pcm_rate) {}

    // Appends what is complete to `samples`. Fails with ProviderBroke for sound of a kind that was not asked
    // for.
    Result<void> push(std::string_view bytes, std::vector<audio::Sample>& samples);

    // Known from the first sample on.
    int rate() const { return rate_; }

private:
    enum class Kind { Unknown, Wav, Pcm };

    Result<void> push_wav(std::string_view bytes, std::vector<audio::Sample>& samples);
    void push_pcm(std::string_view bytes, std::vector<audio::Sample>& samples);

    Kind kind_ = Kind::Unknown;
    int rate_;
    std::string beginning_;  // too short to tell what it is
    std::string half_sample_;
    audio::WavReader wav_;
};

}  // namespace repartee::engines::openai_tts
