#include "conversation/conversation.h"

#include "base/together.h"
#include "conversation/acknowledgments.h"
#include "conversation/consent.h"
#include "conversation/prompt.h"

#include <fmt/format.h>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::conversation {

namespace {

// Events; far more than the utterances, timers and ends of turn that can be due at once.
constexpr std::size_t inbox_capacity = 128;

// Past so many, of what is heard only what was said is kept, and not how it began.
constexpr std::size_t half_full = inbox_capacity / 2;

constexpr std::size_t most_timers = 16;

// Of what waited when a conversation was left: questions, timers that had fired, and what was under way.
constexpr std::size_t most_restored = Conversation::unanswered_limit + most_timers + 1;

// A yes that comes later is one to something else.
constexpr auto longest_consideration = std::chrono::minutes(2);

// A store that takes longer is not there.
constexpr auto longest_keep = std::chrono::seconds(10);

}  // namespace

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::Complete: return "complete";
        case Outcome::Interrupted: return "interrupted";
        case Outcome::Failed: return "failed";
    }
    return "unknown";
}

// --- what is counted ---

TurnMetrics::TurnMetrics(Metrics& metrics)
    : complete_(metrics.counter("repartee_turns_total", "Turns by outcome", {{"outcome", "complete"}})),
      interrupted_(metrics.counter("repartee_turns_total", "Turns by outcome", {{"outcome", "interrupted"}})),
      failed_(metrics.counter("repartee_turns_total", "Turns by outcome", {{"outcome", "failed"}})) {
    constexpr std::pair<Moment, Moment> spans[] = {
        {Moment::SpeechEnd, Moment::FinalText},    {Moment::ModelStart, Moment::FirstToken},
        {Moment::FirstToken, Moment::FirstClause}, {Moment::FirstClause, Moment::FirstAudio},
        {Moment::SpeechEnd, Moment::FirstPlayed},  {Moment::SpeechEnd, Moment::ReplyEnd},
    };
    for (auto span : spans) {
        MetricLabels labels{{"from", std::string(repartee::name_of(span.first))},
                            {"to", std::string(repartee::name_of(span.second))}};
        spans_.emplace_back(
            span, metrics.seconds("repartee_turn_seconds", "Time between moments of a turn", labels));
    }
}

void TurnMetrics::record(Outcome outcome, const Timeline& timeline) const {
    switch (outcome) {
        case Outcome::Complete: complete_.add(); break;
        case Outcome::Interrupted: interrupted_.add(); break;
        case Outcome::Failed: failed_.add(); break;
    }
    for (const auto& [span, histogram] : spans_) {
        if (auto time = timeline.between(span.first, span.second)) {
            histogram.observe(std::chrono::duration<double>(*time).count());
        }
    }
}

// --- from outside ---

Conversation::Conversation(const Executor& executor, std::string id, const Agent& agent, Voicebox voicebox,
                           std::vector<std::unique_ptr<skills::Skill>> skills, Outlet& outlet,
                           const TurnMetrics& metrics, ConversationOptions options)
    : executor_(executor),
      id_(std::move(id)),
      agent_(agent),
      voicebox_(std::move(voicebox)),
      skills_(std::move(skills)),
      outlet_(outlet),
      metrics_(metrics),
      options_(std::move(options)),
      inbox_(executor, inbox_capacity),
      history_(options.history_messages) {
    if (options_.barge_in) {
        barge_in_.emplace(*options_.barge_in);
    }
    if (options_.renew_skills) {
        options_.renew_skills(skills_);
    }
}

bool Conversation::hear(Utterance utterance) {
    if (unanswered_ == unanswered_limit || !inbox_.try_push(std::move(utterance))) {
        return false;
    }
    ++unanswered_;
    return true;
}

