#include "accounts/accounts.h"

#include "accounts/api_keys.h"
#include "accounts/attempt_limits.h"
#include "accounts/credentials.h"
#include "accounts/email.h"
#include "accounts/key_material.h"
#include "accounts/known_users.h"
#include "accounts/password_hasher.h"
#include "accounts/sealed_text.h"
#include "accounts/token_office.h"

#include <optional>

namespace repartee::accounts {

namespace {

// Counts how an attempt ended, wherever that is.
class Outcome {
public:
    struct Counters {
        Counter let_in;
        Counter refused;  // wrong, or not allowed
        Counter limited;  // too many
        Counter failed;   // ours: busy, or the store is away
    };

    explicit Outcome(const Counters& counters) : counters_(counters), ended_as_(&counters.refused) {}
    Outcome(const Outcome&) = delete;
    Outcome& operator=(const Outcome&) = delete;
    ~Outcome() { ended_as_->add(); }

    // What it is from now on, unless it gets further.
    void is(Counter Counters::* counter) { ended_as_ = &(counters_.*counter); }

private:
    const Counters& counters_;
    const Counter* ended_as_;
};

Outcome::Counters outcome_counters(Metrics& metrics, const std::string& name, const std::string& help) {
    const auto counter = [&](const char* outcome) {
        return metrics.counter(name, help, {{"outcome", outcome}});
    };
    return {counter("let_in"), counter("refused"), counter("limited"), counter("failed")};
}

// What was known of a user is forgotten however the change ended: also one that was cancelled may have
// happened.
class Change {
public:
    Change(KnownUsers& users, UserId user) : users_(users), user_(user) {}
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;
    ~Change() { users_.forget(user_); }

private:
    KnownUsers& users_;
    const UserId user_;
};

Failure already_registered() {
    return {ErrorKind::Conflict, "Email already registered"};
}

}  // namespace

class Accounts::Impl {
public:
    Impl(AccountSettings settings, const Secret& secret_key, stores::People& people, Clock& clock, Log log,
         Metrics& metrics)
        : settings_(std::move(settings)),
          people_(people),
          clock_(clock),
          log_(std::move(log)),
          log_ins_(outcome_counters(metrics, "repartee_logins_total", "Log-ins, by how they ended.")),
          registrations_(
              outcome_counters(metrics, "repartee_registrations_total", "Registrations, by how they ended.")),
          limits_(settings_, clock),
          hasher_(settings_, clock, metrics),
          users_(people, clock),
          tokens_(settings_, secret_key, people, users_, clock, log_),
          keys_(people, users_, clock, log_),
          sealing_(secret_key) {}

    awaitable<Tokens> register_user(std::string email_text, Secret password, std::string full_name,
                                    std::string peer, Stay stay) {
        Outcome outcome(registrations_);
        if (!settings_.registration_open) {
            throw Failure(ErrorKind::Forbidden, "Registration is closed.");
        }
        auto email = read_email(email_text).value();
        check_new_password(password).value();
        auto name = read_name(full_name, "A name", longest_full_name).value();
        outcome.is(&Outcome::Counters::limited);
        limits_.registration_from(peer);

        outcome.is(&Outcome::Counters::failed);
        const auto present = co_await people_.find_by_email(email.key);
        if (present) {
            outcome.is(&Outcome::Counters::refused);
            throw already_registered();
        }
        auto hash = co_await hasher_.hash(std::move(password));
        stores::NewUser user{.creation_id = sha256_hex(random_bytes(32)),
                             .email = std::move(email.address),
                             .email_key = std::move(email.key),
                             .full_name = std::move(name),
                             .password_hash = std::move(hash),
                             .created_at_ms = wall_ms(clock_)};
        auto added = co_await people_.add(std::move(user));
        if (!added) {
            outcome.is(&Outcome::Counters::refused);
            throw already_registered();
        }
        log_.info("registered", {{"user", added->id}});
        auto tokens = co_await tokens_.issue(std::move(*added), stay);
        outcome.is(&Outcome::Counters::let_in);
        co_return tokens;
    }

