#include "surfaces/voice_ai/front_door.h"

#include "surfaces/voice_ai/validation.h"

#include <fmt/format.h>

namespace repartee::surfaces::voice_ai {

namespace {

// Bytes of a request's body; the longest message, with every character written as an escape, fits.
constexpr std::size_t largest_body = 256 << 10;

void check_rights(const Operation& operation, const std::optional<accounts::Principal>& principal) {
    if (!principal) {
        if (operation.caller != Caller::Guest) {
            throw Failure(ErrorKind::Unauthenticated, "Not authenticated");
        }
        return;
    }
    if (operation.caller == Caller::Person && principal->by_api_key) {
        throw Failure(ErrorKind::Forbidden, "This is for people who have logged in, and not for API keys.");
    }
    if (!operation.scope.empty() && !principal->may(operation.scope)) {
        throw Failure(ErrorKind::Forbidden,
                      "This API key is not for that: it lacks the scope " + operation.scope + ".");
    }
}

// A token decides who somebody is, whatever the body says.
void check_identity(const Call& call) {
    const auto* claimed = call.body.if_contains("user_id");
    if (call.principal && claimed != nullptr && *claimed != call.principal->user.id) {
        throw Failure(ErrorKind::Forbidden, "The user_id is not that of the token.");
    }
}

// Fills in the call, or says why not. Throws Failure likewise.
awaitable<std::optional<net::Response>> admit(Desk& desk, const Operation& operation, Call& call) {
    if (operation.caller != Caller::Anyone) {
        auto credentials = credentials_of(call.request, TokenInQuery::DoesNot);
        if (!credentials.given && operation.caller != Caller::Guest) {
            throw Failure(ErrorKind::Unauthenticated, "Not authenticated");
        }
        call.principal = co_await desk.identify(std::move(credentials));
        check_rights(operation, call.principal);
    }
    auto input = read_input(operation, call.request);
    if (!input.issues.empty()) {
        co_return unprocessable(call.request, input.issues);
    }
    call.body = std::move(input.body);
    call.parameters = std::move(input.parameters);
    check_identity(call);
    co_return std::nullopt;
}

awaitable<net::Response> answer(Desk& desk, const Operation& operation, const net::Request& request) {
    Call call{.request = request};
    auto refusal = co_await admit(desk, operation, call);
    if (refusal) {
        co_return std::move(*refusal);
    }
    std::optional<Error> unfit;
    net::Response response;
    try {
        response = co_await operation.handler(desk, call);
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::Unprocessable) {
            throw;
        }
        unfit = failure.error();
    }
    if (unfit) {
        co_return unprocessable(request, issue_with(unfit->message, {"body"}));
    }
    // What is somebody's own is nobody's to keep on the way.
    if (!response.headers.has("Cache-Control")) {
        response.headers.add("Cache-Control", "no-store");
    }
    co_return response;
}

awaitable<void> answer_at_length(Desk& desk, const Operation& operation, net::Exchange& exchange) {
    if (operation.streams == nullptr) {
        auto response = co_await answer(desk, operation, exchange.request());
        co_await exchange.respond(std::move(response));
        co_return;
    }
    Call call{.request = exchange.request()};
    auto refusal = co_await admit(desk, operation, call);
    if (refusal) {
        co_await exchange.respond(std::move(*refusal));
        co_return;
    }
    co_await operation.streams(desk, call, exchange);
}

}  // namespace

void add_operations(net::Router& router, Desk& desk) {
    for (const auto& operation : operations()) {
        auto path = fmt::format("{}{}", prefix, operation.path);
        net::RouteOptions options{.body_limit = largest_body};
        auto brief = [&desk, &operation](const net::Request& request) {
            return answer(desk, operation, request);
        };
        if (operation.is_long) {
            router.exchange(
                operation.method, path,
                [&desk, &operation](net::Exchange& exchange) {
                    return answer_at_length(desk, operation, exchange);
                },
                options);
        } else {
            // Not cancelled half-way: what is deleted in the database is forgotten beside it, too.
            router.handle(operation.method, path, brief, options);
        }
    }
}

}  // namespace repartee::surfaces::voice_ai
