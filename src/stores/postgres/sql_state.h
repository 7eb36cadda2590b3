// What PostgreSQL's error codes (SQLSTATE) mean for the work that met them. Pure.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace repartee::stores::postgres {

// What helps against an error.
enum class Remedy {
    None,       // the work fails with it
    Again,      // the same work on the same connection
    Fresh,      // the same on another connection, once: what this one has prepared is out of date
    Reconnect,  // the same work on another connection: this one is gone, or leads to the wrong place
    Patience,   // the database is starting or stopping: the same work, on another connection, in a moment
};

// `state`: five characters; empty for what libpq says of itself: the connection is gone.
Remedy remedy_for(std::string_view state);

// What the caller is told when nothing helps.
Error error_for(std::string_view state, std::string detail);

class PostgresFailure : public Failure {
public:
    PostgresFailure(std::string state, std::string detail)
        : Failure(error_for(state, std::move(detail))), state_(std::move(state)) {}
    const std::string& state() const { return state_; }
    Remedy remedy() const { return remedy_for(state_); }

private:
    std::string state_;
};

// States that PostgreSQL does not have, for what happens on this side.
inline constexpr std::string_view connection_lost;      // empty
inline constexpr std::string_view no_answer = "08LAT";  // of class 08, connection exceptions

}  // namespace repartee::stores::postgres
