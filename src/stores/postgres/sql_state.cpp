#include "stores/postgres/sql_state.h"

#include <algorithm>
#include <initializer_list>

namespace repartee::stores::postgres {

namespace {

bool is_one_of(std::string_view state, std::initializer_list<std::string_view> states) {
    return std::ranges::find(states, state) != states.end();
}

}  // namespace

Remedy remedy_for(std::string_view state) {
    if (state.empty() || state.starts_with("08")) {
        return Remedy::Reconnect;
    }
    // 57P01 … 57P03: stopping, crashed, starting. 57P05: idle for too long.
    if (is_one_of(state, {"57P01", "57P02", "57P03"})) {
        return Remedy::Patience;
    }
    if (is_one_of(state, {"57P05", "25P03",  // it has ended idle connections, or idle transactions
                          "25006"})) {       // a standby, where we once had a server that writes
        return Remedy::Reconnect;
    }
    if (is_one_of(state, {"40001", "40P01", "40003", "55P03"})) {
        return Remedy::Again;
    }
    // Prepared statements that are gone, or whose tables have changed under them.
    if (is_one_of(state, {"26000", "42P05", "0A000"})) {
        return Remedy::Fresh;
    }
    return Remedy::None;
}

Error error_for(std::string_view state, std::string detail) {
    if (state == no_answer || state == "57014") {
        return {ErrorKind::Unavailable, "The database takes too long. Please try again in a moment.",
                std::move(detail)};
    }
    switch (remedy_for(state)) {
        case Remedy::Again:
            return {ErrorKind::Busy, "The database is busy. Please try again in a moment.",
                    std::move(detail)};
        case Remedy::Reconnect:
        case Remedy::Patience:
            return {ErrorKind::Unavailable, "The database cannot be reached. Please try again in a moment.",
                    std::move(detail)};
        case Remedy::Fresh:
        case Remedy::None: break;
    }
    if (state == "53300") {
        return {ErrorKind::Busy, "The database is busy. Please try again in a moment.", std::move(detail)};
    }
    // Full disk or memory; password, rights or name of the database; tables that nobody has made.
    if (state.starts_with("53") || state.starts_with("28") ||
        is_one_of(state, {"3D000", "42501", "42P01", "42703"})) {
        return {ErrorKind::Unavailable, "The database cannot be used now. Please try again later.",
                std::move(detail)};
    }
    if (state == "23505") {
        return {ErrorKind::Conflict, "That is there already.", std::move(detail)};
    }
    if (state == "23503") {
        return {ErrorKind::NotFound, "What that refers to is gone.", std::move(detail)};
    }
    if (is_one_of(state, {"22021", "22P05"})) {
        return {ErrorKind::Unprocessable, "A text has a character that cannot be kept.", std::move(detail)};
    }
    return {ErrorKind::Internal, "The database could not do that.", std::move(detail)};
}

}  // namespace repartee::stores::postgres
