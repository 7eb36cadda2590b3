#include "stores/postgres/sql_state.h"

#include <gtest/gtest.h>

namespace repartee::stores::postgres {

TEST(SqlState, SaysWhatHelps) {
    EXPECT_EQ(remedy_for(""), Remedy::Reconnect);
    EXPECT_EQ(remedy_for("08006"), Remedy::Reconnect);
    EXPECT_EQ(remedy_for(no_answer), Remedy::Reconnect);
    EXPECT_EQ(remedy_for("57P01"), Remedy::Patience);
    EXPECT_EQ(remedy_for("57P03"), Remedy::Patience);
    EXPECT_EQ(remedy_for("25006"), Remedy::Reconnect);
    EXPECT_EQ(remedy_for("0A000"), Remedy::Fresh);
    EXPECT_EQ(remedy_for("40001"), Remedy::Again);
    EXPECT_EQ(remedy_for("40P01"), Remedy::Again);
    for (const char* state : {"57014", "53300", "28P01", "3D000", "23505", "42601", "22012"}) {
        EXPECT_EQ(remedy_for(state), Remedy::None) << state;
    }
}

TEST(SqlState, SaysWhatTheCallerHears) {
    auto kind = [](std::string_view state) { return error_for(state, "").kind; };
    for (const char* state : {"", "08006", "57P01", "57014", "53100", "28P01", "3D000", "42P01"}) {
        EXPECT_EQ(kind(state), ErrorKind::Unavailable) << state;
    }
    EXPECT_EQ(kind("53300"), ErrorKind::Busy);
    EXPECT_EQ(kind("40001"), ErrorKind::Busy);
    EXPECT_EQ(kind("23505"), ErrorKind::Conflict);
    EXPECT_EQ(kind("23503"), ErrorKind::NotFound);
    EXPECT_EQ(kind("22021"), ErrorKind::Unprocessable);
    EXPECT_EQ(kind("42601"), ErrorKind::Internal);
    EXPECT_EQ(kind("XX000"), ErrorKind::Internal);
}

}  // namespace repartee::stores::postgres
