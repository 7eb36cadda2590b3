#include "stores/postgres/postgres_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::stores::postgres {

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

auto options_of(const std::string& url, const PostgresSettings& settings = {}) {
    return Address::parse(url, settings).value().options();
}

}  // namespace

TEST(PostgresAddress, OfAUrlHasEverything) {
    auto options = options_of("postgresql://ann:p%40ss@db.example:5433/house?sslmode=require");
    EXPECT_THAT(options, Contains(Pair("host", "db.example")));
    EXPECT_THAT(options, Contains(Pair("port", "5433")));
    EXPECT_THAT(options, Contains(Pair("user", "ann")));
    EXPECT_THAT(options, Contains(Pair("password", "p@ss")));
    EXPECT_THAT(options, Contains(Pair("dbname", "house")));
    EXPECT_THAT(options, Contains(Pair("sslmode", "require")));
}

TEST(PostgresAddress, TakesTheSchemesOfOtherPrograms) {
    for (const char* scheme :
         {"postgres", "postgresql", "postgresql+psycopg2", "postgresql+asyncpg", "PostgreSQL"}) {
        EXPECT_THAT(options_of(std::string(scheme) + "://ann@db/house"), Contains(Pair("dbname", "house")))
            << scheme;
    }
    EXPECT_THAT(options_of("postgresql+asyncpg://ann@db/house?ssl=require"),
                Contains(Pair("sslmode", "require")));
}

TEST(PostgresAddress, TakesSocketsAndSeveralHosts) {
    EXPECT_THAT(options_of("postgresql:///house?host=/run/postgresql&port=5433"),
                Contains(Pair("host", "/run/postgresql")));
    EXPECT_THAT(options_of("postgresql://one:1,two:2/house"), Contains(Pair("host", "one,two")));
}

TEST(PostgresAddress, IsMadeOfTheSettingsWithoutAUrl) {
    PostgresSettings settings{
        .server = "db:6000", .user = "ann", .password = Secret("pass"), .database = "house"};
    auto options = options_of("", settings);
    EXPECT_THAT(options, Contains(Pair("host", "db")));
    EXPECT_THAT(options, Contains(Pair("port", "6000")));
    EXPECT_THAT(options, Contains(Pair("password", "pass")));
    EXPECT_EQ(Address::parse("", settings)->name(), "db:6000, database house");

    settings = {};
    options = options_of("", settings);
    EXPECT_THAT(options, Contains(Pair("host", "localhost")));
    EXPECT_THAT(options, Contains(Pair("user", "postgres")));
    EXPECT_THAT(options, Contains(Pair("dbname", "voice_ai")));
    EXPECT_THAT(options, Not(Contains(Pair("password", testing::_))));

    settings.server = "::1";
    EXPECT_THAT(options_of("", settings), Contains(Pair("host", "::1")));
}

TEST(PostgresAddress, SaysWhatIsWrongAndNeverThePassword) {
    for (const char* url :
         {"mysql://u:hush@h/d", "hush", "postgresql://u:hush@h:port/d", "postgresql://u:hush%zz@h/d",
          "postgresql://u:hush@h/d?sslmoed=require", "postgresql+x:/u:hush@h"}) {
        auto address = Address::parse(url, {});
        // What libpq only finds out while it connects is not known here.
        if (!address) {
            EXPECT_THAT(address.error().message, HasSubstr("address of PostgreSQL")) << url;
            EXPECT_THAT(address.error().message, Not(HasSubstr("hush"))) << url;
        }
    }
    EXPECT_THAT(Address::parse("postgresql://u:p@h/d?sslmoed=require", {}).error().message,
                HasSubstr("'sslmoed'"));
    EXPECT_FALSE(Address::parse("mysql://u:hush@h/d", {}));
    EXPECT_FALSE(Address::parse("postgresql://u:hush%zz@h/d", {}));
    EXPECT_FALSE(Address::parse("", {.server = "db:port"}));
}

TEST(PostgresAddress, HasANameWithoutThePassword) {
    EXPECT_EQ(Address::parse("postgresql://ann:hush@db.example:5433/house", {})->name(),
              "db.example:5433, database house");
    EXPECT_EQ(Address::parse("postgresql://db/house", {})->name(), "db:5432, database house");
}

}  // namespace repartee::stores::postgres
