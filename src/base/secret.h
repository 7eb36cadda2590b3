// A password or key that does not find its way into a log by accident: it prints as stars.
#pragma once

#include <ostream>
#include <string>

namespace repartee {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}

    // The only way to the value; search for it to find every use.
    const std::string& reveal() const { return value_; }
    bool empty() const { return value_.empty(); }

    friend bool operator==(const Secret&, const Secret&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Secret& secret) {
        return out << (secret.empty() ? "" : "********");
    }

private:
    std::string value_;
};

}  // namespace repartee