    awaitable<Tokens> log_in(std::string email_text, Secret password, std::string peer, Stay stay) {
        Outcome outcome(log_ins_);
        check_password_size(password).value();
        const auto email = read_email(email_text);
        outcome.is(&Outcome::Counters::limited);
        limits_.attempt_from(peer);
        limits_.attempt_with(email ? email->key : std::string());

        outcome.is(&Outcome::Counters::failed);
        std::optional<stores::User> user;
        if (email) {
            user = co_await people_.find_by_email(email->key);
        }
        // Nobody's password is checked, too, so that it takes as long.
        const auto stored = user ? user->password_hash : hasher_.of_nobody();
        const auto verdict = co_await hasher_.verify(stored, password);
        if (!user || !user->is_active || !is_right(verdict, user->id)) {
            outcome.is(&Outcome::Counters::refused);
            log_.info("log-in refused", {{"user", user ? user->id : 0}});
            throw Failure(ErrorKind::Unauthenticated, "Incorrect username or password");
        }
        if (verdict == PasswordVerdict::RightButOutdated) {
            co_await hash_again(user->id, stored, std::move(password));
        }
        log_.info("logged in", {{"user", user->id}});
        auto tokens = co_await tokens_.issue(std::move(*user), stay);
        outcome.is(&Outcome::Counters::let_in);
        co_return tokens;
    }

    awaitable<Tokens> refresh(std::string refresh_token, std::string peer) {
        limits_.attempt_from(peer);
        auto tokens = co_await tokens_.exchange(std::move(refresh_token), peer);
        limits_.forgive(peer);
        co_return tokens;
    }

    awaitable<Principal> authenticate(std::string token) {
        if (ApiKeys::is_one(token)) {
            co_return co_await keys_.holder_of(std::move(token));
        }
        auto user = co_await tokens_.holder_of(std::move(token));
        Principal principal{.user = std::move(user)};
        co_return principal;
    }

    awaitable<Tokens> change_password(UserId id, Secret old_password, Secret new_password, std::string peer) {
        check_new_password(new_password).value();
        auto user = co_await confirmed(id, std::move(old_password), std::move(peer));
        auto hash = co_await hasher_.hash(std::move(new_password));
        {
            const Change change(users_, id);
            ++user.token_version;
            const bool changed = co_await people_.set_password(id, std::move(hash), user.token_version);
            if (!changed) {
                throw Failure(ErrorKind::Conflict,
                              "The account was changed at the same time. Please try again.");
            }
        }
        log_.info("changed a password", {{"user", id}});
        co_return co_await tokens_.issue(std::move(user), Stay::Long);
    }

    awaitable<void> log_out_everywhere(UserId id) {
        const Change change(users_, id);
        auto user = co_await people_.find(id);
        if (!user) {
            co_return;
        }
        // False: somebody else has raised it since, and ended the same tokens.
        const bool raised = co_await people_.set_token_version(id, user->token_version + 1);
        log_.info("logged out everywhere", {{"user", id}, {"already", !raised}});
    }

    awaitable<void> erase(UserId id, Secret password, std::string peer) {
        const auto user = co_await confirmed(id, std::move(password), std::move(peer));
        const Change change(users_, id);
        const bool erased = co_await people_.erase(user.id);
        log_.info("erased an account", {{"user", id}, {"already", !erased}});
    }

    awaitable<NewKey> add_api_key(Principal principal, std::string name, std::vector<std::string> wanted) {
        auto made = co_await keys_.make(std::move(principal), std::move(name), std::move(wanted));
        NewKey key{.key = std::move(made.key), .record = std::move(made.record)};
        co_return key;
    }

    void notice_change(UserId id) { users_.forget(id); }

