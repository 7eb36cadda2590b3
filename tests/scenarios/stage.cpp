#include "scenarios/stage.h"

#include "engines/rules/rules_model.h"
#include "engines/scripted/scripted_model.h"
#include "engines/scripted/scripted_synthesiser.h"

#include <algorithm>
#include <iterator>

namespace repartee::scenarios {

namespace {

class WatchedStream final : public engines::ModelStream {
public:
    WatchedStream(std::unique_ptr<engines::ModelStream> inner, int& cancelled, int breaks_off)
        : inner_(std::move(inner)), cancelled_(cancelled), words_left_(breaks_off) {}
    ~WatchedStream() override { cancelled_ += ended_ ? 0 : 1; }

    awaitable<std::optional<engines::ModelOutput>> next() override {
        auto output = co_await inner_->next();
        if (words_left_ > 0 && --words_left_ == 0) {
            throw Failure(ErrorKind::ProviderBroke, "The model broke off.");
        }
        ended_ = ended_ || !output;
        co_return output;
    }

private:
    std::unique_ptr<engines::ModelStream> inner_;
    int& cancelled_;
    int words_left_;
    bool ended_ = false;
};

// Asks for skills, and that is all.
class CallingStream final : public engines::ModelStream {
public:
    CallingStream(std::vector<SkillCall> calls, Duration after, Clock& clock)
        : calls_(std::move(calls)), after_(after), clock_(clock) {}

    awaitable<std::optional<engines::ModelOutput>> next() override {
        if (told_ == 0) {
            co_await clock_.sleep(after_);
        }
        std::optional<engines::ModelOutput> output;
        if (told_ < calls_.size()) {
            output = calls_[told_];
        } else if (told_ == calls_.size()) {
            output = engines::AnswerEnd{.reason = "skill"};
        }
        ++told_;
        co_return output;
    }

private:
    std::vector<SkillCall> calls_;
    std::size_t told_ = 0;
    Duration after_;
    Clock& clock_;
};

}  // namespace

awaitable<skills::SkillResult> Errand::run(boost::json::object) {
    ++ran_;
    co_await clock_.sleep(takes_);
    co_return skills::SkillResult{.text = "It is done."};
}

awaitable<conversation::Recalled> Memory::recall(std::string) {
    co_return conversation::Recalled{.background = background, .recent = {}};
}
awaitable<void> Memory::keep(std::vector<Message> exchange, std::optional<skills::ClientAction>) {
    co_await clock_.sleep(takes);
    if (trouble) {
        throw Failure(ErrorKind::Unavailable, *trouble);
    }
    kept.push_back(std::move(exchange));
}

awaitable<void> Client::heard(const Transcript& transcript, const Error* error) {
    note(Note::Kind::Transcript, error != nullptr ? error->message : transcript.text);
    co_return;
}
awaitable<void> Client::skipped() {
    note(Note::Kind::Skipped);
    co_return;
}
awaitable<void> Client::reply_began(const conversation::ReplyHead& head) {
    note(Note::Kind::Began, head.prompt);
    co_return;
}
awaitable<void> Client::reply_text(std::string delta) {
    note(Note::Kind::Text, std::move(delta));
    co_return;
}
awaitable<void> Client::reply_text_ended(const std::string& text) {
    note(Note::Kind::TextEnded, text);
    co_return;
}
awaitable<void> Client::reply_audio(std::span<const audio::Sample> samples) {
    note(Note::Kind::Audio);
    sound += audio::duration_of(samples.size(), audio_rate());
    co_return;
}
awaitable<void> Client::silence() {
    note(Note::Kind::Silence);
    co_return;
}
awaitable<void> Client::reply_ended(const conversation::ReplyEnd& end) {
    auto text = end.outcome == conversation::Outcome::Failed ? end.error.message : end.text;
    notes.push_back(
        {clock_.now(), Note::Kind::Ended, std::move(text), end.outcome, end.heard_text, end.action});
    co_return;
}

std::unique_ptr<engines::ModelStream> WatchedModel::start(engines::Prompt prompt) {
    prompts.push_back(prompt);
    if (!calls.empty()) {
        auto answer = std::make_unique<CallingStream>(std::move(calls.front()), calls_after, *clock);
        calls.pop_front();
        return answer;
    }
    return std::make_unique<WatchedStream>(inner->start(std::move(prompt)), cancelled,
                                           breaks_off > 0 ? breaks_off + 1 : 0);
}

Stage::Stage() {
    agent_ = {.id = "test",
              .name = "Test",
              .instructions = "Be brief.",
              .skills = {"clock", "calculator", "timer", "notes"}};
}

Stage::~Stage() {
    end_conversation();
}

void Stage::raise_curtain() {
    if (conversation_) {
        return;
    }
    if (rules) {
        model.inner = std::make_unique<engines::rules::RulesModel>();
    } else {
        model.inner = std::make_unique<engines::scripted::ScriptedModel>(settings, clock);
    }
    synthesiser_ = std::make_unique<engines::scripted::ScriptedSynthesiser>(settings, clock);
    model.clock = &clock;
    model.calls_after = settings.first_token;
    std::ranges::copy(more_skills, std::back_inserter(agent_.skills));
    begin_conversation();
    running_ = Task(context.get_executor(), conversation_->run());
}

void Stage::begin_conversation() {
    std::vector<skills::SkillOffer> offers;
    skills::register_all(offers);
    auto built = skills::build_skills(offers, agent_.skills, {clock});
    if (errand_takes) {
        built.push_back(std::make_unique<Errand>(clock, *errand_takes, errands_are_asked_about, errands));
    }
    conversation::Voicebox voicebox{model, *synthesiser_, clock, Log::silent()};
    conversation_ = std::make_unique<conversation::Conversation>(
        context.get_executor(), "test", agent_, voicebox, std::move(built), client, turn_metrics_, options);
}

void Stage::end_conversation() {
    running_.cancel();
    context.restart();
    context.poll();
}

void Stage::advance_to(Duration since_curtain) {
    raise_curtain();
    clock.run_until(context, curtain + since_curtain);
}

void Stage::user_says(std::string text) {
    raise_curtain();
    Timeline timeline;
    timeline.stamp(Moment::SpeechEnd, clock.now());
    timeline.stamp(Moment::FinalText, clock.now());
    conversation_->hear({Transcript{.text = std::move(text), .is_final = true}, timeline});
}

void Stage::user_begins() {
    raise_curtain();
    conversation_->attend();
}

void Stage::hearing_fails(std::string message) {
    raise_curtain();
    conversation_->hear({Error{ErrorKind::Malformed, std::move(message), {}}, {}});
}

void Stage::user_interrupts() {
    conversation_->interrupt();
}

void Stage::is_heard(hearing::Hearing heard) {
    raise_curtain();
    if (auto* all = std::get_if<hearing::HeardAll>(&heard)) {
        all->timeline.stamp(Moment::SpeechEnd, clock.now());
        all->timeline.stamp(Moment::FinalText, clock.now());
    }
    conversation_->notice(std::move(heard));
}

void Stage::agent_announces(std::string text) {
    raise_curtain();
    conversation_->announce(std::move(text));
}

void Stage::user_leaves() {
    running_.cancel();
}

void Stage::line_is_lost() {
    conversation_->line_lost(clock.now());
    end_conversation();
    left_ = conversation_->snapshot();
}

void Stage::server_dies() {
    left_ = conversation_->snapshot();
    end_conversation();
}

void Stage::goes_on() {
    begin_conversation();
    conversation_->restore(std::move(left_));
    running_ = Task(context.get_executor(), conversation_->run());
}

}  // namespace repartee::scenarios
