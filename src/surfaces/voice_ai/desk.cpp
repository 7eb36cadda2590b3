#include "surfaces/voice_ai/desk.h"

#include "accounts/key_material.h"
#include "agents/built_in.h"
#include "surfaces/personal_agent.h"
#include "surfaces/voice_ai/attendant.h"
#include "surfaces/voice_ai/messages.h"
#include "surfaces/voice_ai/one_answer.h"
#include "surfaces/voice_ai/persona.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

constexpr std::string_view unknown_person = "Could not validate credentials";

// A provider is asked first where there is a key to it; whoever names a model for the whole server means it.
std::string model_choice(const engines::Hall& hall, const VoiceAiSettings& settings) {
    if (!settings.model.empty()) {
        return settings.model;
    }
    for (const auto& trade : hall.trades()) {
        if (trade.name == "model" && trade.choice != "auto") {
            return "";
        }
    }
    for (auto provider : providers) {
        if (hall.has_key_for_model(std::string(provider))) {
            return std::string(provider) + ", auto";
        }
    }
    return "";
}

json::array describe_skills(const Stage& stage) {
    json::array described;
    for (auto name : listed_skills) {
        auto offer = std::ranges::find(stage.skills, name, &skills::SkillOffer::name);
        if (offer != stage.skills.end()) {
            skills::SkillSurroundings surroundings{stage.clock, &stage.http, nullptr, stage.robot};
            auto schema = offer->create(surroundings)->schema();
            described.push_back(json::object{{"name", name}, {"description", schema->description}});
        }
    }
    return described;
}

}  // namespace

Owner guest_of_session(std::string_view session_id) {
    return Owner::session("http/" + std::string(session_id));
}

Owner guest_of_socket() {
    // That nobody can guess, so that no other client can say it is theirs.
    return Owner::session("socket/" + accounts::sha256_hex(accounts::random_bytes(32)));
}

Desk::Desk(const Stage& stage, const VoiceAiSettings& settings)
    : stage_(stage),
      settings_(settings),
      model_(stage.engines.model(model_choice(stage.engines, settings), {})),
      own_engines_([&stage](const std::string& kind,
                            const engines::Wishes& wishes) { return stage.engines.lend_model(kind, wishes); },
                   [&stage](const std::string& sealed, const std::string& context) {
                       return stage.archive.accounts().open(sealed, context);
                   },
                   stage.log),
      manners_(stage.clock),
      sound_of_strangers_(static_cast<std::size_t>(settings.max_anonymous_audio_bytes)),
      skills_(describe_skills(stage)) {}

bool Desk::lets_anonymous_in() const {
    return settings_.anonymous == "always" || (settings_.anonymous == "loopback" && stage_.on_loopback);
}

awaitable<std::optional<accounts::Principal>> Desk::identify(Credentials credentials) {
    if (!credentials.given) {
        if (!lets_anonymous_in()) {
            throw Failure(ErrorKind::Unauthenticated, "Not authenticated");
        }
        co_return std::nullopt;
    }
    if (credentials.token.empty()) {
        throw Failure(ErrorKind::Unauthenticated, std::string(unknown_person));
    }
    co_await archive().opened();
    auto principal = co_await accounts().authenticate(std::move(credentials.token));
    co_return principal;
}

awaitable<std::unique_ptr<Attendant>> Desk::attend(std::optional<accounts::Principal> principal, Owner guest,
                                                   std::string session, std::string agent) {
    auto book = stage_.agents.book();
    const agents::Definition* chosen = nullptr;
    if (!agent.empty()) {
        chosen = book->find(agent);
        if (chosen == nullptr) {
            throw Failure(ErrorKind::NotFound, fmt::format("There is no agent '{}'.", agent));
        }
    }
    auto manner = manners_.of_nobody();
    if (principal) {
        manner = co_await manner_of(principal->user.id);
    }
    auto owner = principal ? principal->owner() : std::move(guest);
    memory::Party party{.owner = owner,
                        .session = std::move(session),
                        .profile_text = principal ? about_person(principal->user) : std::string()};
    auto attendant = std::make_unique<Attendant>(*this, std::move(party), std::move(manner), chosen);
    co_return attendant;
}

awaitable<std::string> Desk::ask(Question question, std::function<void(std::string_view)> told) {
    auto attendant = co_await attend(std::move(question.asker), std::move(question.guest),
                                     std::move(question.session), std::move(question.agent));
    auto answer = co_await answer_once(*this, *attendant, std::move(question.text),
                                       Attendant::Company::HasNoHands, std::move(told));
    co_return worth_saying(std::move(answer.text), answer.action);
}

awaitable<Voice> Desk::voice_for(std::optional<accounts::Principal> person) {
    auto manner = manners_.of_nobody();
    if (person) {
        manner = co_await manner_of(person->user.id);
    }
    co_return manner->agent.voice;
}

json::array Desk::skills() const {
    auto all = skills_;
    if (stage_.toolbox != nullptr) {
        for (const auto& tool : stage_.toolbox->tools_of(agents::voice_ai_agent().id, {})) {
            auto schema = tool->schema();
            all.push_back(json::object{{"name", schema->name}, {"description", schema->description}});
        }
    }
    return all;
}

void Desk::forget_manner(UserId user) {
    // In this order: whoever reads the old manner meanwhile would have the old engine made again.
    manners_.forget(user);
    own_engines_.forget(user);
}

awaitable<void> Desk::forget_session(Owner owner, std::string session) {
    try {
        co_await archive().recollections().forget_session(std::move(owner), std::move(session));
    } catch (const Failure& failure) {
        stage_.log.warning("a session is still in memory", {{"reason", failure.error().message}});
    }
}

awaitable<void> Desk::forget_what_is_beside_the_database(Owner owner) {
    try {
        co_await archive().recollections().forget_sessions(std::move(owner));
    } catch (const Failure& failure) {
        stage_.log.warning("sessions are still in memory", {{"reason", failure.error().message}});
    }
}

std::int64_t Desk::now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(stage_.clock.wall().time_since_epoch())
        .count();
}

}  // namespace repartee::surfaces::voice_ai
