#include "stores/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::stores {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(StatementsIn, EndAtSemicolons) {
    EXPECT_THAT(statements_in("SELECT 1;SELECT 2;"), ElementsAre("SELECT 1", "SELECT 2"));
    EXPECT_THAT(statements_in("SELECT 1; SELECT 2"), ElementsAre("SELECT 1", " SELECT 2"));
}

TEST(StatementsIn, LeaveOutWhatIsEmpty) {
    EXPECT_THAT(statements_in(""), IsEmpty());
    EXPECT_THAT(statements_in(" ;; \n -- only words;\n/* and; these */ ;"), IsEmpty());
}

TEST(StatementsIn, DoNotEndWithinQuotesAndComments) {
    EXPECT_THAT(statements_in("SELECT 'a;''b;';SELECT \"c;\""),
                ElementsAre("SELECT 'a;''b;'", "SELECT \"c;\""));
    EXPECT_THAT(statements_in("SELECT 1 -- one;\n;SELECT 2 /* two; */;"),
                ElementsAre("SELECT 1 -- one;\n", "SELECT 2 /* two; */"));
    EXPECT_THAT(statements_in("DO $$ BEGIN; END; $$;DO $it$ $$;$$ $it$"),
                ElementsAre("DO $$ BEGIN; END; $$", "DO $it$ $$;$$ $it$"));
}

TEST(StatementsIn, TakeWhatNeverEndsAsOne) {
    EXPECT_THAT(statements_in("SELECT 'a;"), ElementsAre("SELECT 'a;"));
    EXPECT_THAT(statements_in("SELECT $1; SELECT $2"), ElementsAre("SELECT $1", " SELECT $2"));
}

TEST(HealthWithMigrations, OfANewerProgramIsNoMatterToWhoRunsAlready) {
    EXPECT_TRUE(is_merely_newer(health_with({.applied = 5, .known = 4}, "answers")));
    EXPECT_FALSE(is_merely_newer(health_with({.applied = 4, .known = 4}, "answers")));
    EXPECT_FALSE(is_merely_newer(health_with({.applied = 3, .known = 4}, "answers")));
    EXPECT_FALSE(is_merely_newer({.usable = false, .reason = "cannot be reached"}));
}

}  // namespace
}  // namespace repartee::stores
