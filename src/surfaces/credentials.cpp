#include "surfaces/credentials.h"

#include <algorithm>

namespace repartee::surfaces {

namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

Credentials credentials_of(const net::Request& request, TokenInQuery in_query) {
    Credentials credentials;
    for (const auto& [name, value] : request.headers) {
        if (!equal_without_case(name, "Authorization")) {
            continue;
        }
        if (credentials.given) {
            return {.given = true, .token = {}};  // two of them: whoever is meant
        }
        credentials.given = true;
        constexpr std::string_view scheme = "bearer ";
        if (value.size() > scheme.size() &&
            equal_without_case(std::string_view(value).substr(0, scheme.size()), scheme)) {
            auto begin = value.find_first_not_of(' ', scheme.size());
            credentials.token = begin == std::string::npos ? "" : value.substr(begin);
        }
    }
    if (!credentials.given && in_query == TokenInQuery::Counts) {
        if (auto token = request.parameter("token")) {
            return {.given = true, .token = std::move(*token)};
        }
    }
    return credentials;
}

}  // namespace repartee::surfaces
