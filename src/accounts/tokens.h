// What somebody who has come in takes away.
#pragma once

#include <chrono>
#include <string>

namespace repartee::accounts {

struct Tokens {
    std::string access;   // a JSON Web Token (token.h), for each request
    std::string refresh;  // "rt_…": gets the next two, once
    std::chrono::seconds access_lifetime{0};
};

}  // namespace repartee::accounts