    const SealingKey& sealing() const { return sealing_; }

private:
    bool is_right(PasswordVerdict verdict, UserId user) const {
        if (verdict == PasswordVerdict::Unreadable) {
            log_.error("a password's hash cannot be read; `repartee users set-password` sets a new one",
                       {{"user", user}});
        }
        return verdict == PasswordVerdict::Right || verdict == PasswordVerdict::RightButOutdated;
    }

    // The user, once the password has shown that it is them.
    awaitable<stores::User> confirmed(UserId id, Secret password, std::string peer) {
        check_password_size(password).value();
        limits_.attempt_from(peer);
        auto user = co_await people_.find(id);
        if (!user || !user->is_active) {
            throw Failure(not_validated("a user who is out"));
        }
        const auto email = read_email(user->email);
        limits_.attempt_with(email ? email->key : std::string());
        const auto verdict = co_await hasher_.verify(user->password_hash, std::move(password));
        if (!is_right(verdict, id)) {
            log_.info("password refused", {{"user", id}});
            throw Failure(ErrorKind::Forbidden, "Incorrect password");
        }
        co_return std::move(*user);
    }

    // A password that was hashed at another cost, at that of today. Where it cannot be done now, it will be
    // the next time.
    awaitable<void> hash_again(UserId id, Secret present, Secret password) {
        try {
            auto hash = co_await hasher_.hash(std::move(password));
            const bool renewed =
                co_await people_.renew_password_hash(id, std::move(present), std::move(hash));
            log_.info("hashed a password again", {{"user", id}, {"renewed", renewed}});
        } catch (const Failure& failure) {
            log_.warning("a password could not be hashed again",
                         {{"user", id}, {"reason", failure.error().message}});
        }
    }

    const AccountSettings settings_;
    stores::People& people_;
    Clock& clock_;
    const Log log_;
    const Outcome::Counters log_ins_;
    const Outcome::Counters registrations_;
    AttemptLimits limits_;
    PasswordHasher hasher_;
    KnownUsers users_;
    TokenOffice tokens_;
    ApiKeys keys_;
    const SealingKey sealing_;
};

Accounts::Accounts(AccountSettings settings, Secret secret_key, stores::People& people, Clock& clock, Log log,
                   Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(secret_key), people, clock, std::move(log),
                                   metrics)) {}

Accounts::~Accounts() = default;

awaitable<Tokens> Accounts::register_user(std::string email, Secret password, std::string full_name,
                                          std::string peer, Stay stay) {
    return impl_->register_user(std::move(email), std::move(password), std::move(full_name), std::move(peer),
                                stay);
}

awaitable<Tokens> Accounts::log_in(std::string email, Secret password, std::string peer, Stay stay) {
    return impl_->log_in(std::move(email), std::move(password), std::move(peer), stay);
}

awaitable<Tokens> Accounts::refresh(std::string refresh_token, std::string peer) {
    return impl_->refresh(std::move(refresh_token), std::move(peer));
}

awaitable<Principal> Accounts::authenticate(std::string token) {
    return impl_->authenticate(std::move(token));
}

awaitable<Tokens> Accounts::change_password(UserId user, Secret old_password, Secret new_password,
                                            std::string peer) {
    return impl_->change_password(user, std::move(old_password), std::move(new_password), std::move(peer));
}

awaitable<void> Accounts::log_out_everywhere(UserId user) {
    return impl_->log_out_everywhere(user);
}

awaitable<void> Accounts::erase(UserId user, Secret password, std::string peer) {
    return impl_->erase(user, std::move(password), std::move(peer));
}

awaitable<Accounts::NewKey> Accounts::add_api_key(Principal principal, std::string name,
                                                  std::vector<std::string> scopes) {
    return impl_->add_api_key(std::move(principal), std::move(name), std::move(scopes));
}

void Accounts::notice_change(UserId user) {
    impl_->notice_change(user);
}

std::string Accounts::seal(const Secret& key, const std::string& context) const {
    return impl_->sealing().seal(key, context);
}

Result<Secret> Accounts::open(const std::string& sealed, const std::string& context) const {
    return impl_->sealing().open(sealed, context);
}

}  // namespace repartee::accounts
