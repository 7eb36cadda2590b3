// Sums that tell whether a file is the one that it should be. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace repartee::models {

class Checksum {
public:
    enum class Kind { Sha1, Sha256 };

    explicit Checksum(Kind kind);
    ~Checksum();
    Checksum(Checksum&&) noexcept;
    Checksum& operator=(Checksum&&) noexcept;

    void add(std::string_view bytes);

    // Of all that was added so far, in hexadecimal, lower case; more may be added afterwards.
    std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Whether it looks like a sum of this kind.
bool is_sum(Checksum::Kind kind, std::string_view text);

}  // namespace repartee::models
