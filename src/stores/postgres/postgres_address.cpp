#include "stores/postgres/postgres_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <libpq-fe.h>
#include <memory>
#include <string_view>

namespace repartee::stores::postgres {

namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

Error wrong(std::string_view why) {
    return {ErrorKind::Unprocessable,
            fmt::format(
                "The address of PostgreSQL {}. It looks like postgresql://user:password@host:5432/database, "
                "with characters such as @ : / # % in a password percent-encoded.",
                why)};
}

// "postgresql+asyncpg://…" and "postgres://…" as libpq knows it; empty for anything else.
std::string as_libpq_writes_it(const std::string& url) {
    const auto end = url.find("://");
    if (end == std::string::npos) {
        return {};
    }
    auto scheme = url.substr(0, std::min(url.find('+'), end));
    std::ranges::transform(scheme, scheme.begin(), [](unsigned char c) { return std::tolower(c); });
    if (scheme != "postgresql" && scheme != "postgres") {
        return {};
    }
    auto known = "postgresql" + url.substr(end);
    // asyncpg's name for it.
    for (std::string_view mark : {"?ssl=", "&ssl="}) {
        if (const auto at = known.find(mark); at != std::string::npos) {
            known.replace(at + 1, 3, "sslmode");
        }
    }
    return known;
}

// libpq's words, where they cannot have a piece of the password in them.
std::string why_libpq_refuses(const char* message) {
    constexpr std::string_view unknown_option = "invalid URI query parameter: \"";
    const std::string_view words(message == nullptr ? "" : message);
    if (words.starts_with(unknown_option)) {
        const auto option = words.substr(unknown_option.size());
        return fmt::format("has the option '{}', which is not known here",
                           option.substr(0, option.find('"')));
    }
    return "is no URL of PostgreSQL";
}

}  // namespace

Result<Address> Address::parse(const std::string& url, const PostgresSettings& settings) {
    Address address;
    if (url.empty()) {
        std::string host = settings.server.empty() ? "localhost" : settings.server;
        std::string port = "5432";
        // An IPv6 address has several colons and no port here.
        if (const auto colon = host.find(':'); colon != std::string::npos && host.rfind(':') == colon) {
            port = host.substr(colon + 1);
            host.resize(colon);
        }
        if (port.empty() ||
            !std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c) != 0; })) {
            return wrong("(POSTGRES_SERVER) has a port that is none");
        }
        address.options_ = {
            {"host", host}, {"port", port}, {"user", settings.user}, {"dbname", settings.database}};
        if (!settings.password.empty()) {
            address.options_.emplace_back("password", settings.password.reveal());
        }
        address.finish();
        return address;
    }
    const auto known = as_libpq_writes_it(url);
    if (known.empty()) {
        return wrong("has to begin with postgresql:// or postgres://");
    }
    char* message = nullptr;
    const Options options(PQconninfoParse(known.c_str(), &message));
    if (!options) {
        auto why = why_libpq_refuses(message);
        PQfreemem(message);
        return wrong(why);
    }
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) {
            address.options_.emplace_back(option->keyword, option->val);
        }
    }
    address.finish();
    return address;
}

std::string Address::option(const std::string& name) const {
    const auto found = std::ranges::find(options_, name, &std::pair<std::string, std::string>::first);
    return found == options_.end() ? std::string() : found->second;
}

void Address::set_default(const std::string& name, const std::string& value) {
    if (option(name).empty()) {
        options_.emplace_back(name, value);
    }
}

void Address::finish() {
    // What is left out libpq takes from its own variables (PGHOST …); so it is said where nothing says
    // otherwise.
    auto host = option("host");
    auto port = option("port");
    name_ = fmt::format("{}:{}, database {}", host.empty() ? "the usual place" : host,
                        port.empty() ? "5432" : port,
                        option("dbname").empty() ? "of the user" : option("dbname"));
    set_default("application_name", "repartee");
    set_default("client_encoding", "UTF8");
    // A connection that something on the way has forgotten is noticed within seconds, and one that says
    // nothing is not forgotten. Milliseconds, seconds, seconds.
    set_default("tcp_user_timeout", "2000");
    set_default("keepalives_idle", "30");
    set_default("keepalives_interval", "10");
}

}  // namespace repartee::stores::postgres
