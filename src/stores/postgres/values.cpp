#include "stores/postgres/values.h"

#include "base/utf8.h"

#include <bit>
#include <cmath>
#include <limits>

namespace repartee::stores::postgres {

namespace {

// The numbers of PostgreSQL's built-in types (pg_type.dat); they never change.
constexpr Oid boolean_type = 16;
constexpr Oid bytes_type = 17;
constexpr Oid name_type = 19;
constexpr Oid integer8_type = 20;
constexpr Oid integer2_type = 21;
constexpr Oid integer4_type = 23;
constexpr Oid text_type = 25;
constexpr Oid real4_type = 700;
constexpr Oid real8_type = 701;
constexpr Oid unknown_type = 705;
constexpr Oid varchar_type = 1043;
constexpr Oid numeric_type = 1700;

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t bits = 0;
    for (unsigned char byte : bytes) {
        bits = bits << 8 | byte;
    }
    return bits;
}

// What sum() of whole numbers is, for one: digits to the base 10000, the first of them worth 10000^weight.
std::optional<sql::Value> decode_numeric(std::string_view bytes) {
    if (bytes.size() < 8) {
        return std::nullopt;
    }
    auto short_at = [bytes](std::size_t at) {
        return static_cast<std::int16_t>(big_endian(bytes.substr(at, 2)));
    };
    const auto digits = static_cast<std::size_t>(short_at(0));
    const int weight = short_at(2);
    const int sign = static_cast<std::uint16_t>(short_at(4));
    const int decimals = short_at(6);
    if (bytes.size() != 8 + 2 * digits) {
        return std::nullopt;
    }
    if (sign != 0 && sign != 0x4000) {
        return sql::Value(std::numeric_limits<double>::quiet_NaN());
    }
    double value = 0;
    std::int64_t whole = 0;
    for (std::size_t at = 0; at < digits; ++at) {
        const auto digit = short_at(8 + 2 * at);
        const int power = weight - static_cast<int>(at);
        value += digit * std::pow(10000.0, power);
        if (power >= 0 && power <= 3) {
            whole += digit * static_cast<std::int64_t>(std::pow(10000.0, power));
        }
    }
    const bool is_negative = sign == 0x4000;
    if (decimals == 0 && weight <= 3) {
        return sql::Value(is_negative ? -whole : whole);
    }
    return sql::Value(is_negative ? -value : value);
}

}  // namespace

Parameters::Parameters(std::span<const sql::Value> values) {
    for (const auto& value : values) {
        if (std::holds_alternative<std::nullptr_t>(value)) {
            add('n', 0, nullptr, 0);
        } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
            add('i', integer8_type, keep(static_cast<std::uint64_t>(*integer)), 8);
        } else if (const auto* real = std::get_if<double>(&value)) {
            add('r', real8_type, keep(std::bit_cast<std::uint64_t>(*real)), 8);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            if (text->find('\0') != std::string::npos || !is_utf8(*text)) {
                throw Failure(ErrorKind::Unprocessable, "A text has a character that cannot be kept.");
            }
            add('t', text_type, text->data(), text->size());
        } else {
            const auto& bytes = std::get<sql::Blob>(value).bytes;
            add('b', bytes_type, bytes.data(), bytes.size());
        }
    }
}

void Parameters::add(char letter, Oid type, const char* value, std::size_t length) {
    types_.push_back(type);
    values_.push_back(value);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(1);
    signature_ += letter;
}

const char* Parameters::keep(std::uint64_t bits) {
    auto& number = numbers_.emplace_back();
    for (std::size_t at = 0; at < number.size(); ++at) {
        number[at] = static_cast<char>(bits >> (56 - 8 * at));
    }
    return number.data();
}

std::optional<sql::Value> decode(Oid type, std::string_view bytes) {
    switch (type) {
        case boolean_type: return sql::Value(std::int64_t{bytes == std::string_view("\1", 1)});
        case integer2_type: return sql::Value(std::int64_t{static_cast<std::int16_t>(big_endian(bytes))});
        case integer4_type: return sql::Value(std::int64_t{static_cast<std::int32_t>(big_endian(bytes))});
        case integer8_type: return sql::Value(static_cast<std::int64_t>(big_endian(bytes)));
        case real4_type:
            return sql::Value(double{std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(bytes)))});
        case real8_type: return sql::Value(std::bit_cast<double>(big_endian(bytes)));
        case numeric_type: return decode_numeric(bytes);
        case text_type:
        case varchar_type:
        case name_type:
        case unknown_type: return sql::Value(std::string(bytes));
        case bytes_type: return sql::Value(sql::Blob{std::string(bytes)});
        default: return std::nullopt;
    }
}

}  // namespace repartee::stores::postgres
