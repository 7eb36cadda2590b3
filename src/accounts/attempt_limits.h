// How often may somebody try to come in: by address, by e-mail, and to register. Any strand.
#pragma once

#include "accounts/account_settings.h"
#include "accounts/rate_limit.h"
#include "base/clock.h"

#include <mutex>
#include <string>

namespace repartee::accounts {

class AttemptLimits {
public:
    AttemptLimits(const AccountSettings& settings, Clock& clock);

    // These count, and throw Failure{TooMany}, which says when to come back. Addresses of this machine count
    // as any other.
    void attempt_from(const std::string& peer);
    void attempt_with(const std::string& email_key);
    void registration_from(const std::string& peer);
    // That attempt was no guess, and does not count.
    void forgive(const std::string& peer);

private:
    void count(RateLimit& limit, const std::string& key, const char* what);

    Clock& clock_;
    std::mutex mutex_;  // over these, for as long as it takes to find one in a table
    RateLimit by_peer_;
    RateLimit by_email_;
    RateLimit registrations_;
};

}  // namespace repartee::accounts
