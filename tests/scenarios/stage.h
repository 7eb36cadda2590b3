// A conversation on a virtual clock with scripted engines, and a client that notes all it gets.
#pragma once

#include "base/clock.h"
#include "base/metrics.h"
#include "conversation/conversation.h"
#include "conversation/recollection.h"
#include "engines/scripted/scripted_settings.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::scenarios {

struct Note {
    TimePoint at;
    enum class Kind { Transcript, Skipped, Began, Text, TextEnded, Audio, Silence, Ended } kind;
    std::string text;                                                 // of any kind that has one
    conversation::Outcome outcome = conversation::Outcome::Complete;  // Ended
    std::string heard = {};                                           // Ended
    std::optional<skills::ClientAction> action = {};                  // Ended
};

class Client final : public conversation::Outlet {
public:
    explicit Client(Clock& clock) : clock_(clock) {}

    bool listens = false;
    std::optional<Duration> lead;
    Duration sound{0};  // all that came
    std::vector<Note> notes;

    bool takes_audio() const override { return listens; }
    int audio_rate() const override { return audio::speech_rate; }
    std::optional<Duration> playback_lead() const override { return lead; }
    awaitable<void> silence() override;
    awaitable<void> heard(const Transcript& transcript, const Error* error) override;
    awaitable<void> skipped() override;
    awaitable<void> reply_began(const conversation::ReplyHead& head) override;
    awaitable<void> reply_text(std::string delta) override;
    awaitable<void> reply_text_ended(const std::string& text) override;
    awaitable<void> reply_audio(std::span<const audio::Sample> samples) override;
    awaitable<void> reply_ended(const conversation::ReplyEnd& end) override;

private:
    void note(Note::Kind kind, std::string text = {}) {
        notes.push_back({clock_.now(), kind, std::move(text)});
    }
    Clock& clock_;
};

// Passes on to another model and keeps the prompts it was given.
class WatchedModel final : public engines::Model {
public:
    std::unique_ptr<engines::Model> inner;
    std::deque<std::vector<SkillCall>> calls;  // answers that are given first, each in this time
    Duration calls_after{0};
    Clock* clock = nullptr;
    std::vector<engines::Prompt> prompts;
    std::vector<engines::Prompt> prepared;  // as hints
    int cancelled = 0;                      // streams that were destroyed before their end
    int breaks_off = 0;                     // after so many words; 0: never

    engines::EngineInfo info() const override { return inner->info(); }
    awaitable<engines::Health> check() override { return inner->check(); }
    std::unique_ptr<engines::ModelStream> start(engines::Prompt prompt) override;
    void prepare(const engines::Prompt& prompt) override { prepared.push_back(prompt); }
};

// Counts how often it is done.
class Errand final : public skills::Skill {
public:
    Errand(Clock& clock, Duration takes, bool is_asked_about, int& ran)
        : clock_(clock), takes_(takes), is_asked_about_(is_asked_about), ran_(ran) {}
    SharedSchema schema() const override {
        return shared({.name = "errand", .description = "Does it.", .parameters = {{"type", "object"}}});
    }
    skills::SkillManners manners() const override {
        return {.effect = skills::EffectClass::Commits, .needs_confirmation = is_asked_about_};
    }
    awaitable<skills::SkillResult> run(boost::json::object arguments) override;

private:
    Clock& clock_;
    Duration takes_;
    bool is_asked_about_;
    int& ran_;
};

// Remembers one thing, and notes what it is to keep.
class Memory final : public conversation::Recollection {
public:
    explicit Memory(Clock& clock) : clock_(clock) {}

    std::string background;
    std::optional<std::string> trouble;
    Duration takes{0};
    std::vector<std::vector<Message>> kept;

    awaitable<conversation::Recalled> recall(std::string utterance) override;
    awaitable<void> keep(std::vector<Message> exchange, std::optional<skills::ClientAction> action) override;

private:
    Clock& clock_;
};

class Stage {
public:
    Stage();
    ~Stage();

    engines::scripted::ScriptedSettings settings;
    std::vector<std::string> more_skills;
    std::optional<Duration> errand_takes;  // nothing: there is no such skill
    bool errands_are_asked_about = false;
    int errands = 0;
    bool rules = false;
    conversation::ConversationOptions options;

    VirtualClock clock;
    asio::io_context context;
    TimePoint curtain = clock.now();  // when it began
    Client client{clock};
    Memory memory{clock};
    WatchedModel model;

    // The engines are built with the settings as they are at the first of these.
    void advance_to(Duration since_curtain);
    void user_says(std::string text);
    void hearing_fails(std::string message);
    void user_begins();
    void user_interrupts();
    void is_heard(hearing::Hearing heard);
    void agent_announces(std::string text);
    void user_leaves();  // the socket is gone: everything is cancelled
    // Likewise, and they will come back: to what the conversation leaves, or to what it last was.
    void line_is_lost();
    void server_dies();
    void goes_on();
    bool over() const { return !running_.running(); }

private:
    void raise_curtain();
    void begin_conversation();
    void end_conversation();

    std::unique_ptr<engines::Synthesiser> synthesiser_;
    Metrics metrics_;
    conversation::TurnMetrics turn_metrics_{metrics_};
    conversation::Agent agent_;
    std::unique_ptr<conversation::Conversation> conversation_;
    conversation::Snapshot left_;
    Task running_;
};

}  // namespace repartee::scenarios
