// The first stage of a turn: from what the user said to the text of the reply, with what the model asks for
// on the way.
#include "base/together.h"
#include "conversation/consent.h"
#include "conversation/filler.h"
#include "conversation/prompt.h"
#include "conversation/reasoning_filter.h"
#include "conversation/turn.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::conversation {

namespace {

// How often a model may ask for skills before it has to answer. More is a loop.
constexpr int skill_rounds = 3;
constexpr std::size_t calls_per_round = 8;

// A skill that takes longer does not answer. Each has sooner deadlines of its own.
constexpr auto longest_skill = std::chrono::seconds(30);

// How long somebody waits in silence for a skill before we say that we are at it.
constexpr auto patience_of_the_ear = std::chrono::milliseconds(1500);

// A reply past this is a model that has lost its way. Spoken, it would last half an hour.
constexpr std::size_t longest_reply = 32 << 10;

bool is_space(char character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
}

// What is the same in two calls that ask for the same.
std::string request_in(const std::string& skill, const boost::json::object& arguments) {
    return skill + boost::json::serialize(arguments);
}

}  // namespace

awaitable<engines::Prompt> Turn::recall() {
    auto* question = std::get_if<Question>(&occasion_);
    if (question == nullptr) {
        co_return engines::Prompt{};
    }
    Recalled recalled;
    if (setting_.recollection != nullptr) {
        recalled = co_await setting_.recollection->recall(question->transcript.text);
    }
    co_return build_prompt(setting_.agent, recalled.background, recalled.recent.value_or(setting_.history),
                           question->transcript.text, setting_.skills);
}

awaitable<void> Turn::think(engines::Prompt prompt) {
    stamp(Moment::ModelStart);
    if (auto* announcement = std::get_if<Announcement>(&occasion_)) {
        co_await take_text(announcement->text);
        splitter_.finish();
    } else {
        try {
            co_await ask_model(std::move(prompt));
        } catch (const Failure& failure) {
            if (!begun_to_speak_) {
                throw;
            }
            // What is on its way to the ear is said to its end before anybody apologises; half a clause is
            // not.
            broke_off_ = failure.error();
        }
    }
    if (broke_off_) {
        setting_.voicebox.log.warning("model broke off in the middle of a reply",
                                      {{"turn", id()},
                                       {"reason", broke_off_->message},
                                       {"detail", broke_off_->detail},
                                       {"reply_bytes", reply_.size()}});
    } else {
        is_thought_ = true;
        co_await hand_over_sentences();
    }
    text_.close();
    sentences_.close();
}

awaitable<void> Turn::ask_model(engines::Prompt prompt) {
    std::string results;
    if (setting_.agreed) {
        auto used = co_await use_what_was_agreed(prompt);
        results = std::move(used.results);
    }
    for (int round = 0;; ++round) {
        bool last = round == skill_rounds;
        if (last) {
            prompt.skills.clear();
        }
        auto wishes = co_await listen_to_model(prompt);
        if (last || wishes.calls.empty()) {
            co_await say(std::move(wishes.message));
            break;
        }
        auto message = wishes.message;
        auto used = co_await use_skills(std::move(wishes), prompt);
        results = std::move(used.results);
        if (awaits_consent_) {
            // In our words: what the user agrees to is what will be done, whatever the model makes of it.
            co_await say(consent_question(setting_.agent.voice.language, *awaits_consent_));
            break;
        }
        if (used.over) {
            co_await say(std::move(message));
            break;
        }
    }
    // A model that has no word to say about what was done leaves that to the skills.
    if (is_blank_so_far()) {
        co_await say(std::move(results));
    }
}

awaitable<Turn::Wishes> Turn::listen_to_model(engines::Prompt prompt) {
    Wishes wishes;
    apart_ = true;
    ReasoningFilter reasoning;
    WrittenCalls written;
    // An agent with neither may have a language of its own in which it writes such objects.
    bool may_write_calls = !setting_.skills.empty() || setting_.recollection != nullptr;
    auto pieces_of = [&](std::string text) {
        return may_write_calls ? written.push(text) : std::vector<WrittenPiece>{std::move(text)};
    };
    auto answer = setting_.voicebox.model_for(setting_.manner).start(std::move(prompt));
    while (auto output = co_await answer->next()) {
        if (auto* delta = std::get_if<engines::TextDelta>(&*output)) {
            auto pieces = pieces_of(reasoning.push(delta->text));
            co_await take_pieces(std::move(pieces), wishes);
        } else if (auto* call = std::get_if<SkillCall>(&*output);
                   call && wishes.calls.size() < calls_per_round) {
            Asked asked{std::move(*call)};
            wishes.calls.push_back(std::move(asked));
        }
    }
    auto rest = pieces_of(reasoning.finish());
    co_await take_pieces(std::move(rest), wishes);
    auto held_back = written.finish();
    co_await take_pieces(std::move(held_back), wishes);
    splitter_.finish();
    co_return wishes;
}

