#include "engines/automatic.h"

#include "base/bell.h"
#include "base/test_loop.h"
#include "base/together.h"
#include "engines/takeover_speech.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <deque>
#include <numeric>
#include <set>

namespace repartee::engines {
namespace {

// Answers from a list; a Failure in it is thrown.
class ListedStream final : public ModelStream {
public:
    explicit ListedStream(std::deque<std::variant<ModelOutput, Error>> outputs)
        : outputs_(std::move(outputs)) {}

    awaitable<std::optional<ModelOutput>> next() override {
        if (outputs_.empty()) {
            co_return std::nullopt;
        }
        auto output = std::move(outputs_.front());
        outputs_.pop_front();
        if (auto* error = std::get_if<Error>(&output)) {
            throw Failure(*error);
        }
        co_return std::get<ModelOutput>(std::move(output));
    }

private:
    std::deque<std::variant<ModelOutput, Error>> outputs_;
};

class ListedModel final : public Model {
public:
    explicit ListedModel(std::deque<std::variant<ModelOutput, Error>> outputs)
        : outputs_(std::move(outputs)) {}
    EngineInfo info() const override { return {"listed", "m", Place::Embedded}; }
    awaitable<Health> check() override { co_return Health{.usable = true, .reason = "there"}; }
    std::unique_ptr<ModelStream> start(Prompt) override { return std::make_unique<ListedStream>(outputs_); }
    void prepare(const Prompt& prompt) override { prepared.push_back(prompt.messages.back().content); }

