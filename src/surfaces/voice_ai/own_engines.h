// The models of users' own accounts that are in use, or were lately.
#pragma once

#include "base/error.h"
#include "base/log.h"
#include "engines/model.h"
#include "engines/wishes.h"
#include "stores/people.h"

#include <array>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string_view>

namespace repartee::surfaces::voice_ai {

// The providers whose keys can be given; of several, the first answers.
inline constexpr std::array<std::string_view, 2> providers{"openai", "gemini"};

// To what a sealed key is bound: one user's is of no use to another.
std::string sealing_context(UserId user, std::string_view provider);

// Any thread.
class OwnEngines {
public:
    // Builds a model; see Hall::lend_model.
    using Lend = std::function<std::shared_ptr<engines::Model>(const std::string& kind,
                                                               const engines::Wishes& wishes)>;
    // Opens a sealed key.
    using Open = std::function<Result<Secret>(const std::string& sealed, const std::string& context)>;
    OwnEngines(Lend lend, Open open, Log log)
        : lend_(std::move(lend)), open_(std::move(open)), log_(std::move(log)) {}

    // Null when the user has no key, or none that can be opened.
    std::shared_ptr<engines::Model> model_of(UserId user, const stores::Profile& profile);
    void forget(UserId user);

    static constexpr std::size_t most = 256;  // engines; the one not asked for longest goes

private:
    struct Lent {
        UserId user;
        std::string provider;
        std::string sealed;  // with another key it is another engine
        // Owners: this list, and conversations that began with it.
        std::shared_ptr<engines::Model> model;
    };

    Lend lend_;
    Open open_;
    Log log_;
    std::mutex mutex_;
    std::list<Lent> lent_;  // latest use first
};

}  // namespace repartee::surfaces::voice_ai