void Conversation::notice(hearing::Hearing heard) {
    bool dispensable = std::holds_alternative<hearing::HeardPartly>(heard);
    if (std::holds_alternative<hearing::SpeechGoesOn>(heard)) {
        // Told with every frame, and of interest only while a reply is held for it.
        if (barge_in_->begins_anew(voicebox_.clock.now())) {
            heard = hearing::SpeechBegan{};
        } else if (barge_in_->holding()) {
            dispensable = true;
        } else {
            return;
        }
    }
    if (dispensable && inbox_.size() >= half_full) {
        return;
    }
    inbox_.try_push(std::move(heard));
}

void Conversation::announce(std::string text) {
    inbox_.try_push(Announcement{std::move(text)});
}

void Conversation::interrupt() {
    inbox_.try_push(Interrupt{});
}

void Conversation::attend() {
    inbox_.try_push(Attend{});
}

void Conversation::close() {
    inbox_.try_push(Close{});
}

// --- the inbox and its switch ---

awaitable<void> Conversation::run() {
    std::exception_ptr failure;
    try {
        co_await begin_what_waits();  // of what was restored
        while (!closing_ || turn_ || !waiting_.empty()) {
            auto event = co_await inbox_.next();
            co_await handle(std::move(*event));
        }
    } catch (...) {
        failure = std::current_exception();
    }
    // Whatever ended us, nothing is left running; cancelling has done its work by now.
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await stop_everything();
    co_await asio::this_coro::throw_if_cancelled(true);
    if (failure) {
        std::rethrow_exception(failure);
    }
}

awaitable<void> Conversation::handle(Event event) {
    if (auto* utterance = std::get_if<Utterance>(&event)) {
        speaking_ = false;
        waiting_.emplace_back(std::move(*utterance));
    } else if (std::holds_alternative<Attend>(event)) {
        speaking_ = true;
        prepared_ = false;
    } else if (std::holds_alternative<Interrupt>(event)) {
        if (std::exchange(taken_back_, std::nullopt)) {
            ReplyEnd end{.outcome = Outcome::Interrupted};
            co_await outlet_.reply_ended(end);
        }
        co_await silence();
    } else if (auto* ended = std::get_if<TurnEnded>(&event)) {
        // A turn that was interrupted may have ended by itself just before: it is finished already.
        if (turn_ && ended->turn == turns_) {
            co_await carrying_.join();
            co_await finish(turn_failure_ ? Outcome::Failed : Outcome::Complete);
        }
    } else if (auto* fired = std::get_if<TimerFired>(&event)) {
        // A timer that was cancelled in the same moment stays silent.
        if (auto timer = timers_.find(fired->id); timer != timers_.end()) {
            waiting_.emplace_back(Announcement{std::move(timer->second.announcement), true});
            timers_.erase(timer);
        }
    } else if (auto* announcement = std::get_if<Announcement>(&event)) {
        waiting_.emplace_back(std::move(*announcement));
    } else if (auto* heard = std::get_if<hearing::Hearing>(&event)) {
        co_await handle_hearing(std::move(*heard));
    } else if (std::holds_alternative<Close>(event)) {
        closing_ = true;
    }
    co_await begin_what_waits();
    prepare_model();
}

// While somebody speaks the model reads what is known before. Not beside a reply: as long as that can be
// interrupted, nobody knows what of it will have been heard.
void Conversation::prepare_model() {
    // What was taken back the model has just read.
    if (speaking_ && !prepared_ && !turn_ && !taken_back_ && options_.has_model) {
        prepared_ = true;
        // What is recalled is known only when they have spoken.
        auto past = options_.recollection == nullptr ? history_.messages() : std::vector<Message>();
        voicebox_.model_for(voicebox_.manner_now()).prepare(build_prompt(agent_, past, skills_));
    }
}

awaitable<void> Conversation::begin_what_waits() {
    while (!turn_ && !waiting_.empty()) {
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        if (auto* utterance = std::get_if<Utterance>(&next)) {
            --unanswered_;
            co_await begin(std::move(*utterance));
        } else {
            auto& announcement = std::get<Announcement>(next);
            ReplyHead head{
                .turn = {}, .model = agent_.id, .prompt = {}, .said_before = announcement.said_before};
            Occasion occasion = std::move(announcement);
            co_await begin(std::move(occasion), std::move(head));
        }
    }
}

