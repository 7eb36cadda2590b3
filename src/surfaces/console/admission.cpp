#include "surfaces/console/admission.h"

#include "net/this_machine.h"

namespace repartee::surfaces::console {

awaitable<Visitor> identify(const net::Request& request, Archive& archive, TokenInQuery in_query) {
    Visitor visitor{.local = net::comes_from_this_machine(request)};
    auto credentials = credentials_of(request, in_query);
    // Whoever sits here needs none, and a database that is away keeps nobody from seeing that it is.
    if (visitor.local || !credentials.given) {
        co_return visitor;
    }
    co_await archive.opened();
    auto principal = co_await archive.accounts().authenticate(std::move(credentials.token));
    visitor.admin = !principal.by_api_key && principal.is_admin();
    visitor.monitor = principal.by_api_key && principal.may("metrics");
    co_return visitor;
}

awaitable<Visitor> identify_kindly(const net::Request& request, Archive& archive) {
    try {
        co_return co_await identify(request, archive, TokenInQuery::DoesNot);
    } catch (const Failure& failure) {
        if (failure.error().kind == ErrorKind::Unauthenticated) {
            throw;
        }
    }
    co_return Visitor{};
}

void check_sees_all(const Visitor& visitor) {
    if (!visitor.sees_all()) {
        throw Failure(ErrorKind::Forbidden,
                      "This is shown to this machine, to admins, and to API keys for metrics.");
    }
}

void check_may_act(const Visitor& visitor) {
    if (!visitor.may_act()) {
        throw Failure(ErrorKind::Forbidden, "This is for this machine, and for admins who have logged in.");
    }
}

}  // namespace repartee::surfaces::console
