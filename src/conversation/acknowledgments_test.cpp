#include "conversation/acknowledgments.h"

#include <gtest/gtest.h>

namespace repartee::conversation {

TEST(Acknowledgments, AreKnownInSeveralLanguagesAndSpellings) {
    for (auto text : {"mhm", "Okay.", "uh-huh", "yeah yeah", "I see", "haan", "Achha, theek hai",
                      "\u0939\u093e\u0901", "\u0905\u091a\u094d\u091b\u093e\u0964", "Genau!", "d'accord"}) {
        EXPECT_TRUE(is_acknowledgment(text)) << text;
    }
}

TEST(Acknowledgments, AreNothingThatAsksForTheFloor) {
    for (auto text : {"", "...", "stop", "wait", "okay stop", "no", "i", "see", "so", "what", "yeah but why",
                      "\u0930\u0941\u0915\u094b", "right there is a problem"}) {
        EXPECT_FALSE(is_acknowledgment(text)) << text;
    }
}

TEST(Acknowledgments, MayStillBeOnTheirWay) {
    EXPECT_TRUE(may_become_acknowledgment(""));
    EXPECT_TRUE(may_become_acknowledgment("ok"));
    EXPECT_TRUE(may_become_acknowledgment("yeah ri"));
    EXPECT_FALSE(may_become_acknowledgment("st"));
    EXPECT_FALSE(may_become_acknowledgment("okay st"));
}

}  // namespace repartee::conversation