// --- calls: both speak when they like ---

awaitable<void> Conversation::handle_hearing(hearing::Hearing heard) {
    bool replying = turn_ != nullptr;
    auto now = voicebox_.clock.now();
    if (std::holds_alternative<hearing::SpeechBegan>(heard)) {
        speaking_ = true;
        prepared_ = false;
        co_await react(barge_in_->speech_began(replying, now));
    } else if (std::holds_alternative<hearing::SpeechGoesOn>(heard)) {
        co_await react(barge_in_->speech_goes_on(replying, now));
    } else if (std::holds_alternative<hearing::SpeechPaused>(heard)) {
        speaking_ = false;
        co_await react(barge_in_->speech_ended(replying));
    } else if (auto* part = std::get_if<hearing::HeardPartly>(&heard)) {
        co_await outlet_.heard_so_far(part->text);
        co_await react(barge_in_->partial(turn_ != nullptr, part->text, now));
    } else {
        speaking_ = false;
        co_await hear_in_call(std::move(std::get<hearing::HeardAll>(heard)));
        waiting_.insert(waiting_.end(), put_off_.begin(), put_off_.end());
        put_off_.clear();
    }
}

awaitable<void> Conversation::hear_in_call(hearing::HeardAll heard) {
    if (!heard.heard) {
        voicebox_.log.warning("hearing failed", {{"code", repartee::name_of(heard.heard.error().kind)},
                                                 {"reason", heard.heard.error().message},
                                                 {"detail", heard.heard.error().detail}});
        auto reaction = barge_in_->final_text(turn_ != nullptr, {}, voicebox_.clock.now());
        co_await react(reaction);
        if (!turn_ && !ask_again() && !options_.apology.empty()) {
            waiting_.emplace_back(Announcement{options_.apology});
        }
        co_return;
    }
    auto& transcript = *heard.heard;
    bool replying = turn_ != nullptr;
    if (!transcript.text.empty()) {
        voicebox_.log.info("transcript", {{"text", voicebox_.log.text(transcript.text)}});
    }
    auto reaction = barge_in_->final_text(replying, transcript.text, voicebox_.clock.now());
    co_await react(reaction);
    if (replying && turn_) {
        co_return;  // somebody who only shows that they listen
    }
    if (transcript.text.empty() || (taken_back_ && is_acknowledgment(transcript.text))) {
        ask_again();  // what took it back was a noise
        co_return;
    }
    if (auto before = std::exchange(taken_back_, std::nullopt)) {
        // Two utterances in quick succession are one.
        if (const auto* question = std::get_if<Question>(&*before)) {
            transcript.text = question->transcript.text + " " + transcript.text;
        }
    }
    if (unanswered_ == unanswered_limit) {
        co_return;
    }
    ++unanswered_;
    waiting_.emplace_back(Utterance{std::move(transcript), heard.timeline});
}

awaitable<void> Conversation::react(Reaction reaction) {
    switch (reaction) {
        case Reaction::Hold: turn_->hold(); break;
        case Reaction::Resume: turn_->resume(); break;
        case Reaction::Interrupt:
            // What has been done is not asked for again.
            if (turn_->was_heard() || turn_->has_committed()) {
                co_await silence();
            } else {
                co_await take_back();
            }
            break;
        case Reaction::None: break;
    }
}

// A reply that nobody has heard any of has not happened. Its occasion is kept, until it is known what took it
// back.
awaitable<void> Conversation::take_back() {
    turn_->hold();
    co_await outlet_.silence();
    co_await carrying_.stop();
    // Only now: where the line was lost meanwhile, the turn is under way, and due as such.
    const auto* announcement = std::get_if<Announcement>(&turn_->occasion());
    if (announcement != nullptr && announcement->lasting) {
        put_off_.push_back(*announcement);
    } else if (announcement == nullptr || !taken_back_) {
        taken_back_ = turn_->occasion();
    }
    turn_->drop_effects();
    if (turn_->agreed()) {  // and it has not begun: else nothing would be taken back
        asked_about_.emplace(*turn_->agreed(), voicebox_.clock.now());
    }
    metrics_.record(Outcome::Interrupted, turn_->timeline());
    log_end(*turn_, Outcome::Interrupted, {});
    turn_.reset();
    turn_failure_.reset();
}

