// One turn: what the user said (or a reason for the agent to speak up) and the reply to it.
//
//     think    prompt to text          model, skills     (thinking.cpp)
//     deliver  text to the client      in reading order, as it comes
//     speak    text to sound           sentence by sentence      } only for clients
//     play     sound to the client     and the heard-text account } that take sound
//
// The stages run together and hand over through bounded channels. Whatever happens to them, the
// turn's record is with the conversation, which finishes in their place: cancel the child, finish in
// the parent.
#pragma once

#include "audio/resampler.h"
#include "base/bell.h"
#include "base/channel.h"
#include "base/clock.h"
#include "base/log.h"
#include "conversation/agent.h"
#include "conversation/heard_text.h"
#include "conversation/outlet.h"
#include "conversation/recollection.h"
#include "conversation/sentence_splitter.h"
#include "conversation/written_calls.h"
#include "engines/model.h"
#include "engines/synthesiser.h"
#include "skills/skill.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace repartee::conversation {

// What of a turn may differ from one to the next: it is asked for when one begins.
struct Manner {
    // See SplitterLimits.
    std::size_t first_clause_words = SplitterLimits().first_clause_words;
    engines::Model* model = nullptr;  // who answers; null: whoever does otherwise
};

// The engines and skills a turn works with. All of it outlives the conversation.
struct Voicebox {
    engines::Model& model;
    engines::Synthesiser& synthesiser;
    Clock& clock;
    Log log;
    std::function<Manner()> manner = {};  // empty: always the same

    Manner manner_now() const { return manner ? manner() : Manner(); }
    engines::Model& model_for(const Manner& how) const { return how.model != nullptr ? *how.model : model; }
};

// The user said something ...
struct Question {
    Transcript transcript;
    Timeline timeline;  // so far: speech end, final text
};
// ... or the agent has something to say of its own accord, word for word.
struct Announcement {
    std::string text;
    bool lasting = false;          // worth saying later, where somebody else speaks now
    std::string said_before = {};  // of the same reply, over a line that was lost
};
using Occasion = std::variant<Question, Announcement>;

class Turn {
public:
    struct Setting {
        std::string id;
        const Agent& agent;
        std::vector<Message> history;
        std::vector<std::unique_ptr<skills::Skill>>& skills;  // of the conversation
        Voicebox& voicebox;
        Outlet& outlet;
        Recollection* recollection = nullptr;  // of the person, where they have one
        Manner manner = {};
        std::optional<SkillCall> agreed = {};  // what the user was asked about, and has just said yes to
        bool can_ask_back = true;              // there will be a next turn
    };

    Turn(const Executor& executor, Setting setting, Occasion occasion);
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    // Throws Failure when an engine gives up. Cancelling it is how a turn is interrupted.
    awaitable<void> run();

    // --- while somebody else may want to speak; only where the sound leaves at the pace of the ear ---

    // No further sound leaves, until it goes on from the start of the word it stopped in.
    void hold();
    void resume();

    // --- the record, for the conversation to finish from ---

    // Whether any of the reply has reached the user.
    bool was_heard() const { return aloud_ ? heard_.began() : delivered_bytes_ > 0; }
    // A skill has begun that may not be asked for once more.
    bool has_committed() const { return committed_; }
    const Occasion& occasion() const { return occasion_; }

    const std::string& id() const { return setting_.id; }
    const std::string& reply() const { return reply_; }
    // The model had no word to say, and no skill either.
    bool said_nothing() const { return is_blank_so_far(); }
    // The part of the reply that reaches the user: all of it when complete, since what was sent will
    // be played; otherwise what has been heard by now.
    std::string heard_text(Outcome outcome) const;
    // Everything that belongs into the history, ended by what the user heard.
    std::vector<Message> exchange(Outcome outcome) const;
    // Likewise, where the line was lost then: of a reply whose text is known, the rest is said later.
    std::string heard_by(TimePoint when) const;
    std::vector<Message> exchange_left_at(TimePoint when) const;
    // All of the text is there.
    bool is_thought() const { return is_thought_; }
    // For the conversation to do: timers.
    std::vector<skills::Effect> take_effects();
    // Or for nobody: the user has not heard of them.
    void drop_effects();
    // For the client to do, should the turn be complete.
    const std::optional<skills::ClientAction>& action() const { return action_; }
    // What the reply asks the user about, should it be complete.
    const std::optional<SkillCall>& awaits_consent() const { return awaits_consent_; }
    const std::optional<SkillCall>& agreed() const { return setting_.agreed; }
    Timeline& timeline() { return timeline_; }

private:
    awaitable<engines::Prompt> recall();
    awaitable<void> think(engines::Prompt prompt);
    awaitable<void> deliver();
    awaitable<void> speak();
    awaitable<void> play();
    void gather(engines::SpeechChunk& chunk, audio::Resampler& resampler,
                std::vector<audio::Sample>& samples);
    awaitable<void> play_in_pace(std::span<const audio::Sample> samples, std::size_t spoken_bytes);
    awaitable<void> wait_for_the_ear(TimePoint when);
    awaitable<void> wait_for_the_floor(Bell& bell);
    awaitable<void> send_sound(std::span<const audio::Sample> samples, std::size_t spoken_bytes);

