#include "engines/pocketsphinx/transcription.h"

#include "engines/pocketsphinx/words.h"

#include <utility>

namespace repartee::engines::pocketsphinx {

namespace {

// Samples. A section of this length ends at the next pause. Nearly all that people say to a machine
// is shorter, and is understood best in one piece.
constexpr std::size_t long_section = std::size_t{10} * audio::speech_rate;

// Samples. It ends here in any case, though it may cost a word: bounds the audio kept, the
// time that a final takes (a twentieth of this), and what hearing it again would cost.
constexpr std::size_t longest_section = std::size_t{30} * audio::speech_rate;

}  // namespace

void Transcription::ensure_begun() {
    if (!std::exchange(begun_, true)) {
        decoder_.begin(progress_.mean);
    }
}

void Transcription::feed(std::span<const audio::Sample> step) {
    ensure_begun();
    decoder_.feed(step);
    section_samples_ += step.size();
    if (section_samples_ >= longest_section ||
        (section_samples_ >= long_section && !decoder_.hears_speech())) {
        settle();
    }
}

void Transcription::finish() {
    ensure_begun();
    settle();
}

void Transcription::settle() {
    auto offset = std::chrono::duration_cast<std::chrono::milliseconds>(
        audio::duration_of(progress_.samples, audio::speech_rate));
    auto section = decoder_.end();
    for (std::size_t i = 0; i < section.words.size(); ++i) {
        auto& word = section.words[i];
        word.start += offset;
        word.end += offset;
        word.confidence = chance_right(section.evidence[i], section.sound);
        progress_.words.push_back(std::move(word));
    }
    begun_ = false;
    progress_.mean = decoder_.mean();
    progress_.samples += std::exchange(section_samples_, 0);
}

std::string Transcription::text() const {
    auto text = text_of(progress_.words);
    if (auto open = begun_ ? decoder_.text() : std::string(); !open.empty()) {
        text += (text.empty() ? "" : " ") + open;
    }
    return text;
}

}  // namespace repartee::engines::pocketsphinx