// What was taken back, as it was; false when there is nothing.
bool Conversation::ask_again() {
    auto occasion = std::exchange(taken_back_, std::nullopt);
    if (!occasion) {
        return false;
    }
    asked_again_ = true;
    if (auto* question = std::get_if<Question>(&*occasion)) {
        ++unanswered_;
        waiting_.emplace_front(Utterance{std::move(question->transcript), question->timeline});
    } else {
        waiting_.emplace_front(std::get<Announcement>(*occasion));
    }
    return true;
}

// --- turns ---

awaitable<void> Conversation::begin(Utterance utterance) {
    if (!utterance.heard) {
        Transcript nothing;
        auto error = utterance.heard.error();
        co_await outlet_.heard(nothing, &error);
        co_return;
    }
    beginning_ = utterance.heard->text;
    if (!utterance.told) {
        co_await outlet_.heard(*utterance.heard, nullptr);
    }
    if (utterance.heard->text.empty() || !options_.has_model) {
        beginning_.reset();
        co_await outlet_.skipped();
        co_return;
    }
    auto model = voicebox_.model_for(voicebox_.manner_now()).info().model;
    ReplyHead head{.turn = {}, .model = std::move(model), .prompt = utterance.heard->text};
    Occasion occasion = Question{std::move(*utterance.heard), utterance.timeline};
    co_await begin(std::move(occasion), std::move(head));
}

awaitable<void> Conversation::begin(Occasion occasion, ReplyHead head) {
    head.turn = fmt::format("{}.{}", id_, ++turns_);
    if (options_.renew_skills) {
        options_.renew_skills(skills_);
    }
    auto agreed = agreed_to(occasion);
    Turn::Setting setting{.id = head.turn,
                          .agent = agent_,
                          .history = history_.messages(),
                          .skills = skills_,
                          .voicebox = voicebox_,
                          .outlet = outlet_,
                          .recollection = options_.recollection,
                          .manner = voicebox_.manner_now(),
                          .agreed = std::move(agreed),
                          .can_ask_back = options_.can_ask_back};
    turn_ = std::make_unique<Turn>(executor_, std::move(setting), std::move(occasion));
    beginning_.reset();
    if (barge_in_ && !std::exchange(asked_again_, false)) {
        co_await react(barge_in_->reply_began(voicebox_.clock.now()));
    }
    co_await outlet_.reply_began(head);
    carrying_ = Task(executor_, carry(turns_));
}

// What was asked about is done if the next thing they say is yes. An announcement in between changes nothing.
std::optional<SkillCall> Conversation::agreed_to(const Occasion& occasion) {
    const auto* question = std::get_if<Question>(&occasion);
    if (question == nullptr) {
        return std::nullopt;
    }
    auto asked = std::exchange(asked_about_, std::nullopt);
    bool in_time = asked && voicebox_.clock.now() - asked->second <= longest_consideration;
    if (!in_time || !is_consent(question->transcript.text)) {
        return std::nullopt;
    }
    return std::move(asked->first);
}

// Runs beside the inbox, so that the conversation stays able to listen while it talks.
awaitable<void> Conversation::carry(int number) {
    std::exception_ptr failure;
    try {
        co_await turn_->run();
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        turn_failure_ = error_of(failure);
    }
    // Cancelled, this throws: whoever cancelled us finishes the turn.
    Event ended = TurnEnded{number};
    co_await inbox_.push(std::move(ended));
}