    // What one answer of the model asks for.
    struct Asked {
        SkillCall call;
        bool needs_confirmation = false;  // as the model sees it
        bool agreed = false;              // by the user
    };
    struct Wishes {
        std::vector<Asked> calls;
        std::string message;  // to go with those that the model has written; said when they are done
    };
    std::vector<Message> exchange_with(std::string heard, bool by_client, bool by_conversation) const;

    // What came of one call.
    struct Used {
        Message answer;
        bool ready = false;      // to be said as it is
        bool by_client = false;  // it is the client's to do: nothing is to be answered about it
    };
    struct Round {
        bool over = true;     // all of it is the client's to do
        std::string results;  // to be said as they are
    };
    awaitable<void> ask_model(engines::Prompt prompt);
    awaitable<Round> use_what_was_agreed(engines::Prompt& prompt);
    std::string ask_for_consent(const skills::Skill& skill, SkillCall call);
    awaitable<Wishes> listen_to_model(engines::Prompt prompt);
    awaitable<void> take_pieces(std::vector<WrittenPiece> pieces, Wishes& wishes);
    std::string take_reply(WrittenReply reply, Wishes& wishes);
    awaitable<Round> use_skills(Wishes wishes, engines::Prompt& prompt);
    awaitable<Used> use_skill(Asked asked);
    awaitable<skills::SkillResult> run_skill(skills::Skill& skill, boost::json::object arguments,
                                             skills::SkillManners manners);
    awaitable<void> run_and_ring(awaitable<skills::SkillResult> running, skills::SkillResult& result,
                                 Bell& done);
    awaitable<void> fill_the_wait(Bell& done);
    bool take_effects_of(skills::Skill& skill, skills::SkillResult& result, bool needs_confirmation);
    skills::Skill* skill_named(std::string_view name) const;
    bool is_blank_so_far() const { return reply_.find_first_not_of(" \t\r\n") == std::string::npos; }

    // Something said anew, apart from what was said before.
    awaitable<void> say(std::string text);
    awaitable<void> take_text(std::string_view text);
    awaitable<void> hand_over_sentences();
    awaitable<void> say_sentences(engines::SpeechStream& speech);
    awaitable<void> collect_sound(engines::SpeechStream& speech);
    void stamp(Moment moment) { timeline_.stamp(moment, setting_.voicebox.clock.now()); }
    // What only fills a wait is no part of the answer.
    void stamp_sound(Moment moment) {
        if (timeline_.at(Moment::FirstClause)) {
            stamp(moment);
        }
    }

    Setting setting_;
    Occasion occasion_;
    bool aloud_;

    Channel<std::string> text_;  // deltas for the client
    Channel<Piece> sentences_;   // pieces to speak
    Channel<engines::SpeechChunk> sound_;

    SentenceSplitter splitter_;
    std::string reply_;                // all text generated, reasoning left out
    bool apart_ = false;               // what comes next is said anew
    std::size_t delivered_bytes_ = 0;  // of reply_, as text
    bool begun_to_speak_ = false;      // a clause of it is on its way to the ear
    std::optional<Error> broke_off_;   // the model, behind that
    bool is_thought_ = false;          // the reply, to its end
    std::vector<Message> skill_messages_;
    // Answers of skills to calls of earlier rounds: a model that asks once more gets them once more.
    std::vector<std::pair<std::string, Used>> answered_;
    std::vector<std::pair<skills::Skill*, skills::Effect>> effects_;
    std::optional<skills::ClientAction> action_;
    std::optional<SkillCall> awaits_consent_;
    // Answers that speak of something which happens only with the turn.
    struct Promise {
        std::size_t message;  // of skill_messages_
        enum class By { Client, Conversation } by;
    };
    std::vector<Promise> promises_;
    bool committed_ = false;
    bool filled_ = false;  // a wait, with words: once is enough
    int written_calls_ = 0;
    // Where the reply stands after each sentence that went to the synthesiser: bytes said to it,
    // bytes of reply_. Translates what was spoken into what of the reply was heard.
    struct Milestone {
        std::size_t said_bytes;
        std::size_t reply_bytes;
    };
    std::vector<Milestone> milestones_;
    HeardText heard_;
    std::optional<Duration> lead_;  // of the sound on the ear; nothing: none is kept
    bool held_ = false;
    Bell floor_;                             // rung when that is over
    Bell floor_for_skills_;                  // likewise
    std::vector<audio::Sample> since_word_;  // sent since a word began, at the client's rate
    std::vector<audio::Sample> to_say_again_;
    std::size_t spoken_bytes_ = 0;
    Timeline timeline_;
};

}  // namespace repartee::conversation
