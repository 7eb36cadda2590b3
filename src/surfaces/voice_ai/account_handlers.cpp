#include "accounts/email.h"
#include "surfaces/voice_ai/answers.h"
#include "surfaces/voice_ai/desk.h"
#include "surfaces/voice_ai/handlers.h"

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

Secret secret_in(const json::object& values, std::string_view name) {
    return Secret(text_in(values, name));
}

// The original's clients get what they know. Who asks for more does so as OpenID Connect has it.
accounts::Stay stay_in(const std::string& scope) {
    return (" " + scope + " ").find(" offline_access ") == std::string::npos ? accounts::Stay::Short
                                                                             : accounts::Stay::Long;
}

// A vector store has a copy of what the database has deleted with the account. One that cannot be asked just
// now looks by itself for what is left.
awaitable<void> forget_copies(Desk& desk, Owner owner) {
    try {
        co_await desk.archive().recollections().forget_facts(std::move(owner));
    } catch (const Failure&) {
    }
}

}  // namespace

awaitable<net::Response> register_user(Desk& desk, Call& call) {
    co_await desk.archive().opened();
    std::optional<Error> refused;
    try {
        auto tokens = co_await desk.accounts().register_user(
            text_in(call.body, "email"), secret_in(call.body, "password"), text_in(call.body, "full_name"),
            call.request.peer, accounts::Stay::Short);
        co_return told(wire(tokens));
    } catch (const Failure& failure) {
        refused = failure.error();
    }
    // The original's clients know 400.
    if (refused->kind == ErrorKind::Conflict) {
        co_return net::error_response(call.request, 400, name_of(refused->kind), refused->message);
    }
    throw Failure(std::move(*refused));
}

awaitable<net::Response> log_in(Desk& desk, Call& call) {
    co_await desk.archive().opened();
    auto tokens =
        co_await desk.accounts().log_in(text_in(call.body, "username"), secret_in(call.body, "password"),
                                        call.request.peer, stay_in(text_in(call.body, "scope")));
    co_return told(wire(tokens));
}

awaitable<net::Response> refresh(Desk& desk, Call& call) {
    co_await desk.archive().opened();
    auto tokens = co_await desk.accounts().refresh(text_in(call.body, "refresh_token"), call.request.peer);
    co_return told(wire(tokens));
}

awaitable<net::Response> show_account(Desk&, Call& call) {
    co_return told(wire(call.principal->user));
}

awaitable<net::Response> change_account(Desk& desk, Call& call) {
    auto user = call.principal->user;
    user.full_name =
        accounts::read_name(text_in(call.body, "full_name"), "A name", accounts::longest_full_name).value();
    bool changed = co_await desk.people().set_full_name(user.id, user.full_name);
    desk.accounts().notice_change(user.id);
    if (!changed) {
        absent("account");
    }
    co_return told(wire(user));
}

awaitable<net::Response> delete_account(Desk& desk, Call& call) {
    auto user = user_of(call);
    co_await desk.accounts().erase(user, secret_in(call.body, "password"), call.request.peer);
    desk.forget_manner(user);
    co_await desk.forget_what_is_beside_the_database(call.principal->owner());
    co_await forget_copies(desk, call.principal->owner());
    co_return done();
}

awaitable<net::Response> change_password(Desk& desk, Call& call) {
    auto tokens =
        co_await desk.accounts().change_password(user_of(call), secret_in(call.body, "old_password"),
                                                 secret_in(call.body, "new_password"), call.request.peer);
    co_return told(wire(tokens));
}

awaitable<net::Response> log_out_everywhere(Desk& desk, Call& call) {
    co_await desk.accounts().log_out_everywhere(user_of(call));
    co_return done();
}

awaitable<net::Response> list_keys(Desk& desk, Call& call) {
    auto keys = co_await desk.people().api_keys(user_of(call));
    co_return told(wire_list(keys));
}

awaitable<net::Response> add_key(Desk& desk, Call& call) {
    std::vector<std::string> scopes;
    for (const auto& scope : call.body.at("scopes").as_array()) {
        scopes.emplace_back(scope.as_string());
    }
    auto added =
        co_await desk.accounts().add_api_key(*call.principal, text_in(call.body, "name"), std::move(scopes));
    auto described = wire(added.record);
    described["key"] = added.key;
    co_return told(described, 201);
}

awaitable<net::Response> delete_key(Desk& desk, Call& call) {
    bool erased = co_await desk.people().erase_api_key(user_of(call), text_in(call.parameters, "id"));
    if (!erased) {
        absent("key");
    }
    co_return done();
}

}  // namespace repartee::surfaces::voice_ai
