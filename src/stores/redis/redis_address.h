// Where a Redis is and how it is entered, from redis://[user:password@]host[:port][/database], or rediss://
// for TLS.
#pragma once

#include "base/error.h"
#include "base/secret.h"

#include <cstdint>
#include <string>

namespace repartee::stores::redis {

enum class Certificates { Checked, Ignored };

struct Address {
    std::string host = "localhost";  // IPv6 without brackets
    std::uint16_t port = 6379;
    std::string user = {};  // empty: the default user
    Secret password = {};
    int database = 0;
    bool tls = false;
    Certificates certificates = Certificates::Checked;

    // For people and logs: "localhost:6379", "[::1]:6379, database 2".
    std::string name() const;
};

// An empty URL is the usual place on this machine. Of a URL's options `db` and `ssl_cert_reqs` are
// understood, as other clients of Redis write them. The Error never shows a password.
Result<Address> parse_address(const std::string& url);

}  // namespace repartee::stores::redis
