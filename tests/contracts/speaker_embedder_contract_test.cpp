// All speaker embedders held to the contract, and the embedded one to what its README says.
#include "speaker_embedder_contract.h"

#include "engines/cepstral/cepstral_embedder.h"
#include "engines/energy/energy_detector.h"
#include "hearing/speakers.h"

namespace repartee::engines {

namespace {

INSTANTIATE_TEST_SUITE_P(Cepstral, SpeakerEmbedderContract,
                         testing::Values(SpeakerEmbedderCase{
                             .name = "cepstral",
                             .create = [](House& house) -> std::unique_ptr<SpeakerEmbedder> {
                                 return std::make_unique<cepstral::CepstralEmbedder>(house.pool());
                             }}),
                         case_name);

awaitable<bool> add_to(hearing::FileSpeakers& speakers, std::chrono::seconds start,
                       std::vector<audio::Sample> sound) {
    Transcript transcript{.text = "words"};
    co_await speakers.add(start, std::move(sound), std::move(transcript));
    co_return true;
}

// A recording of a genuine human voice, cut every few seconds: one person, throughout.
class OnePersonInAHall : public testing::TestWithParam<int> {};

TEST_P(OnePersonInAHall, IsOneSpeaker) {
    House house(Time::Real);
    cepstral::CepstralEmbedder embedder(house.pool());
    std::ifstream file(SHARED_FOLDER "/audio/jfk.wav", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto sound = audio::parse_wav(std::as_bytes(std::span(bytes))).value().samples;
    hearing::FileSpeakers speakers(embedder);
    const auto piece = static_cast<std::size_t>(GetParam()) * audio::speech_rate;
    std::size_t pieces = 0;
    for (std::size_t begin = 0; begin < sound.size(); begin += piece) {
        auto end = std::min(sound.size(), begin + piece);
        std::vector<audio::Sample> part(sound.begin() + static_cast<std::ptrdiff_t>(begin),
                                        sound.begin() + static_cast<std::ptrdiff_t>(end));
        house.run(add_to(speakers, std::chrono::seconds(begin / audio::speech_rate), std::move(part)));
        ++pieces;
    }
    auto passages = speakers.passages();
    ASSERT_EQ(passages.size(), pieces);
    for (const auto& passage : passages) {
        ASSERT_TRUE(passage.speaker);
        EXPECT_EQ(passage.speaker->number, 1);
    }
}

INSTANTIATE_TEST_SUITE_P(CutEvery, OnePersonInAHall, testing::Values(3, 4, 5, 6));

}  // namespace

}  // namespace repartee::engines
