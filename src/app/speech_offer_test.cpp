#include "app/speech_offer.h"

#include <gmock/gmock.h>

namespace repartee::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uintmax_t gibibyte = 1 << 30;

OfferFacts first_start() {
    return {.somebody_there = true,
            .worker_is_built = true,
            .recogniser_is_open = true,
            .machine = {.cores = 2, .memory = 8000, .speaks_english = true},
            .room = 10 * gibibyte};
}

std::vector<std::string> offered(const OfferFacts& facts) {
    std::vector<std::string> names;
    for (const auto* model : models_to_offer(facts)) {
        names.push_back(model->name);
    }
    return names;
}

TEST(SpeechOffer, IsWhatSuitsTheMachineAndTheDetector) {
    EXPECT_THAT(offered(first_start()), ElementsAre("base.en", "silero"));
    auto facts = first_start();
    facts.machine = {.cores = 16, .memory = 30000};
    facts.has_detector = true;
    EXPECT_THAT(offered(facts), ElementsAre("small-q5_1"));
}

TEST(SpeechOffer, IsMadeToSomebodyWhoIsThere) {
    auto facts = first_start();
    facts.somebody_there = false;
    EXPECT_THAT(offered(facts), IsEmpty());
    facts = first_start();
    facts.unattended = true;
    EXPECT_THAT(offered(facts), IsEmpty());
}

TEST(SpeechOffer, IsMadeOnce) {
    auto facts = first_start();
    facts.answered_before = true;
    EXPECT_THAT(offered(facts), IsEmpty());
}

TEST(SpeechOffer, IsOfUse) {
    auto facts = first_start();
    facts.has_model = true;
    EXPECT_THAT(offered(facts), IsEmpty());
    facts = first_start();
    facts.worker_is_built = false;
    EXPECT_THAT(offered(facts), IsEmpty());
    facts = first_start();
    facts.recogniser_is_open = false;
    EXPECT_THAT(offered(facts), IsEmpty());
}

TEST(SpeechOffer, IsTheModelThatTheSettingsName) {
    auto facts = first_start();
    facts.named_model = "small";
    EXPECT_THAT(offered(facts), ElementsAre("small", "silero"));
    for (const auto* name : {"/models/my-own.bin", "silero", "qwen3-4b"}) {
        facts.named_model = name;
        EXPECT_THAT(offered(facts), IsEmpty()) << name;
    }
}

TEST(SpeechOffer, FitsOnTheDisk) {
    auto facts = first_start();
    facts.room = 100 << 20;
    EXPECT_THAT(offered(facts), IsEmpty());
}

}  // namespace
}  // namespace repartee::app
