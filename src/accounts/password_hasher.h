// Hashes passwords and checks them: argon2id, by libargon2. A hash takes tens of milliseconds and mebibytes
// on purpose, so it has threads of its own, few and below everything that speaks: whoever floods the server
// with log-ins waits for themselves. Any strand, many calls at a time.
#pragma once

#include "accounts/account_settings.h"
#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/metrics.h"
#include "base/secret.h"
#include "base/worker_pool.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace repartee::accounts {

inline constexpr std::size_t shortest_password = 8;    // characters
inline constexpr std::size_t longest_password = 1024;  // bytes; longer ones are never hashed

// Unprocessable for a password that nobody may have: too short, too long, no UTF-8. Any character will do.
// What is typed is not normalised: the same letter composed and decomposed is two passwords.
Result<void> check_new_password(const Secret& password);
// Only what would cost too much.
Result<void> check_password_size(const Secret& password);

struct PasswordCost {
    std::uint32_t memory_kib = 0;
    std::uint32_t passes = 0;
    std::uint32_t lanes = 0;
    friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};

// Of a stored hash. Nothing for what is none of argon2id's, or would take more than a password ever should.
std::optional<PasswordCost> cost_of_hash(std::string_view stored);

enum class PasswordVerdict {
    Right,
    RightButOutdated,  // hashed at another cost than new ones: hash it again
    Wrong,
    Unreadable,  // the stored hash is none
};

class PasswordHasher {
public:
    // The clock and the metrics outlive it.
    PasswordHasher(const AccountSettings& settings, Clock& clock, Metrics& metrics);

    // argon2's own text, "$argon2id$v=19$m=…", with a random salt. Failure{Busy} past the queue. Cancelling
    // waits for a hash under way (tens of milliseconds) and drops one that waits.
    awaitable<Secret> hash(Secret password);
    // At the cost that the stored hash says.
    awaitable<PasswordVerdict> verify(Secret stored, Secret password);

    // No password's hash, as dear to check as any: for e-mails that nobody has, so that an answer takes as
    // long whether somebody has them or not.
    const Secret& of_nobody() const { return of_nobody_; }

private:
    template <class F>
    awaitable<std::invoke_result_t<F>> on_a_thread(F work);

    const PasswordCost cost_;
    Clock& clock_;
    Histogram waiting_;
    Histogram hashing_;
    const Secret of_nobody_;
    WorkerPool pool_;
};

}  // namespace repartee::accounts
