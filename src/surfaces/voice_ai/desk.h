// What all operations of this surface stand on: the stage, the settings, and who is who. One for each
// surface; any strand.
#pragma once

#include "surfaces/archive.h"
#include "surfaces/credentials.h"
#include "surfaces/reception.h"
#include "surfaces/surface.h"
#include "surfaces/voice_ai/manners.h"
#include "surfaces/voice_ai/own_engines.h"
#include "surfaces/voice_ai/settings.h"
#include "surfaces/voice_ai/sound_budget.h"

#include <boost/json/array.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace repartee::surfaces::voice_ai {

class Attendant;

// Whose something is that nobody in particular says: that of the session as a client names it, and that of
// one socket, or of one message that names no session. The two never meet.
Owner guest_of_session(std::string_view session_id);
Owner guest_of_socket();

class Desk final : public Reception {
public:
    // All of it outlives the desk.
    Desk(const Stage& stage, const VoiceAiSettings& settings);

    const Stage& stage() const { return stage_; }
    const VoiceAiSettings& settings() const { return settings_; }
    Archive& archive() const { return stage_.archive; }
    stores::People& people() const { return archive().database().people(); }
    stores::History& history() const { return archive().database().history(); }
    accounts::Accounts& accounts() const { return archive().accounts(); }
    OwnEngines& own_engines() { return own_engines_; }
    awaitable<std::shared_ptr<const Manner>> manner_of(UserId user) { return manners_.of(people(), user); }
    // Of somebody who has changed their profile, or is gone: whatever became of the change.
    void forget_manner(UserId user);

    // Recordings of people without an account that wait to be understood.
    SoundBudget& sound_of_strangers() { return sound_of_strangers_; }

    // Whether people may talk without an account.
    bool lets_anonymous_in() const;
    // Who that is; nothing for nobody in particular. Throws Failure{Unauthenticated}, also where nobody is
    // let in without an account.
    awaitable<std::optional<accounts::Principal>> identify(Credentials credentials) override;

    awaitable<std::string> ask(Question question, std::function<void(std::string_view)> told) override;
    awaitable<Voice> voice_for(std::optional<accounts::Principal> person) override;

    // The model for those who have none of their own: OpenAI or Gemini where there is a key, with the
    // server's own behind them; the server's where the settings name one.
    engines::Model& model() const { return model_; }

    // Somebody who answers this person (nothing: `guest`) in this session of theirs: their companion, or the
    // agent that is named. Reads the profile. Throws Failure{NotFound} where there is no such agent.
    awaitable<std::unique_ptr<Attendant>> attend(std::optional<accounts::Principal> principal, Owner guest,
                                                 std::string session, std::string agent = {});

    // Sessions that are at hand, when the database has forgotten them. A memory that cannot be reached
    // forgets by itself, soon; that is said in the log and fails nothing.
    awaitable<void> forget_session(Owner owner, std::string session);
    awaitable<void> forget_what_is_beside_the_database(Owner owner);

    // [{"name","description"}], in the original's order; behind them the tools that the companion has just
    // now.
    boost::json::array skills() const;

    std::int64_t now_ms() const;
    // Names a conversation in the log.
    std::string next_name() { return "v" + std::to_string(++names_); }

private:
    const Stage& stage_;
    const VoiceAiSettings& settings_;
    engines::Model& model_;
    OwnEngines own_engines_;
    Manners manners_;
    SoundBudget sound_of_strangers_;
    boost::json::array skills_;
    std::atomic<std::uint64_t> names_{0};
};

}  // namespace repartee::surfaces::voice_ai
