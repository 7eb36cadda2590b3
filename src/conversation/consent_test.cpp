#include "conversation/consent.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace repartee::conversation {
namespace {

TEST(Consent, IsAYesAndNothingBesides) {
    for (const auto* yes : {"Yes.", "yes, please", "Yeah, sure!", "okay", "OK, do it.", "go ahead",
                            "Please do.", "Of course", "Yes, go ahead please", "haan ji", "हाँ", "जी हाँ",
                            "ज़रूर", "Ja, bitte.", "oui", "Sí, por favor", "ठीक है"}) {
        EXPECT_TRUE(is_consent(yes)) << yes;
    }
    for (const auto* no :
         {"", ".", "no", "Yes, but tomorrow", "yes no", "please", "do not do it", "thank you", "yes?", "what",
          "not yet", "you", "sure, but the other one", "nein", "नहीं", "yes and delete the rest", "mhm"}) {
        EXPECT_FALSE(is_consent(no)) << no;
    }
}

TEST(Consent, TheQuestionSaysWhatWouldBeDone) {
    SkillCall call{.id = "1", .name = "home_lights_off", .arguments = {}};
    EXPECT_EQ(consent_question("en", call), "Shall I really do this: home lights off? Please say yes or no.");
    call.arguments = boost::json::parse(R"({"room":"kitchen","level":3})").as_object();
    EXPECT_EQ(
        consent_question("de-AT", call),
        "Soll ich das wirklich tun: home lights off, mit room: kitchen, level: 3? Bitte sagen Sie ja oder "
        "nein.");
    EXPECT_EQ(consent_question("xx", call).substr(0, 6), "Shall ");
    call.arguments["text"] = std::string(1000, 'a');
    EXPECT_LT(consent_question("en", call).size(), 250u);
    for (int i = 0; i < 50; ++i) {
        call.arguments[std::to_string(i)] = i;
    }
    EXPECT_LT(consent_question("en", call).size(), 300u);
}

}  // namespace
}  // namespace repartee::conversation
