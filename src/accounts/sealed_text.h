// Text that only this server can read, for the store: AES-256-GCM with a random nonce. Pure but for the
// nonce; any thread.
//
// "v1." and base64url of nonce, ciphertext and tag. `context` says whose it is and what for
// ("user/7/openai"): it is not in the sealed text, and without the same context it does not open, so what is
// sealed for one user is of no use in the row of another.
#pragma once

#include "base/error.h"
#include "base/secret.h"

#include <string>
#include <string_view>

namespace repartee::accounts {

// Nothing longer is opened; what is sealed here are keys of providers.
inline constexpr std::size_t largest_sealed = 16'384;  // bytes of sealed text

class SealingKey {
public:
    explicit SealingKey(const Secret& secret_key);

    // Failure{Unprocessable} for a text that would be longer than `largest_sealed`.
    std::string seal(const Secret& text, std::string_view context) const;
    // Unprocessable for what was sealed for something else, by another SECRET_KEY, or changed since.
    Result<Secret> open(std::string_view sealed, std::string_view context) const;

private:
    std::string key_;
};

}  // namespace repartee::accounts