awaitable<void> Conversation::silence() {
    if (!turn_) {
        co_return;
    }
    // First what the listener notices, then the rest of it.
    turn_->hold();
    co_await outlet_.silence();
    co_await carrying_.stop();
    co_await finish(Outcome::Interrupted);
}

awaitable<void> Conversation::finish(Outcome outcome) {
    auto turn = std::move(turn_);
    auto error = std::exchange(turn_failure_, std::nullopt).value_or(Error{});
    auto heard_text = turn->heard_text(outcome);
    bool interrupted = outcome == Outcome::Interrupted;
    // Nothing is done that somebody may have meant to stop.
    auto action = outcome == Outcome::Complete ? turn->action() : std::nullopt;
    history_.add(turn->exchange(outcome));
    // Who has not heard the question to its end cannot agree, and what waits was said before that.
    bool spoke_before = std::ranges::any_of(
        waiting_, [](const auto& waits) { return std::holds_alternative<Utterance>(waits); });
    if (outcome == Outcome::Complete && turn->awaits_consent() && !spoke_before) {
        asked_about_.emplace(*turn->awaits_consent(), voicebox_.clock.now());
    }
    // What the user has not heard of has not happened.
    if (heard_text.empty()) {
        turn->drop_effects();
    } else {
        apply(turn->take_effects());
    }
    if (auto exchange = worth_keeping(*turn, outcome)) {
        unkept_.reset();
        keeping_ = Task(executor_, keep(std::move(*exchange), action));
        co_await kept_.wait();
        if (unkept_ && outcome != Outcome::Failed) {
            outcome = Outcome::Failed;
            error = *unkept_;
            action.reset();
        }
    }
    metrics_.record(outcome, turn->timeline());
    log_end(*turn, outcome, error);
    ReplyEnd end{.outcome = outcome,
                 .text = turn->reply(),
                 .heard_text = std::move(heard_text),
                 .error = std::move(error),
                 .timeline = turn->timeline(),
                 .action = std::move(action)};
    co_await outlet_.reply_ended(end);
    bool unanswered = (outcome == Outcome::Failed && !interrupted) ||
                      (outcome == Outcome::Complete && turn->said_nothing());
    bool was_question = std::holds_alternative<Question>(turn->occasion());
    if (unanswered && was_question && !options_.apology.empty()) {
        waiting_.emplace_front(Announcement{options_.apology});
    }
}

// Not what failed before a word of it was heard; the client asks again.
std::optional<std::vector<Message>> Conversation::worth_keeping(const Turn& turn, Outcome outcome) const {
    const bool nothing_arrived = (outcome == Outcome::Failed && turn.heard_text(outcome).empty()) ||
                                 (outcome != Outcome::Complete && options_.whole_replies_only);
    if (options_.recollection == nullptr || nothing_arrived) {
        return std::nullopt;
    }
    auto exchange = turn.exchange(outcome);
    return exchange.empty() ? std::nullopt : std::optional(std::move(exchange));
}

awaitable<void> Conversation::keep(std::vector<Message> exchange,
                                   std::optional<skills::ClientAction> action) {
    Error late{ErrorKind::Unavailable, "What was said could not be kept in time.", {}};
    std::exception_ptr failure;
    try {
        auto keeping = options_.recollection->keep(std::move(exchange), std::move(action));
        co_await with_deadline(voicebox_.clock, longest_keep, std::move(keeping), std::move(late));
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        unkept_ = error_of(failure);
        voicebox_.log.warning("an exchange could not be kept", {{"conversation", id_},
                                                                {"code", repartee::name_of(unkept_->kind)},
                                                                {"reason", unkept_->message},
                                                                {"detail", unkept_->detail}});
    }
    kept_.ring();
}

