// One party talking with one agent, from the first word to the last.
//
// One inbox and one switch own all changes of state; everything lives on the strand of `run`.
// Turns follow one another: what is said while a reply is under way waits its turn, unless the
// reply is interrupted first.
#pragma once

#include "base/bell.h"
#include "base/channel.h"
#include "base/metrics.h"
#include "base/task.h"
#include "conversation/barge_in.h"
#include "conversation/history.h"
#include "conversation/recollection.h"
#include "conversation/snapshot.h"
#include "conversation/turn.h"
#include "hearing/listener.h"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace repartee::conversation {

// Counts and times of all conversations of the server, for /metrics.
class TurnMetrics {
public:
    explicit TurnMetrics(Metrics& metrics);
    void record(Outcome outcome, const Timeline& timeline) const;

private:
    Counter complete_;
    Counter interrupted_;
    Counter failed_;
    std::vector<std::pair<std::pair<Moment, Moment>, Histogram>> spans_;
};

struct ConversationOptions {
    std::size_t history_messages = 40;
    // Without a model nothing is answered: the outlet hears `skipped`.
    bool has_model = true;
    // Said when a turn fails that was to be heard: a caller is never left in silence. Empty: nothing.
    std::string apology = {};
    // Said where the line was lost while something was done (Due::Kind::Excuse). Empty: nothing.
    std::string excuse = {};
    // The client gets a reply whole or not at all: it has nothing of one that is broken off, and asks again.
    // So nothing of that is kept, lest the question be there twice.
    bool whole_replies_only = false;
    // Both speak when they like: what is heard while we reply may interrupt it (see barge_in.h), and an
    // utterance that follows another before its answer is heard continues it.
    std::optional<BargeInSettings> barge_in = {};
    // What is remembered of the person beyond this conversation, and where what is said is kept; null:
    // nothing. Outlives the conversation.
    Recollection* recollection = nullptr;
    // Called with the skills before each turn, when none is under way: puts in what has come and takes out
    // what has gone (skills/toolbox.h). Empty: they stay as they are.
    std::function<void(std::vector<std::unique_ptr<skills::Skill>>&)> renew_skills = {};
    // There will be a next turn, so that the user can be asked about what needs their consent. Else such
    // things are not done.
    bool can_ask_back = true;
};

class Conversation {
public:
    // Everything referred to outlives the conversation. `id` is for the log and names the turns.
    Conversation(const Executor& executor, std::string id, const Agent& agent, Voicebox voicebox,
                 std::vector<std::unique_ptr<skills::Skill>> skills, Outlet& outlet,
                 const TurnMetrics& metrics, ConversationOptions options);

    // Runs until `close`, or until cancelled; either way nothing of it is left running.
    awaitable<void> run();

    // --- what happens to it; any of these may come at any time ---

    // Somebody begins to say what `hear` will bring. Not for calls, which notice it.
    void attend();

    // Hearing is over: the final transcript, or why there is none.
    struct Utterance {
        Result<Transcript> heard;
        Timeline timeline;
        bool told = false;  // the outlet has heard of it, over a line that was lost
    };
    // False when more has been said than is answered yet (unanswered_limit): it is not taken in.
    bool hear(Utterance utterance);

    // What is heard, as it is heard. For calls (ConversationOptions::barge_in).
    void notice(hearing::Hearing heard);

    // Says something of our own accord, word for word, when it is our turn.
    void announce(std::string text);

    // Silences the reply under way, if any. What was heard of it stays.
    void interrupt();

    // No more will be said; the replies that are due are finished first, then `run` returns.
    void close();

    // --- going on elsewhere ---

    // As it is now. In the midst of a reply its question is still to be answered.
    Snapshot snapshot() const;

    // Goes on from there. Before `run`.
    void restore(Snapshot snapshot);

    // The line was lost then, and `run` is about to be cancelled: what is under way is not kept as if it had
    // been interrupted, but is in the snapshot. Of a reply whose text is known the unheard part is due, of
    // another the answer.
    void line_lost(TimePoint when) { line_lost_at_ = when; }

    static constexpr std::size_t unanswered_limit = 4;

private:
    struct TurnEnded {
        int turn;
    };
    struct Interrupt {};
    struct Attend {};
    struct TimerFired {
        std::string id;
    };
    struct Close {};
    using Event = std::variant<Utterance, TurnEnded, Interrupt, Attend, TimerFired, Announcement,
                               hearing::Hearing, Close>;

    awaitable<void> handle(Event event);
    awaitable<void> begin_what_waits();
    void prepare_model();
    awaitable<void> begin(Utterance utterance);
    awaitable<void> begin(Occasion occasion, ReplyHead head);
    std::optional<SkillCall> agreed_to(const Occasion& occasion);
    awaitable<void> carry(int number);
    awaitable<void> silence();
    awaitable<void> handle_hearing(hearing::Hearing heard);
    awaitable<void> hear_in_call(hearing::HeardAll heard);
    awaitable<void> react(Reaction reaction);
    awaitable<void> take_back();
    bool ask_again();
    awaitable<void> finish(Outcome outcome);
    std::optional<std::vector<Message>> worth_keeping(const Turn& turn, Outcome outcome) const;
    awaitable<void> keep(std::vector<Message> exchange, std::optional<skills::ClientAction> action);
    void log_end(Turn& turn, Outcome outcome, const Error& error) const;
    void apply(std::vector<skills::Effect> effects);
    awaitable<void> wait_for(std::string id, TimePoint due);
    void start_timer(std::string id, Duration after, std::string announcement);
    awaitable<void> stop_everything();
    std::optional<std::vector<Message>> leave_unfinished();

    Executor executor_;
    std::string id_;
    const Agent& agent_;
    Voicebox voicebox_;
    std::vector<std::unique_ptr<skills::Skill>> skills_;
    Outlet& outlet_;
    const TurnMetrics& metrics_;
    ConversationOptions options_;

    Channel<Event> inbox_;
    std::size_t unanswered_ = 0;  // utterances in the inbox or waiting
    bool closing_ = false;
    std::list<std::variant<Utterance, Announcement>> waiting_;  // bounded by unanswered_ and timers_
    std::optional<BargeIn> barge_in_;
    History history_;
    std::unique_ptr<Turn> turn_;          // under way, or nothing
    std::optional<Occasion> taken_back_;  // with the reply to it, by a voice of which no more is known yet
    std::list<Announcement> put_off_;     // likewise, and to be said when it has been answered
    bool speaking_ = false;               // somebody is, of whom we do not know yet what
    bool prepared_ = false;               // the model, for what they say
    bool asked_again_ = false;            // what begins next: a voice alone does not take it back once more
    std::optional<Error> turn_failure_;
    Task carrying_;
    // Keeps an exchange: a task of its own, because it is completed although the client leaves meanwhile.
    Task keeping_;
    Bell kept_;
    std::optional<Error> unkept_;  // why it could not be
    // What the user has been asked about, and when.
    std::optional<std::pair<SkillCall, TimePoint>> asked_about_;
    int turns_ = 0;
    struct PendingTimer {
        TimePoint due;
        std::string announcement;
        Task waiting;
    };
    std::map<std::string, PendingTimer> timers_;
    std::optional<std::string> beginning_;  // a question that is told just now
    std::optional<TimePoint> line_lost_at_;
    bool has_left_ = false;          // what was under way then ...
    std::optional<Due> unfinished_;  // ... and is due
};

}  // namespace repartee::conversation
