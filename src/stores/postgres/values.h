// Values as libpq wants and brings them, in binary: nothing is written out and read in again on the way.
// Pure.
#pragma once

#include "stores/sql.h"

#include <array>
#include <deque>
#include <libpq-fe.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::stores::postgres {

// Refers to the values it was made of, which outlive it.
class Parameters {
public:
    // Throws Failure{Unprocessable} for a text that PostgreSQL cannot hold: with a NUL in it, or no UTF-8.
    explicit Parameters(std::span<const sql::Value> values);
    Parameters(const Parameters&) = delete;
    Parameters& operator=(const Parameters&) = delete;

    int count() const { return static_cast<int>(types_.size()); }
    const Oid* types() const { return types_.data(); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }
    // Names the types: "ist" … A statement is prepared for each that it is run with.
    const std::string& signature() const { return signature_; }

private:
    void add(char letter, Oid type, const char* value, std::size_t length);
    const char* keep(std::uint64_t bits);

    std::vector<Oid> types_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::deque<std::array<char, 8>> numbers_;  // of which the addresses stay
    std::string signature_;
};

// A column of a result in binary. Nothing for a type that our tables and statements do not have.
std::optional<sql::Value> decode(Oid type, std::string_view bytes);

}  // namespace repartee::stores::postgres
