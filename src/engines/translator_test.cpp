#include "engines/translator.h"

#include "base/test_loop.h"
#include "engines/automatic.h"
#include "engines/model.h"

#include <gmock/gmock.h>

namespace repartee::engines {

namespace {

using testing::HasSubstr;

// What a model does when it is asked.
struct ModelScript {
    std::string kind = "llama";
    Place place = Place::Local;
    std::vector<std::string> pieces = {"What time ", "is it?"};
    std::string ends = "stop";
    std::optional<Error> failure = {};
    Duration takes{0};
};

class Interpreter final : public Model {
public:
    Interpreter(ModelScript script, Clock& clock) : script_(std::move(script)), clock_(clock) {}
    EngineInfo info() const override { return {script_.kind, "m", script_.place}; }
    awaitable<Health> check() override { co_return Health{.usable = true, .reason = "there"}; }
    std::unique_ptr<ModelStream> start(Prompt prompt) override {
        asked.push_back(std::move(prompt));
        return std::make_unique<Answer>(script_, clock_);
    }
    std::vector<Prompt> asked;

private:
    class Answer final : public ModelStream {
    public:
        Answer(const ModelScript& script, Clock& clock) : script_(script), clock_(clock) {}
        awaitable<std::optional<ModelOutput>> next() override {
            if (script_.takes > Duration{0}) {
                co_await clock_.sleep(script_.takes);
            }
            if (script_.failure) {
                throw Failure(*script_.failure);
            }
            if (told_ < script_.pieces.size()) {
                co_return TextDelta{script_.pieces[told_++]};
            }
            if (std::exchange(over_, true)) {
                co_return std::nullopt;
            }
            co_return AnswerEnd{.reason = script_.ends};
        }

    private:
        const ModelScript& script_;
        Clock& clock_;
        std::size_t told_ = 0;
        bool over_ = false;
    };

    const ModelScript script_;
    Clock& clock_;
};

// Hears Hindi, a word at a time.
class HindiEar final : public Recogniser {
public:
    explicit HindiEar(Language language = "hi") : language_(std::move(language)) {}
    EngineInfo info() const override { return {"ear", "m", Place::Embedded}; }
    awaitable<Health> check() override { co_return Health{.usable = true, .reason = "there"}; }
    RecogniserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override {
        asked.push_back(request);
        return std::make_unique<Stream>(language_);
    }
    std::vector<RecognitionRequest> asked;

private:
    class Stream final : public RecogniserStream {
    public:
        explicit Stream(Language language) : language_(std::move(language)) {}
        void push(std::span<const audio::Sample>) override {}
        void finish() override {}
        awaitable<std::optional<Transcript>> next() override {
            switch (told_++) {
                case 0: co_return Transcript{.text = "kya"};
                case 1:
                    co_return Transcript{.text = "kya samay hai",
                                         .is_final = true,
                                         .language = language_,
                                         .words = {{.text = "kya"}, {.text = "samay"}, {.text = "hai"}},
                                         .confidence = 0.5F};
                default: co_return std::nullopt;
            }
        }

    private:
        const Language language_;
        int told_ = 0;
    };

    const Language language_;
};

class Interpreting : public testing::Test {
protected:
    // Everybody has been asked how they are.
    void begin(std::vector<ModelScript> scripts, std::string choice = "auto", Language heard = "hi") {
        std::vector<Roster::Candidate> models;
        int rank = 100;
        for (auto& script : scripts) {
            auto model = std::make_unique<Interpreter>(std::move(script), clock);
            interpreters.push_back(model.get());
            models.push_back({std::move(model), --rank});
        }
        model_roster.emplace("model", std::move(models), clock, Log::silent());
        auto hindi = std::make_unique<HindiEar>(std::move(heard));
        ear = hindi.get();
        std::vector<Roster::Candidate> ears;
        ears.push_back({std::move(hindi), 1});
        ear_roster.emplace("recogniser", std::move(ears), clock, Log::silent());
        recogniser.emplace(*ear_roster, Log::into(log, {.level = LogLevel::Debug}));
        translator.emplace(std::move(choice), clock);
        translator->use(*model_roster);
        recogniser->lend(*translator);
        run(model_roster->check(1s));
        run(ear_roster->check(1s));
    }

    void run(awaitable<void> work) { run_to_end(context, clock, std::move(work)); }

    static awaitable<void> read(RecogniserStream& stream, std::vector<Transcript>& heard,
                                std::optional<Error>& refused) {
        try {
            while (auto transcript = co_await stream.next()) {
                heard.push_back(std::move(*transcript));
            }
        } catch (const Failure& failure) {
            refused = failure.error();
        }
    }

    std::vector<Transcript> hear(const RecognitionRequest& request) {
        auto stream = recogniser->start(request);
        stream->finish();
        std::vector<Transcript> heard;
        run(read(*stream, heard, refusal));
        return heard;
    }