awaitable<void> Turn::take_pieces(std::vector<WrittenPiece> pieces, Wishes& wishes) {
    for (auto& piece : pieces) {
        if (auto* text = std::get_if<std::string>(&piece)) {
            co_await take_text(*text);
        } else {
            auto message = take_reply(std::get<WrittenReply>(std::move(piece)), wishes);
            co_await take_text(message);
        }
    }
}

// What can be said now: what goes with a call is said when that is done. Names that are no skill's are
// dropped where there is something to say without them.
std::string Turn::take_reply(WrittenReply reply, Wishes& wishes) {
    bool asks = false;
    for (auto& call : reply.calls) {
        bool known = skill_named(call.name) != nullptr;
        if (!known && !reply.message.empty()) {
            setting_.voicebox.log.warning("model wrote of an unknown skill", {{"turn", id()}});
            continue;
        }
        asks = true;
        bool again = std::ranges::any_of(wishes.calls, [&](const Asked& asked) {
            return asked.call.name == call.name && asked.call.arguments == call.parameters;
        });
        if (again || wishes.calls.size() == calls_per_round) {
            continue;
        }
        Asked asked{.call = {.id = fmt::format("written_{}", ++written_calls_),
                             .name = std::move(call.name),
                             .arguments = std::move(call.parameters)},
                    .needs_confirmation = call.needs_confirmation};
        wishes.calls.push_back(std::move(asked));
    }
    if (!asks) {
        return std::move(reply.message);
    }
    if (!reply.message.empty() && !wishes.message.ends_with(reply.message)) {
        wishes.message += (wishes.message.empty() ? "" : " ") + reply.message;
    }
    return {};
}

// --- skills ---

// Before the model is asked anything: it learns what came of it.
awaitable<Turn::Round> Turn::use_what_was_agreed(engines::Prompt& prompt) {
    Asked asked{.call = *setting_.agreed, .agreed = true};
    asked.call.id = "agreed";
    Wishes wishes;
    wishes.calls.push_back(std::move(asked));
    co_return co_await use_skills(std::move(wishes), prompt);
}

// The answer to the call for now.
std::string Turn::ask_for_consent(const skills::Skill& skill, SkillCall call) {
    if (!setting_.can_ask_back) {
        return "This was not done: it needs the user's consent, and they cannot be asked for it here.";
    }
    if (awaits_consent_) {
        return "This was not done: the user can be asked about one such thing at a time.";
    }
    call.name = skill.schema()->name;
    awaits_consent_ = std::move(call);
    return "This has not been done yet. The user is asked about it first.";
}

awaitable<Turn::Round> Turn::use_skills(Wishes wishes, engines::Prompt& prompt) {
    Message request{.role = Role::Assistant, .content = {}};
    for (const auto& asked : wishes.calls) {
        request.calls.push_back(asked.call);
    }
    prompt.messages.push_back(request);
    skill_messages_.push_back(std::move(request));
    Round round;
    std::vector<std::pair<std::string, Used>> answered;
    for (auto& asked : wishes.calls) {
        auto key = request_in(asked.call.name, asked.call.arguments);
        auto used = co_await use_skill(std::move(asked));
        round.over = round.over && used.by_client;
        if (used.ready) {
            round.results += (round.results.empty() ? "" : " ") + used.answer.content;
        }
        prompt.messages.push_back(used.answer);
        skill_messages_.push_back(used.answer);
        answered.emplace_back(std::move(key), std::move(used));
    }
    std::ranges::move(answered, std::back_inserter(answered_));
    co_return round;
}

awaitable<Turn::Used> Turn::use_skill(Asked asked) {
    auto& call = asked.call;
    Used used{.answer = {.role = Role::Skill, .content = {}, .call_id = call.id, .skill = call.name}};
    auto* skill = skill_named(call.name);
    if (skill == nullptr) {
        setting_.voicebox.log.warning("model asked for an unknown skill", {{"turn", id()}});
        used.answer.content = "There is no such skill.";
        co_return used;
    }
    auto before = std::ranges::find(answered_, request_in(call.name, call.arguments),
                                    &std::pair<std::string, Used>::first);
    if (before != answered_.end()) {
        used.answer.content = before->second.answer.content;
        used.by_client = before->second.by_client;
        used.ready = before->second.ready;
        co_return used;
    }
    auto arguments = skills::check_arguments(*skill->schema(), std::move(call.arguments));
    if (!arguments) {
        used.answer.content = arguments.error().message;
        co_return used;
    }
    auto manners = skill->manners();
    if (manners.runs_on == skills::RunsOn::Client && action_) {
        setting_.voicebox.log.warning("a second action of one turn is dropped",
                                      {{"turn", id()}, {"skill", call.name}});
        used.answer.content = "This was not done: only one such thing can be done at a time.";
        co_return used;
    }
    if (manners.runs_on == skills::RunsOn::Server && manners.needs_confirmation && !asked.agreed) {
        SkillCall wanted{.id = call.id, .name = call.name, .arguments = std::move(*arguments)};
        used.answer.content = ask_for_consent(*skill, std::move(wanted));
        used.ready = !setting_.can_ask_back;
        co_return used;
    }
    // Somebody who speaks up just now may mean to stop it.
    while (held_ && manners.effect != skills::EffectClass::Reads) {
        co_await wait_for_the_floor(floor_for_skills_);
    }
    used.ready = true;
    if (manners.runs_on == skills::RunsOn::Server && manners.effect == skills::EffectClass::Commits) {
        const bool had_committed = std::exchange(committed_, true);
        const bool may = co_await setting_.outlet.before_a_deed();
        if (!may) {
            committed_ = had_committed;
            used.answer.content = "This was not done: it cannot be at the moment.";
            co_return used;
        }
    }
    try {
        auto result = co_await run_skill(*skill, std::move(*arguments), manners);
        used.by_client =
            take_effects_of(*skill, result, manners.needs_confirmation || asked.needs_confirmation);
        used.answer.content = std::move(result.text);
        setting_.voicebox.log.info("skill used", {{"turn", id()}, {"skill", call.name}});
    } catch (const Failure& failure) {
        // The model tells it in its own words.
        used.answer.content = failure.error().message;
        setting_.voicebox.log.warning("skill failed", {{"turn", id()},
                                                       {"skill", call.name},
                                                       {"code", repartee::name_of(failure.error().kind)},
                                                       {"reason", failure.error().message},
                                                       {"detail", failure.error().detail}});
    }
    co_return used;
}

