// Where a PostgreSQL is and how it is entered: a URL as libpq and SQLAlchemy write it, or the settings.
#pragma once

#include "base/error.h"
#include "stores/postgres/postgres_settings.h"

#include <string>
#include <utility>
#include <vector>

namespace repartee::stores::postgres {

class Address {
public:
    // An empty URL: as the settings say. The Error never shows a password.
    static Result<Address> parse(const std::string& url, const PostgresSettings& settings);

    // For people and logs, without password: "localhost:5432, database voice_ai".
    const std::string& name() const { return name_; }
    // As PQconnectStartParams wants them; the password is among them.
    const std::vector<std::pair<std::string, std::string>>& options() const { return options_; }

private:
    Address() = default;
    std::string option(const std::string& name) const;
    void set_default(const std::string& name, const std::string& value);
    void finish();

    std::string name_;
    std::vector<std::pair<std::string, std::string>> options_;
};

}  // namespace repartee::stores::postgres
