#include "accounts/attempt_limits.h"

#include "base/error.h"

#include <fmt/format.h>

namespace repartee::accounts {

namespace {

std::string in_words(std::chrono::seconds time) {
    if (time <= std::chrono::seconds(1)) {
        return "in a second";
    }
    return time < std::chrono::minutes(2)
               ? fmt::format("in {} seconds", time.count())
               : fmt::format("in {} minutes", std::chrono::ceil<std::chrono::minutes>(time).count());
}

}  // namespace

AttemptLimits::AttemptLimits(const AccountSettings& settings, Clock& clock)
    : clock_(clock),
      by_peer_(settings.attempts_per_minute, std::chrono::minutes(1)),
      by_email_(settings.attempts_per_minute, std::chrono::minutes(1)),
      registrations_(settings.registrations_per_hour, std::chrono::hours(1)) {}

void AttemptLimits::count(RateLimit& limit, const std::string& key, const char* what) {
    std::optional<std::chrono::seconds> wait;
    {
        const std::lock_guard lock(mutex_);
        wait = limit.take(key, clock_.now());
    }
    if (wait) {
        throw Failure(Error{ErrorKind::TooMany,
                            fmt::format("Too many {}. Please try again {}.", what, in_words(*wait)),
                            {},
                            static_cast<int>(wait->count())});
    }
}

void AttemptLimits::attempt_from(const std::string& peer) {
    count(by_peer_, rate_key_of_peer(peer), "attempts");
}

void AttemptLimits::attempt_with(const std::string& email_key) {
    count(by_email_, email_key, "attempts");
}

void AttemptLimits::registration_from(const std::string& peer) {
    count(registrations_, rate_key_of_peer(peer), "registrations");
}

void AttemptLimits::forgive(const std::string& peer) {
    const std::lock_guard lock(mutex_);
    by_peer_.give_back(rate_key_of_peer(peer));
}

}  // namespace repartee::accounts