    std::vector<std::string> prepared;

private:
    std::deque<std::variant<ModelOutput, Error>> outputs_;
};

const Error broke{ErrorKind::ProviderBroke, "broke off", {}};

struct Answer {
    std::string text;
    std::string failure;
};

Answer answer_of(std::deque<std::variant<ModelOutput, Error>> first,
                 std::deque<std::variant<ModelOutput, Error>> second) {
    asio::io_context context;
    VirtualClock clock;
    std::vector<Roster::Candidate> candidates;
    candidates.push_back({std::make_unique<ListedModel>(std::move(first)), 10});
    candidates.push_back({std::make_unique<ListedModel>(std::move(second)), 0});
    Roster roster("model", std::move(candidates), clock, Log::silent());
    AutomaticModel model(roster, Log::silent());
    Answer result;
    auto read = [](Model& from, Answer& into) -> awaitable<void> {
        auto stream = from.start({});
        try {
            while (auto output = co_await stream->next()) {
                if (auto* delta = std::get_if<TextDelta>(&*output)) {
                    into.text += delta->text;
                }
            }
        } catch (const Failure& failure) {
            into.failure = failure.what();
        }
    };
    run_to_end(context, clock, read(model, result));
    return result;
}

TEST(AutomaticModel, TakesTheNextWhenTheFirstFailsBeforeItsFirstWord) {
    auto result = answer_of({broke}, {TextDelta{"second"}, AnswerEnd{}});
    EXPECT_EQ(result.text, "second");
    EXPECT_EQ(result.failure, "");
}

TEST(AutomaticModel, DoesNotTakeBackWhatWasSaid) {
    auto result = answer_of({TextDelta{"fir"}, broke}, {TextDelta{"second"}});
    EXPECT_EQ(result.text, "fir");
    EXPECT_EQ(result.failure, "broke off");
}

TEST(AutomaticModel, FailsWhenAllFail) {
    auto result = answer_of({broke}, {broke});
    EXPECT_EQ(result.failure, "broke off");
}

TEST(AutomaticModel, PreparesTheOneThatWillBeAsked) {
    VirtualClock clock;
    std::vector<Roster::Candidate> candidates;
    auto better = std::make_unique<ListedModel>(std::deque<std::variant<ModelOutput, Error>>{});
    auto worse = std::make_unique<ListedModel>(std::deque<std::variant<ModelOutput, Error>>{});
    auto* best = better.get();
    auto* other = worse.get();
    candidates.push_back({std::move(worse), 0});
    candidates.push_back({std::move(better), 10});
    Roster roster("model", std::move(candidates), clock, Log::silent());
    AutomaticModel model(roster, Log::silent());
    model.prepare({.messages = {{.role = Role::System, .content = "Be brief."}}});
    EXPECT_EQ(best->prepared, std::vector<std::string>{"Be brief."});
    EXPECT_TRUE(other->prepared.empty());
}

TEST(AutomaticModel, DoesNotLetTheNextUserWaitForOneThatStalls) {
    asio::io_context context;
    VirtualClock clock;
    std::vector<Roster::Candidate> candidates;
    candidates.push_back({std::make_unique<ListedModel>(std::deque<std::variant<ModelOutput, Error>>{
                              TextDelta{"fir"}, Error{ErrorKind::ProviderLate, "stopped", {}}}),
                          10});
    candidates.push_back({std::make_unique<ListedModel>(
                              std::deque<std::variant<ModelOutput, Error>>{TextDelta{"second"}, AnswerEnd{}}),
                          0});
    Roster roster("model", std::move(candidates), clock, Log::silent());
    AutomaticModel model(roster, Log::silent());
    std::vector<std::string> answers;
    auto read = [](Model& from, std::vector<std::string>& into) -> awaitable<void> {
        auto stream = from.start({});
        auto& text = into.emplace_back();
        try {
            while (auto output = co_await stream->next()) {
                if (auto* delta = std::get_if<TextDelta>(&*output)) {
                    text += delta->text;
                }
            }
        } catch (const Failure& failure) {
            text += failure.what();
        }
    };
    run_to_end(context, clock, read(model, answers));
    run_to_end(context, clock, read(model, answers));
    EXPECT_EQ(answers, (std::vector<std::string>{"firstopped", "second"}));
}

// --- recognisers that die in the middle ---

// Writes every sample down, says "<name> heard <n>" as its final, and fails on cue.
struct EarScript {
    std::string name;
    std::optional<Error> failure = {};
    std::size_t fails_after = 0;  // samples heard; the failure comes as soon as there are so many
    std::vector<Language> languages = {};
    std::vector<Language> translates_to = {};
};

class ScriptedEar final : public RecogniserStream {
public:
    ScriptedEar(const EarScript& script, std::vector<audio::Sample>& heard) : script_(script), heard_(heard) {
        heard_.clear();
    }
    void push(std::span<const audio::Sample> samples) override {
        heard_.insert(heard_.end(), samples.begin(), samples.end());
        bell_.ring();
    }
    void finish() override {
        finished_ = true;
        bell_.ring();
    }
    awaitable<std::optional<Transcript>> next() override {
        while (!over_) {
            if (script_.failure && heard_.size() >= script_.fails_after) {
                throw Failure(*script_.failure);
            }
            if (finished_) {
                over_ = true;
                Transcript final{.text = fmt::format("{} heard {}", script_.name, heard_.size()),
                                 .is_final = true};
                co_return final;
            }
            if (heard_.size() > told_) {
                told_ = heard_.size();
                Transcript partial{.text = script_.name};
                co_return partial;
            }
            co_await bell_.wait();
        }
        co_return std::nullopt;
    }

private:
    const EarScript& script_;
    std::vector<audio::Sample>& heard_;
    Bell bell_;
    std::size_t told_ = 0;
    bool finished_ = false;
    bool over_ = false;
};

class Ear final : public Recogniser {
public:
    explicit Ear(EarScript script) : script_(std::move(script)) {}
    EngineInfo info() const override { return {script_.name, "m", Place::Embedded}; }
    awaitable<Health> check() override { co_return Health{.usable = true, .reason = "there"}; }
    RecogniserCapabilities capabilities() const override {
        return {.languages = script_.languages, .translates_to = script_.translates_to};
    }
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest&) override {
        return std::make_unique<ScriptedEar>(script_, heard);
    }
    std::vector<audio::Sample> heard;

private:
    EarScript script_;
};

struct HeardByAll {
    std::string text;
    std::string failure;
    std::vector<std::vector<audio::Sample>> heard;  // by each candidate, in its last stream
    std::string best;                               // who hears the next utterance first
    std::vector<std::string> log;
};

// An utterance of ten frames; samples count upwards, so that a missing or doubled one shows.
HeardByAll utterance_of(std::vector<EarScript> scripts, std::size_t utterances = 1,
                        const Language& language = "hi", const Language& translate_to = "") {
    asio::io_context context;
    VirtualClock clock;
    HeardByAll result;
    auto log = Log::into(result.log, {.level = LogLevel::Debug});
    std::vector<Ear*> ears;
    std::vector<Roster::Candidate> candidates;
    int rank = 100;
    for (auto& script : scripts) {
        auto ear = std::make_unique<Ear>(std::move(script));
        ears.push_back(ear.get());
        candidates.push_back({std::move(ear), --rank});
    }
    Roster roster("recogniser", std::move(candidates), clock, Log::silent());
    AutomaticRecogniser recogniser(roster, log);
    auto listen = [](RecogniserStream& stream, HeardByAll& into) -> awaitable<void> {
        try {
            while (auto heard = co_await stream.next()) {
                into.text = heard->text;
            }
        } catch (const Failure& failure) {
            into.failure = failure.what();
        }
    };
    auto speak = [](RecogniserStream& stream, Clock& time) -> awaitable<void> {
        for (audio::Sample frame = 0; frame < 10; ++frame) {
            std::vector<audio::Sample> samples(320);
            std::iota(samples.begin(), samples.end(), static_cast<audio::Sample>(frame * 320));
            stream.push(samples);
            co_await time.sleep(20ms);
        }
        stream.finish();
    };
    for (std::size_t i = 0; i < utterances; ++i) {
        auto stream =
            recogniser.start({.language = language, .translate_to = translate_to, .partials = true});
        run_to_end(context, clock, together(listen(*stream, result), speak(*stream, clock)));
    }
    for (auto* ear : ears) {
        result.heard.push_back(ear->heard);
    }
    result.best = roster.best().info().kind;
    return result;
}

std::vector<audio::Sample> whole_utterance() {
    std::vector<audio::Sample> samples(3200);
    std::iota(samples.begin(), samples.end(), audio::Sample{0});
    return samples;
}

TEST(AutomaticRecogniser, ReplaysTheWholeUtteranceToTheNext) {
    struct Row {
        std::size_t dies_after;  // samples
    };
    for (auto row : {Row{0}, Row{320}, Row{1600}, Row{3200}}) {
        auto result = utterance_of(
            {{.name = "first", .failure = broke, .fails_after = row.dies_after}, {.name = "second"}});
        EXPECT_EQ(result.text, "second heard 3200") << row.dies_after;
        EXPECT_EQ(result.failure, "");
        EXPECT_EQ(result.heard[1], whole_utterance()) << row.dies_after;
        ASSERT_EQ(result.log.size(), 1U);
        EXPECT_THAT(result.log[0], testing::HasSubstr("the next takes over"));
        EXPECT_THAT(result.log[0], testing::HasSubstr("broke off"));
    }
}

TEST(AutomaticRecogniser, GoesThroughAllOfThemAndThenFails) {
    auto through = utterance_of({{.name = "first", .failure = broke, .fails_after = 640},
                                 {.name = "second", .failure = broke, .fails_after = 1600},
                                 {.name = "third"}});
    EXPECT_EQ(through.text, "third heard 3200");
    EXPECT_EQ(through.heard[2], whole_utterance());
    auto all_fail = utterance_of({{.name = "first", .failure = broke, .fails_after = 640},
                                  {.name = "second", .failure = broke, .fails_after = 1600}});
    EXPECT_EQ(all_fail.failure, "broke off");
}

TEST(AutomaticRecogniser, NeverAsksOneThatLacksTheLanguage) {
    auto result = utterance_of({{.name = "first", .failure = broke, .fails_after = 640},
                                {.name = "second", .languages = {"en", "de"}},
                                {.name = "third", .languages = {"en", "hi"}}});
    EXPECT_EQ(result.text, "third heard 3200");
    EXPECT_TRUE(result.heard[1].empty());
    auto alone = utterance_of(
        {{.name = "first", .failure = broke, .fails_after = 640}, {.name = "second", .languages = {"en"}}});
    EXPECT_EQ(alone.failure, "broke off");
}

TEST(AutomaticRecogniser, NeverAsksOneThatDoesNotTranslate) {
    std::vector<EarScript> scripts{{.name = "first", .failure = broke, .fails_after = 640},
                                   {.name = "second", .translates_to = {"en"}},
                                   {.name = "third", .translates_to = {"de"}}};
    EXPECT_EQ(utterance_of(scripts, 1, "hi", "en").text, "second heard 3200");
    EXPECT_EQ(utterance_of(scripts, 1, "hi", "de").text, "third heard 3200");
    auto none = utterance_of(scripts, 1, "hi", "fr");
    EXPECT_EQ(none.failure, "broke off") << "the best says what it thinks of it, and no other is asked";
    EXPECT_TRUE(none.heard[1].empty());
    auto needless = utterance_of(scripts, 1, "de-AT", "de");
    EXPECT_EQ(needless.text, "second heard 3200") << "the next in order";
}

TEST(AutomaticRecogniser, CanWhatOneOfTheUsableCan) {
    asio::io_context context;
    VirtualClock clock;
    std::vector<Roster::Candidate> candidates;
    candidates.push_back({std::make_unique<Ear>(EarScript{.name = "first", .languages = {"en"}}), 2});
    candidates.push_back({std::make_unique<Ear>(EarScript{
                              .name = "second", .languages = {"en", "hi"}, .translates_to = {"en"}}),
                          1});
    Roster roster("recogniser", std::move(candidates), clock, Log::silent());
    AutomaticRecogniser recogniser(roster, Log::silent());
    EXPECT_EQ(recogniser.capabilities().languages, std::vector<Language>{"en"}) << "nobody was asked yet";
    run_to_end(context, clock, roster.check(1s));
    EXPECT_EQ(recogniser.capabilities().languages, (std::vector<Language>{"en", "hi"}));
    EXPECT_EQ(recogniser.capabilities().translates_to, std::vector<Language>{"en"});
}

TEST(AutomaticRecogniser, DoesNotLetTheNextUserWaitForOneThatStalls) {
    const Error late{ErrorKind::ProviderLate, "kept us waiting", {}};
    auto stalled = utterance_of({{.name = "first", .failure = late, .fails_after = 640}, {.name = "second"}});
    EXPECT_EQ(stalled.text, "second heard 3200");
    EXPECT_EQ(stalled.best, "second");
    auto broken = utterance_of({{.name = "first", .failure = broke, .fails_after = 640}, {.name = "second"}});
    EXPECT_EQ(broken.best, "first") << "a connection that broke may hold the next time";
}

// --- synthesisers that die in the middle ---

// Speaks a word at a time, one sample each a byte, and fails on cue.
struct MouthScript {
    std::string name;
    std::optional<Error> failure = {};
    std::size_t fails_after = 0;  // bytes spoken
    int rate = 16000;
    bool by_words = true;  // else it tells its place by the byte, in the middle of words
};

class ScriptedMouth final : public SpeechStream {
public:
    ScriptedMouth(const MouthScript& script, std::string& spoken) : script_(script), spoken_(spoken) {}
    void say(std::string sentence) override {
        said_ += sentence;
        bell_.ring();
    }
    void finish() override {
        finished_ = true;
        bell_.ring();
    }
    awaitable<std::optional<SpeechChunk>> next() override {
        for (;;) {
            if (script_.failure && at_ >= script_.fails_after) {
                throw Failure(*script_.failure);
            }
            if (at_ < said_.size()) {
                auto end = script_.by_words ? std::min(said_.find(' ', at_ + 1), said_.size()) : at_ + 3;
                end = std::min(end, said_.size());
                spoken_ += said_.substr(at_, end - at_);
                SpeechChunk chunk{.rate = script_.rate, .spoken_bytes = end};
                chunk.samples.resize((end - at_) * static_cast<std::size_t>(script_.rate) / 1000);
                at_ = end;
                co_return chunk;
            }
            if (finished_) {
                co_return std::nullopt;
            }
            co_await bell_.wait();
        }
    }

private:
    const MouthScript& script_;
    std::string& spoken_;
    std::string said_;
    std::size_t at_ = 0;
    bool finished_ = false;
    Bell bell_;
};

class Mouth final : public Synthesiser {
public:
    explicit Mouth(MouthScript script) : script_(std::move(script)) {}
    EngineInfo info() const override { return {script_.name, "m", Place::Embedded}; }
    awaitable<Health> check() override { co_return Health{.usable = true, .reason = "there"}; }
    SynthesiserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override {
        asked_for = request.voice.name;
        return std::make_unique<ScriptedMouth>(script_, spoken);
    }
    std::string spoken;
    std::string asked_for;

private:
    MouthScript script_;
};

struct SpokenByAll {
    std::vector<std::string> spoken;  // by each candidate
    std::vector<std::string> voices;  // that each was asked for
    std::string failure;
    std::vector<std::size_t> places;  // spoken_bytes of the chunks
    std::set<int> rates;
    std::size_t samples = 0;
};

SpokenByAll reply_of(std::vector<MouthScript> scripts, const std::vector<std::string>& sentences) {
    asio::io_context context;
    VirtualClock clock;
    SpokenByAll result;
    std::vector<Mouth*> mouths;
    std::vector<Roster::Candidate> candidates;
    int rank = 100;
    for (auto& script : scripts) {
        auto mouth = std::make_unique<Mouth>(std::move(script));
        mouths.push_back(mouth.get());
        candidates.push_back({std::move(mouth), --rank});
    }
    Roster roster("synthesiser", std::move(candidates), clock, Log::silent());
    AutomaticSynthesiser synthesiser(roster, Log::silent());
    auto stream = synthesiser.start({.voice = {.name = "asha"}});
    auto listen = [](SpeechStream& from, SpokenByAll& into) -> awaitable<void> {
        try {
            while (auto chunk = co_await from.next()) {
                into.places.push_back(chunk->spoken_bytes);
                into.rates.insert(chunk->rate);
                into.samples += chunk->samples.size();
            }
        } catch (const Failure& failure) {
            into.failure = failure.what();
        }
    };
    auto speak = [](SpeechStream& to, const std::vector<std::string>& words, Clock& time) -> awaitable<void> {
        for (const auto& sentence : words) {
            to.say(sentence);
            co_await time.sleep(100ms);
        }
        to.finish();
    };
    run_to_end(context, clock, together(listen(*stream, result), speak(*stream, sentences, clock)));
    for (auto* mouth : mouths) {
        result.spoken.push_back(mouth->spoken);
        result.voices.push_back(mouth->asked_for);
    }
    return result;
}

TEST(AutomaticSynthesiser, TheNextSaysTheRestFromTheLastWord) {
    const std::vector<std::string> sentences{"It is half past nine.", " Shall I remind you?"};
    const std::string all = sentences[0] + sentences[1];
    struct Row {
        std::size_t dies_after;  // bytes
        bool by_words;
        std::string first;
        std::string second;
    };
    const Row rows[] = {
        {0, true, "", all},
        {6, true, "It is half", " past nine. Shall I remind you?"},
        {7, false, "It is hal", "half past nine. Shall I remind you?"},
        {21, true, "It is half past nine.", " Shall I remind you?"},
        {24, true, "It is half past nine. Shall", " I remind you?"},
        {all.size(), true, all, ""},
    };
    for (const auto& row : rows) {
        auto result = reply_of(
            {{.name = "first", .failure = broke, .fails_after = row.dies_after, .by_words = row.by_words},
             {.name = "second"}},
            sentences);
        EXPECT_EQ(result.failure, "") << row.first;
        EXPECT_EQ(result.spoken[0], row.first);
        EXPECT_EQ(result.spoken[1], row.second);
        EXPECT_TRUE(std::ranges::is_sorted(result.places)) << row.first;
        ASSERT_FALSE(result.places.empty());
        EXPECT_EQ(result.places.back(), all.size()) << row.first;
    }
}

TEST(AutomaticSynthesiser, ASentenceIsNotSaidTwiceWhereNoSpaceFollowsIt) {
    auto result = reply_of(
        {{.name = "first", .failure = broke, .fails_after = 9, .by_words = false}, {.name = "second"}},
        {"One two.", "Three four."});
    EXPECT_EQ(result.spoken[1], "Three four.");
}

TEST(AutomaticSynthesiser, KeepsTheRateOfTheFirst) {
    auto result = reply_of({{.name = "first", .failure = broke, .fails_after = 6, .rate = 24000},
                            {.name = "second", .rate = 16000}},
                           {"It is half past nine."});
    EXPECT_EQ(result.rates, std::set<int>{24000});
    EXPECT_NEAR(static_cast<double>(result.samples), 21 * 24, 2);
    EXPECT_EQ(result.places.back(), 21U);
}

TEST(AutomaticSynthesiser, AVoicesNameIsForItsOwnEngine) {
    auto result = reply_of({{.name = "first", .failure = broke}, {.name = "second"}}, {"Hello."});
    EXPECT_EQ(result.voices, (std::vector<std::string>{"asha", ""}));
}

TEST(AutomaticSynthesiser, FailsWhenAllFail) {
    auto result = reply_of({{.name = "first", .failure = broke, .fails_after = 3},
                            {.name = "second", .failure = broke, .fails_after = 3}},
                           {"It is half past nine."});
    EXPECT_EQ(result.failure, "broke off");
}

TEST(BeginningOfWord, IsFoundInAnyText) {
    struct Row {
        std::string text;
        std::size_t at;
        std::size_t begin;
    };
    const std::string unbroken = "नमस्तेनमस्तेनमस्तेनमस्ते";  // 72 bytes without a space
    for (const auto& row :
         {Row{"one two", 0, 0}, Row{"one two", 2, 0}, Row{"one two", 3, 3}, Row{"one two", 4, 4},
          Row{"one two", 6, 4}, Row{"one two", 7, 7}, Row{"one two", 99, 7}, Row{"", 0, 0},
          Row{"मौसम कैसा", 16, 13}, Row{unbroken, 71, 69}}) {
        EXPECT_EQ(beginning_of_word(row.text, row.at), row.begin) << row.text << " at " << row.at;
    }
}

}  // namespace
}  // namespace repartee::engines
