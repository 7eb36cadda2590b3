#include "stores/postgres/values.h"

#include <gtest/gtest.h>

namespace repartee::stores::postgres {

namespace {

using namespace std::string_literals;

std::string value_at(const Parameters& parameters, int at) {
    return {parameters.values()[at], static_cast<std::size_t>(parameters.lengths()[at])};
}

std::int64_t integer(Oid type, const std::string& bytes) {
    return std::get<std::int64_t>(decode(type, bytes).value());
}

double real(Oid type, const std::string& bytes) {
    return std::get<double>(decode(type, bytes).value());
}

}  // namespace

TEST(PostgresValues, GoInBinary) {
    const std::vector<sql::Value> values{nullptr, std::int64_t{-2}, 1.5, "é"s, sql::Blob{"\0\xff"s}};
    Parameters parameters(values);
    ASSERT_EQ(parameters.count(), 5);
    EXPECT_EQ(parameters.signature(), "nirtb");
    EXPECT_EQ(parameters.values()[0], nullptr);
    EXPECT_EQ(value_at(parameters, 1), "\xff\xff\xff\xff\xff\xff\xff\xfe");
    EXPECT_EQ(value_at(parameters, 2), "\x3f\xf8\0\0\0\0\0\0"s);
    EXPECT_EQ(value_at(parameters, 3), "é");
    EXPECT_EQ(value_at(parameters, 4), "\0\xff"s);
}

TEST(PostgresValues, TakesNoTextThatItCannotHold) {
    for (const auto& text : {"a\0b"s, "\xff"s, "\xc3"s}) {
        const std::vector<sql::Value> values{text};
        EXPECT_THROW(Parameters{values}, Failure);
    }
}

TEST(PostgresValues, ComeFromBinary) {
    EXPECT_EQ(integer(20, "\xff\xff\xff\xff\xff\xff\xff\xfe"), -2);
    EXPECT_EQ(integer(23, "\xff\xff\xff\xfe"), -2);
    EXPECT_EQ(integer(21, "\x01\x00"s), 256);
    EXPECT_EQ(integer(16, "\1"), 1);
    EXPECT_EQ(integer(16, "\0"s), 0);
    EXPECT_EQ(real(701, "\x3f\xf8\0\0\0\0\0\0"s), 1.5);
    EXPECT_EQ(real(700, "\x3f\xc0\0\0"s), 1.5);
    EXPECT_EQ(std::get<std::string>(decode(25, "text").value()), "text");
    EXPECT_EQ(std::get<sql::Blob>(decode(17, "\0\xff"s).value()).bytes, "\0\xff"s);
    EXPECT_FALSE(decode(1184, "12345678"));  // a point in time
}

TEST(PostgresValues, UnderstandSums) {
    EXPECT_EQ(integer(1700, "\0\3\0\2\0\0\0\0\0\1\x09\x29\x1a\x85"s), 123456789);
    EXPECT_EQ(integer(1700, "\0\1\0\0\x40\0\0\0\0\7"s), -7);
    EXPECT_EQ(integer(1700, "\0\0\0\0\0\0\0\0"s), 0);
    EXPECT_EQ(integer(1700, "\0\1\0\1\0\0\0\0\0\3"s), 30000);
    EXPECT_EQ(real(1700, "\0\2\0\0\0\0\0\1\0\1\x13\x88"s), 1.5);
    EXPECT_FALSE(decode(1700, "\0\3\0\0"s));
}

}  // namespace repartee::stores::postgres
