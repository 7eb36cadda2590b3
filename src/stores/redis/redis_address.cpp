#include "stores/redis/redis_address.h"

#include <boost/url.hpp>
#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace repartee::stores::redis {

namespace {

Error wrong(std::string why) {
    return {ErrorKind::Unprocessable,
            fmt::format(
                "The address of Redis {}. It looks like redis://user:password@host:6379/0, with characters "
                "such as @ : / # % in a password percent-encoded.",
                why)};
}

std::optional<int> number_from(std::string_view digits) {
    int number = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number < 0) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

std::string Address::name() const {
    auto place =
        fmt::format(fmt::runtime(host.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}"), host, port);
    return database == 0 ? place : fmt::format("{}, database {}", place, database);
}

Result<Address> parse_address(const std::string& url) {
    Address address;
    if (url.empty()) {
        return address;
    }
    auto parsed = boost::urls::parse_uri(url);
    if (!parsed) {
        return wrong("is no URL");
    }
    if (parsed->scheme() != "redis" && parsed->scheme() != "rediss") {
        return wrong("has to begin with redis:// or rediss://");
    }
    address.tls = parsed->scheme() == "rediss";
    if (parsed->host_type() == boost::urls::host_type::ipv6) {
        address.host = std::string(parsed->encoded_host_address());
    } else if (auto host = parsed->host_address(); !host.empty()) {
        address.host = host;
    }
    if (parsed->has_port()) {
        auto port = number_from(std::string_view(parsed->port()));
        if (!port || *port == 0 || *port > 65535) {
            return wrong("has a port that is none");
        }
        address.port = static_cast<std::uint16_t>(*port);
    }
    address.user = parsed->user();
    address.password = Secret(parsed->password());
    if (!address.user.empty() && address.password.empty()) {
        return wrong("has a user and no password");
    }
    auto path = std::string(parsed->path());
    if (!path.empty() && path != "/") {
        auto database = number_from(std::string_view(path).substr(1));
        if (!database) {
            return wrong("ends with something that is no number of a database");
        }
        address.database = *database;
    }
    for (auto option : parsed->params()) {
        if (option.key == "db") {
            auto database = number_from(option.value);
            if (!database) {
                return wrong("has a 'db' that is no number of a database");
            }
            address.database = *database;
        } else if (option.key == "ssl_cert_reqs") {
            if (option.value == "none") {
                address.certificates = Certificates::Ignored;
            } else if (option.value != "required") {
                return wrong("has an 'ssl_cert_reqs' that is neither 'required' nor 'none'");
            }
        } else {
            return wrong(fmt::format("has the option '{}', which is not known here", option.key));
        }
    }
    return address;
}

}  // namespace repartee::stores::redis
