#include "memory/recollections.h"

#include "memory/session_recollection.h"

namespace repartee::memory {

namespace {

class PersonsMemory final : public skills::Remembering {
public:
    // Both outlive it.
    PersonsMemory(LongTerm& long_term, Afterthoughts& afterthoughts, Owner owner)
        : long_term_(long_term), afterthoughts_(afterthoughts), owner_(std::move(owner)) {}

    awaitable<Outcome> learn(std::string fact, std::string category) override {
        auto remembered =
            co_await long_term_.remember(owner_, std::move(fact), std::move(category), "learned");
        co_return remembered.outcome;
    }
    awaitable<std::vector<std::string>> forget(std::string what) override {
        // What they have just said may hold it, too.
        afterthoughts_.drop(owner_);
        return long_term_.forget_meaning(owner_, std::move(what));
    }
    awaitable<std::size_t> ingest(std::vector<std::string> pieces, std::string origin) override {
        return long_term_.ingest(owner_, std::move(pieces), std::move(origin));
    }

private:
    LongTerm& long_term_;
    Afterthoughts& afterthoughts_;
    const Owner owner_;
};

AfterthoughtSettings settings_behind(const RecollectionSettings& settings) {
    return {
        .window = settings.window, .extract_facts = settings.extract_facts, .summarise = settings.summarise};
}

}  // namespace

class Recollections::Impl {
public:
    Impl(LongTerm& long_term, stores::History& history, stores::SessionMemory& sessions, Clock& clock,
         const Log& log, RecollectionSettings settings)
        : shared{.long_term = long_term,
                 .history = history,
                 .sessions = sessions,
                 .clock = clock,
                 .log = log,
                 .settings = settings,
                 .doubts = {},
                 .troubles = {},
                 .afterthoughts = {long_term, history, clock, log, settings_behind(settings)}} {}

    Shared shared;
};

Recollections::Recollections(LongTerm& long_term, stores::History& history, stores::SessionMemory& sessions,
                             Clock& clock, Log log, RecollectionSettings settings)
    : impl_(std::make_unique<Impl>(long_term, history, sessions, clock, std::move(log), settings)) {}
Recollections::~Recollections() = default;

std::unique_ptr<conversation::Recollection> Recollections::make(Party party, engines::Model& model) {
    return std::make_unique<SessionRecollection>(impl_->shared, std::move(party), model);
}

std::unique_ptr<skills::Remembering> Recollections::remembering(Owner owner) {
    return std::make_unique<PersonsMemory>(impl_->shared.long_term, impl_->shared.afterthoughts,
                                           std::move(owner));
}

awaitable<void> Recollections::forget_sessions(Owner owner) {
    auto& shared = impl_->shared;
    shared.afterthoughts.drop(owner);
    // Also where it succeeds: an answer that is under way may still append.
    shared.doubts.doubt_all_of(owner, shared.clock.now());
    if (owner.is_anonymous()) {
        co_await shared.long_term.forget_all(owner);
    }
    co_await shared.sessions.forget_all(std::move(owner));
}

awaitable<void> Recollections::forget_session(Owner owner, std::string session) {
    auto& shared = impl_->shared;
    stores::SessionKey key{std::move(owner), std::move(session)};
    shared.afterthoughts.drop(key);
    shared.doubts.doubt(key, shared.clock.now());
    co_await shared.sessions.forget(std::move(key));
}

awaitable<void> Recollections::forget_facts(Owner owner) {
    impl_->shared.afterthoughts.drop(owner);
    co_await impl_->shared.long_term.forget_all(std::move(owner));
}

awaitable<void> Recollections::run() {
    return impl_->shared.afterthoughts.run();
}

}  // namespace repartee::memory
