// Who knows people and answers them, for surfaces that only bring their words. The accounts API is it, and
// lends itself to the others of the same server (entrance.h).
#pragma once

#include "accounts/principal.h"
#include "base/async.h"
#include "surfaces/credentials.h"
#include "vocabulary/owner.h"
#include "vocabulary/voice.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::surfaces {

// Any strand, many calls at a time. Outlives the surfaces.
class Reception {
public:
    virtual ~Reception() = default;

    // Who that is; nothing for nobody in particular. Throws Failure{Unauthenticated}, also where nobody is
    // let in without an account; Unavailable while nobody can look.
    virtual awaitable<std::optional<accounts::Principal>> identify(Credentials credentials) = 0;

    struct Question {
        std::optional<accounts::Principal> asker = {};  // nothing: `guest`
        Owner guest;
        std::string session;  // which conversation of theirs
        std::string agent;    // who is to answer, by id; empty: their own assistant
        std::string text;
    };
    // A turn of the conversation, kept as any other; with the person's memory, model and skills, save those
    // that want a phone in somebody's hand. `told` gets the answer piece by piece as it comes; what it refers
    // to outlives the call. Throws Failure of the engines and the stores, ProviderLate past the limit of the
    // settings, NotFound where there is no such agent. Cancelling stops it; what is not kept by then has not
    // happened.
    virtual awaitable<std::string> ask(Question question, std::function<void(std::string_view)> told) = 0;

    // How they like to be spoken to. Throws Failure of the stores.
    virtual awaitable<Voice> voice_for(std::optional<accounts::Principal> person) = 0;
};

}  // namespace repartee::surfaces