void Conversation::log_end(Turn& turn, Outcome outcome, const Error& error) const {
    const auto& timeline = turn.timeline();
    auto span = [&](Moment from, Moment to) {
        auto time = timeline.between(from, to);
        return time ? milliseconds_of(*time) : -1.0;
    };
    if (outcome == Outcome::Failed) {
        voicebox_.log.warning("turn failed", {{"turn", turn.id()},
                                              {"code", repartee::name_of(error.kind)},
                                              {"reason", error.message},
                                              {"detail", error.detail}});
    }
    voicebox_.log.info("turn ended", {{"turn", turn.id()},
                                      {"outcome", name_of(outcome)},
                                      {"hearing_ms", span(Moment::SpeechEnd, Moment::FinalText)},
                                      {"first_token_ms", span(Moment::ModelStart, Moment::FirstToken)},
                                      {"first_audio_ms", span(Moment::FirstClause, Moment::FirstAudio)},
                                      {"answered_after_ms", span(Moment::SpeechEnd, Moment::FirstPlayed)},
                                      {"reply_bytes", turn.reply().size()},
                                      {"reply", voicebox_.log.text(turn.reply())}});
}

// --- timers ---

void Conversation::apply(std::vector<skills::Effect> effects) {
    for (auto& effect : effects) {
        if (auto* start = std::get_if<skills::StartTimer>(&effect)) {
            start_timer(std::move(start->id), start->after, std::move(start->announcement));
        } else if (auto* cancel = std::get_if<skills::CancelTimer>(&effect)) {
            timers_.erase(cancel->id);
        }
    }
}

void Conversation::start_timer(std::string id, Duration after, std::string announcement) {
    if (timers_.size() < most_timers) {
        auto due = voicebox_.clock.now() + after;
        auto& timer = timers_[id];
        timer.due = due;
        timer.announcement = std::move(announcement);
        if (!line_lost_at_) {  // else it is for the snapshot alone
            timer.waiting = Task(executor_, wait_for(std::move(id), due));
        }
    }
}

awaitable<void> Conversation::wait_for(std::string id, TimePoint due) {
    co_await voicebox_.clock.sleep_until(due);
    Event fired = TimerFired{std::move(id)};
    co_await inbox_.push(std::move(fired));
}

// --- going on elsewhere ---

Snapshot Conversation::snapshot() const {
    Snapshot snapshot;
    const auto& exchanges = history_.exchanges();
    snapshot.past.assign(exchanges.begin(), exchanges.end());
    auto owe = [&](const Occasion& occasion, bool told) {
        if (const auto* question = std::get_if<Question>(&occasion)) {
            snapshot.due.push_back({.text = question->transcript.text, .told = told});
        } else {
            const auto& words = std::get<Announcement>(occasion);
            auto kind = words.said_before.empty() ? Due::Kind::Words : Due::Kind::Rest;
            snapshot.due.push_back({.kind = kind, .text = words.text, .said = words.said_before});
        }
    };
    if (taken_back_) {
        owe(*taken_back_, true);
    }
    if (unfinished_) {
        snapshot.due.push_back(*unfinished_);
    } else if (beginning_) {
        snapshot.due.push_back({.text = *beginning_, .told = true});
    } else if (turn_ && !has_left_ && std::holds_alternative<Question>(turn_->occasion())) {
        owe(turn_->occasion(), true);
        snapshot.due.back().kind = turn_->has_committed() ? Due::Kind::Excuse : Due::Kind::Answer;
    }
    for (const auto& waiting : waiting_) {
        if (const auto* utterance = std::get_if<Utterance>(&waiting)) {
            if (utterance->heard) {
                snapshot.due.push_back({.text = utterance->heard->text, .told = utterance->told});
            }
        } else {
            owe(std::get<Announcement>(waiting), false);
        }
    }
    for (const auto& announcement : put_off_) {
        owe(announcement, false);
    }
    for (const auto& [id, timer] : timers_) {
        auto left = std::max(Duration(0), timer.due - voicebox_.clock.now());
        snapshot.timers.push_back({.left = left, .announcement = timer.announcement});
    }
    return snapshot;
}