awaitable<skills::SkillResult> Turn::run_skill(skills::Skill& skill, boost::json::object arguments,
                                               skills::SkillManners manners) {
    Error late{ErrorKind::ProviderLate, "That took too long.", {}};
    auto running = with_deadline(setting_.voicebox.clock, longest_skill, skill.run(std::move(arguments)),
                                 std::move(late));
    if (!aloud_ || filled_ || manners.runs_on == skills::RunsOn::Client) {
        co_return co_await std::move(running);
    }
    skills::SkillResult result;
    Bell done;
    co_await together(run_and_ring(std::move(running), result, done), fill_the_wait(done));
    co_return result;
}

awaitable<void> Turn::run_and_ring(awaitable<skills::SkillResult> running, skills::SkillResult& result,
                                   Bell& done) {
    result = co_await std::move(running);
    done.ring();
}

// Not a part of the reply: it is neither shown nor kept.
awaitable<void> Turn::fill_the_wait(Bell& done) {
    auto waited = co_await first_of(done.wait(), setting_.voicebox.clock.sleep(patience_of_the_ear));
    auto words = filler_in(setting_.agent.voice.language);
    if (waited == 0 || !is_blank_so_far() || words.empty()) {
        co_return;
    }
    filled_ = true;
    begun_to_speak_ = true;
    Piece piece{.text = std::string(words), .begin = reply_.size(), .end = reply_.size()};
    co_await sentences_.push(std::move(piece));
}

// Whether there is something for the client to do.
bool Turn::take_effects_of(skills::Skill& skill, skills::SkillResult& result, bool needs_confirmation) {
    bool by_client = false;
    for (auto& effect : result.effects) {
        auto* action = std::get_if<skills::ClientAction>(&effect);
        if (action == nullptr) {
            promises_.push_back({skill_messages_.size(), Promise::By::Conversation});
            effects_.emplace_back(&skill, std::move(effect));
        } else if (!action_) {
            by_client = true;
            action->needs_confirmation = action->needs_confirmation || needs_confirmation;
            promises_.push_back({skill_messages_.size(), Promise::By::Client});
            action_ = std::move(*action);
        }
    }
    return by_client;
}

skills::Skill* Turn::skill_named(std::string_view name) const {
    auto known = skills::known_name(name);
    auto found = std::ranges::find_if(setting_.skills,
                                      [&](const auto& skill) { return skill->schema()->name == known; });
    return found == setting_.skills.end() ? nullptr : found->get();
}

// --- text ---

awaitable<void> Turn::say(std::string text) {
    if (text.empty()) {
        co_return;
    }
    apart_ = true;
    co_await take_text(text);
    splitter_.finish();
}

awaitable<void> Turn::take_text(std::string_view text) {
    if (text.empty()) {
        co_return;
    }
    if (std::exchange(apart_, false) && !reply_.empty() && !is_space(reply_.back()) &&
        !is_space(text.front())) {
        co_await take_text(" ");
    }
    stamp(Moment::FirstToken);
    if (reply_.size() + text.size() > longest_reply) {
        throw Failure(ErrorKind::ProviderBroke, "The language model would not stop talking.");
    }
    reply_ += text;
    co_await text_.push(std::string(text));
    if (aloud_) {
        splitter_.push(text);
        co_await hand_over_sentences();
    }
}

awaitable<void> Turn::hand_over_sentences() {
    while (auto piece = splitter_.next()) {
        stamp(Moment::FirstClause);
        begun_to_speak_ = true;
        co_await sentences_.push(std::move(*piece));
    }
}

}  // namespace repartee::conversation
