// What the speaker, the room and the microphone sound like on average, so that the decoder can
// subtract it (cepstral mean normalisation).
//
// The library would carry its own estimate from one utterance into the next, which may be somebody
// else's: the same recording would be understood differently each time. So every utterance begins
// with the same expectation here and learns its own mean while it is heard. Measured over four
// synthetic voices, that is as good as a fixed mean on speech of ordinary level, and on speech
// 30 dB quieter it keeps two sentences of three where the fixed mean loses nearly all.
#pragma once

#include <array>
#include <span>

namespace repartee::engines::pocketsphinx {

class CepstralMean {
public:
    static constexpr std::size_t dimensions = 13;
    using Vector = std::array<float, dimensions>;

    // One frame of 10 ms that holds speech.
    void learn(std::span<const float, dimensions> frame);

    Vector value() const;

private:
    // Clean speech of ordinary level: the average over flite's slt, rms, awb and kal16 voices.
    static constexpr Vector expected = {47.5F,  5.8F,   4.85F,  20.25F, -0.3F, 0.05F, 5.6F,
                                        -5.25F, -1.45F, -2.65F, 6.45F,  1.85F, 2.3F};
    // Frames of speech that the expectation is worth. With less, the first sounds of an utterance
    // are taken for its average; with more, a quiet speaker stays misunderstood for longer.
    static constexpr float weight = 200;
    // Frames after which older ones fade.
    static constexpr float memory = 1500;

    Vector mean_ = expected;
    float frames_ = weight;
};

}  // namespace repartee::engines::pocketsphinx
