// What somebody who has come in takes away.
#pragma once

#include <chrono>
#include <string>

namespace repartee::accounts {

// Whether somebody comes for as long as an access token lasts, or stays, with a refresh token.
enum class Stay { Short, Long };

struct Tokens {
    std::string access;   // a JSON Web Token (token.h), for each request
    std::string refresh;  // "rt_…": gets the next two, once; empty for a short stay
    std::chrono::seconds access_lifetime{0};
};

}  // namespace repartee::accounts
