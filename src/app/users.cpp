#include "app/users.h"

#include "accounts/email.h"
#include "accounts/key_material.h"
#include "accounts/password_hasher.h"
#include "app/keeping.h"
#include "app/password_question.h"
#include "app/store_room.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

constexpr std::size_t users_at_a_time = 500;

using Users = std::vector<stores::User>;

std::string date_of(std::int64_t ms) {
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

void print_table(const Users& page) {
    for (const auto& user : page) {
        std::cout << fmt::format("{:>6}  {:<5}  {:<8}  {}  {}{}\n", user.id,
                                 user.role == stores::UserRole::Admin ? "admin" : "user",
                                 user.is_active ? "active" : "inactive", date_of(user.created_at_ms),
                                 user.email, user.full_name.empty() ? "" : "  (" + user.full_name + ")");
    }
}

boost::json::object json_of(const stores::User& user) {
    return {{"id", user.id},
            {"email", user.email},
            {"full_name", user.full_name},
            {"is_admin", user.role == stores::UserRole::Admin},
            {"is_active", user.is_active},
            {"created_at_ms", user.created_at_ms}};
}

awaitable<void> list(StoreRoom& room, bool as_json) {
    auto& people = room.keeping.people();
    boost::json::array all;
    UserId last = 0;
    for (;;) {
        const auto page = co_await people.list(last, users_at_a_time);
        if (page.empty()) {
            break;
        }
        if (as_json) {
            for (const auto& user : page) {
                all.push_back(json_of(user));
            }
        } else {
            print_table(page);
        }
        last = page.back().id;
    }
    if (as_json) {
        std::cout << boost::json::serialize(all) << "\n";
    } else if (last == 0) {
        std::cout << "Nobody has an account yet. The first admin: repartee users add EMAIL --admin\n";
    }
}

awaitable<stores::User> existing(StoreRoom& room, std::string email_text) {
    const auto email = accounts::read_email(email_text).value();
    auto user = co_await room.keeping.people().find_by_email(email.key);
    if (!user) {
        throw Failure(ErrorKind::NotFound, fmt::format("nobody has the e-mail address {}.", email.address));
    }
    co_return std::move(*user);
}

awaitable<void> add(StoreRoom& room, const accounts::AccountSettings& settings, UsersCommand command,
                    Secret password) {
    auto email = accounts::read_email(command.email).value();
    auto name = accounts::read_name(command.full_name, "A name", accounts::longest_full_name).value();
    accounts::PasswordHasher hasher(settings, room.clock, room.metrics);
    auto hash = co_await hasher.hash(std::move(password));
    const auto address = email.address;
    stores::NewUser user{.creation_id = accounts::sha256_hex(accounts::random_bytes(32)),
                         .email = std::move(email.address),
                         .email_key = std::move(email.key),
                         .full_name = std::move(name),
                         .password_hash = std::move(hash),
                         .role = command.is_admin ? stores::UserRole::Admin : stores::UserRole::User,
                         .created_at_ms = room.wall_ms()};
    const auto added = co_await room.keeping.people().add(std::move(user));
    if (!added) {
        throw Failure(ErrorKind::Conflict,
                      fmt::format("{} has an account already; see `repartee users make-admin` and "
                                  "`set-password`.",
                                  address));
    }
    std::cout << fmt::format("{} is {} now, number {}.\n", address, command.is_admin ? "an admin" : "a user",
                             added->id);
}

awaitable<void> set_role(StoreRoom& room, std::string email, stores::UserRole role) {
    const auto user = co_await existing(room, std::move(email));
    const bool set = co_await room.keeping.people().set_role(user.id, role);
    if (!set) {
        throw Failure(ErrorKind::NotFound, "the account has just been deleted.");
    }
    std::cout << fmt::format("{} is {} now.\n", user.email,
                             role == stores::UserRole::Admin ? "an admin" : "a user like any other");
}

// Tokens from before stay ended when the account is switched on again.
awaitable<void> set_active(StoreRoom& room, std::string email, bool is_active) {
    auto& people = room.keeping.people();
    const auto user = co_await existing(room, std::move(email));
    const bool set = co_await people.set_active(user.id, is_active);
    if (!set) {
        throw Failure(ErrorKind::NotFound, "the account has just been deleted.");
    }
    if (!is_active) {
        co_await people.set_token_version(user.id, user.token_version + 1);
    }
    std::cout << fmt::format("{} {}.\n", user.email,
                             is_active ? "can log in again" : "cannot come in any more");
}

awaitable<void> set_password(StoreRoom& room, const accounts::AccountSettings& settings, std::string email,
                             Secret password) {
    const auto user = co_await existing(room, std::move(email));
    accounts::PasswordHasher hasher(settings, room.clock, room.metrics);
    auto hash = co_await hasher.hash(std::move(password));
    const bool set =
        co_await room.keeping.people().set_password(user.id, std::move(hash), user.token_version + 1);
    if (!set) {
        throw Failure(ErrorKind::Conflict, "the account was changed at the same time. Please try again.");
    }
    std::cout << fmt::format("{} has a new password, and has to log in with it everywhere.\n", user.email);
}

// Before somebody types a password for nobody.
awaitable<void> make_sure_of(StoreRoom& room, std::string email) {
    const auto user = co_await existing(room, std::move(email));
    static_cast<void>(user);
}

}  // namespace

int users(const Settings& settings, Parts& parts, const UsersCommand& command) {
    using Do = UsersCommand::Do;
    if (command.what != Do::List) {
        accounts::read_email(command.email).value();
    }
    StoreRoom room(settings, parts);
    room.run(room.migrate());
    switch (command.what) {
        case Do::List: room.run(list(room, command.as_json)); break;
        case Do::Add:
            room.run(add(room, settings.accounts, command, ask_for_new_password(command.email)));
            break;
        case Do::MakeAdmin: room.run(set_role(room, command.email, stores::UserRole::Admin)); break;
        case Do::MakeUser: room.run(set_role(room, command.email, stores::UserRole::User)); break;
        case Do::Activate: room.run(set_active(room, command.email, true)); break;
        case Do::Deactivate: room.run(set_active(room, command.email, false)); break;
        case Do::SetPassword:
            room.run(make_sure_of(room, command.email));
            room.run(
                set_password(room, settings.accounts, command.email, ask_for_new_password(command.email)));
            break;
    }
    return 0;
}

}  // namespace repartee::app