    asio::io_context context;
    VirtualClock clock;
    std::vector<std::string> log;
    std::vector<Interpreter*> interpreters;
    std::optional<Roster> model_roster;
    HindiEar* ear = nullptr;
    std::optional<Roster> ear_roster;
    std::optional<Translator> translator;
    std::optional<AutomaticRecogniser> recogniser;
    std::optional<Error> refusal;
};

const RecognitionRequest into_english{.language = "hi", .translate_to = "en-GB", .partials = true};

}  // namespace

TEST_F(Interpreting, AModelTranslatesWhatTheRecogniserDoesNot) {
    begin({{}});
    auto heard = hear(into_english);
    ASSERT_EQ(heard.size(), 1U) << "no partials in the other language";
    EXPECT_EQ(heard[0].text, "What time is it?");
    EXPECT_EQ(heard[0].language, "hi");
    EXPECT_EQ(heard[0].translated_to, "en");
    EXPECT_TRUE(heard[0].words.empty());
    EXPECT_EQ(heard[0].confidence, 0.5F);
    EXPECT_TRUE(heard[0].is_final);
    EXPECT_EQ(ear->asked.at(0).translate_to, "");
    const auto& prompt = interpreters[0]->asked.at(0);
    EXPECT_THAT(prompt.messages.at(0).content, HasSubstr("in English"));
    EXPECT_EQ(prompt.messages.at(1).content, "kya samay hai");
    EXPECT_EQ(prompt.sampling.temperature, 0);
    EXPECT_TRUE(recogniser->capabilities().translates_to_any);
}

TEST_F(Interpreting, WhatIsInThatLanguageAlreadyIsLeftAlone) {
    begin({{}}, "auto", "en");
    auto heard = hear({.translate_to = "en"});
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].text, "kya samay hai");
    EXPECT_EQ(heard[0].translated_to, "");
    EXPECT_TRUE(interpreters[0]->asked.empty());
}

TEST_F(Interpreting, WhatFailsIsToldAsItWasSpoken) {
    struct Row {
        ModelScript script;
        std::string reason;
    };
    const Error broke{ErrorKind::ProviderBroke, "broke off", {}};
    for (const auto& row :
         {Row{{.failure = broke}, "broke off"}, Row{{.takes = 20s}, "takes too long"},
          Row{{.pieces = {}}, "did not translate"}, Row{{.pieces = {" \n"}}, "did not translate"},
          Row{{.ends = "length"}, "cut off"}, Row{{.pieces = {std::string(1000, 'x')}}, "talks instead"}}) {
        interpreters.clear();
        log.clear();
        begin({row.script});
        auto heard = hear(into_english);
        ASSERT_EQ(heard.size(), 1U) << row.reason;
        EXPECT_EQ(heard[0].text, "kya samay hai") << row.reason;
        EXPECT_EQ(heard[0].translated_to, "") << row.reason;
        EXPECT_EQ(heard[0].words.size(), 3U);
        ASSERT_EQ(log.size(), 1U);
        EXPECT_THAT(log[0], HasSubstr(row.reason));
        EXPECT_THAT(log[0], testing::Not(HasSubstr("samay"))) << "what was said stays out of the log";
    }
}

TEST_F(Interpreting, OnlyAModelThatMayIsAsked) {
    begin({{.kind = "rules", .place = Place::Embedded},
           {.kind = "openai", .place = Place::Cloud},
           {.kind = "llama", .pieces = {"by llama"}}});
    EXPECT_EQ(hear(into_english).at(0).text, "by llama");
    EXPECT_TRUE(interpreters[0]->asked.empty());
    EXPECT_TRUE(interpreters[1]->asked.empty());
}

TEST_F(Interpreting, WithoutAModelTheRecogniserSaysThatItDoesNot) {
    begin({{.kind = "rules", .place = Place::Embedded}});
    EXPECT_FALSE(recogniser->capabilities().translates_to_any);
    hear(into_english);
    ASSERT_EQ(ear->asked.size(), 1U);
    EXPECT_EQ(ear->asked[0].translate_to, "en-GB") << "it is the one to refuse";
}

TEST(MayTranslate, GoesByTheChoice) {
    using P = Place;
    const EngineInfo rules{"rules", "", P::Embedded};
    const EngineInfo scripted{"scripted", "", P::Embedded};
    const EngineInfo llama{"llama", "", P::Local};
    const EngineInfo cloud{"openai", "", P::Cloud};
    for (const auto& [choice, may] :
         {std::pair<std::string_view, std::vector<bool>>{"auto", {false, false, true, false}},
          {"model", {false, true, true, true}},
          {"off", {false, false, false, false}}}) {
        EXPECT_EQ(may_translate(rules, choice), may[0]);
        EXPECT_EQ(may_translate(scripted, choice), may[1]);
        EXPECT_EQ(may_translate(llama, choice), may[2]);
        EXPECT_EQ(may_translate(cloud, choice), may[3]);
    }
}

TEST(NameOfLanguage, IsWhatModelsKnow) {
    EXPECT_EQ(name_of_language("en-GB"), "English");
    EXPECT_EQ(name_of_language("hi"), "Hindi");
    EXPECT_EQ(name_of_language("sw-KE"), "the language 'sw'");
}

}  // namespace repartee::engines