void Conversation::restore(Snapshot snapshot) {
    for (auto& exchange : snapshot.past) {
        history_.add(std::move(exchange));
    }
    for (auto& due : snapshot.due) {
        if (due.kind == Due::Kind::Answer) {
            Timeline timeline;
            timeline.stamp(Moment::FinalText, voicebox_.clock.now());
            Transcript transcript{.text = std::move(due.text), .is_final = true};
            if (unanswered_ < unanswered_limit) {
                ++unanswered_;
                waiting_.emplace_back(Utterance{std::move(transcript), timeline, due.told});
            }
            continue;
        }
        if (due.kind == Due::Kind::Excuse) {
            if (!due.text.empty()) {
                std::vector<Message> asked{{.role = Role::User, .content = std::move(due.text)}};
                history_.add(std::move(asked));
            }
            due.text = options_.excuse;
        }
        if (!due.text.empty() && waiting_.size() < most_restored) {
            const bool is_whole = due.kind != Due::Kind::Rest;
            waiting_.emplace_back(Announcement{
                .text = std::move(due.text), .lasting = is_whole, .said_before = std::move(due.said)});
        }
    }
    for (std::size_t i = 0; i < snapshot.timers.size(); ++i) {
        auto& timer = snapshot.timers[i];
        // By a name that no skill gives: it does not know of them.
        start_timer(fmt::format("before/{}", i), timer.left, std::move(timer.announcement));
    }
}

// Of the turn under way: what is due, in `unfinished_`, and what of it is to be kept.
std::optional<std::vector<Message>> Conversation::leave_unfinished() {
    has_left_ = true;
    auto& turn = *turn_;
    const auto* words = std::get_if<Announcement>(&turn.occasion());
    auto heard = turn.heard_by(*line_lost_at_);
    if (turn.is_thought() || words != nullptr) {
        auto exchange = turn.exchange_left_at(*line_lost_at_);
        history_.add(exchange);
        apply(turn.take_effects());
        const auto& reply = words != nullptr ? words->text : turn.reply();
        if (auto rest = reply.find_first_not_of(" \n\r\t", heard.size()); rest != std::string::npos) {
            auto said = (words == nullptr ? "" : words->said_before) + reply.substr(0, rest);
            const bool is_whole = words != nullptr && words->lasting && said.empty();
            unfinished_ = Due{.kind = is_whole ? Due::Kind::Words : Due::Kind::Rest,
                              .text = reply.substr(rest),
                              .said = std::move(said)};
        }
        return exchange.empty() ? std::nullopt : std::optional(std::move(exchange));
    }
    turn.drop_effects();
    const auto& question = std::get<Question>(turn.occasion()).transcript.text;
    if (!turn.has_committed()) {
        unfinished_ = Due{.text = question, .told = true};
        return std::nullopt;
    }
    // What was asked of skills is left out: some of it has no answer.
    std::vector<Message> exchange{{.role = Role::User, .content = question}};
    if (!heard.empty()) {
        exchange.push_back({.role = Role::Assistant, .content = std::move(heard)});
    }
    history_.add(exchange);
    unfinished_ = Due{.kind = Due::Kind::Excuse, .text = {}};
    return exchange;
}

awaitable<void> Conversation::stop_everything() {
    co_await carrying_.stop();
    for (auto& [id, timer] : timers_) {
        co_await timer.waiting.stop();
    }
    if (options_.whole_replies_only) {
        // Whoever has left has nothing of it, and will ask again: what is not kept yet need not be.
        co_await keeping_.stop();
    } else {
        co_await keeping_.join();
    }
    if (turn_) {
        // The client has gone in the middle of a reply.
        auto exchange = line_lost_at_ ? leave_unfinished() : worth_keeping(*turn_, Outcome::Interrupted);
        if (exchange && options_.recollection != nullptr) {
            keeping_ = Task(executor_, keep(std::move(*exchange), std::nullopt));
            co_await keeping_.join();
        }
        metrics_.record(Outcome::Interrupted, turn_->timeline());
        log_end(*turn_, Outcome::Interrupted, {});
        turn_.reset();
    }
}

}  // namespace repartee::conversation
