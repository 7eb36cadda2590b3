#include "engines/pooled.h"

#include "base/test_loop.h"
#include "base/worker_pool.h"

#include <gmock/gmock.h>

#include <deque>
#include <map>

namespace repartee::engines {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// What happens at an address: the failures of the next pieces of work, before or behind their first output.
struct Site {
    bool usable = true;
    std::deque<Error> fails_at_once;
    std::deque<Error> fails_behind;
    int begun = 0;
    std::vector<std::string> heard;
};

using Sites = std::map<std::string, Site>;

const Error refused{ErrorKind::Unavailable, "connection refused", {}};
const Error late{ErrorKind::ProviderLate, "stalls", {}};

void throw_next(std::deque<Error>& failures) {
    if (!failures.empty()) {
        auto failure = failures.front();
        failures.pop_front();
        throw Failure(failure);
    }
}

class SiteAnswer final : public ModelStream {
public:
    SiteAnswer(Site& site, std::string name) : site_(site), name_(std::move(name)) {}
    awaitable<std::optional<ModelOutput>> next() override {
        ++step_;
        if (step_ == 1) {
            throw_next(site_.fails_at_once);
            co_return TextDelta{name_};
        }
        if (step_ == 2) {
            throw_next(site_.fails_behind);
            co_return AnswerEnd{};
        }
        co_return std::nullopt;
    }

private:
    Site& site_;
    const std::string name_;
    int step_ = 0;
};

class SiteModel final : public Model {
public:
    SiteModel(Sites& sites, std::string name) : site_(sites[name]), name_(std::move(name)) {}
    EngineInfo info() const override { return {"openai", "m", Place::Local}; }
    awaitable<Health> check() override {
        co_return Health{.usable = site_.usable, .reason = site_.usable ? "answers" : "connection refused"};
    }
    std::unique_ptr<ModelStream> start(Prompt) override {
        ++site_.begun;
        return std::make_unique<SiteAnswer>(site_, name_);
    }

private:
    Site& site_;
    const std::string name_;
};

class SiteHearing final : public RecogniserStream {
public:
    explicit SiteHearing(Site& site) : site_(site) {}
    void push(std::span<const audio::Sample> samples) override { samples_ += samples.size(); }
    void finish() override { finished_ = true; }
    awaitable<std::optional<Transcript>> next() override {
        if (over_) {
            co_return std::nullopt;
        }
        throw_next(site_.fails_at_once);
        over_ = true;
        co_return Transcript{.text = std::to_string(samples_) + (finished_ ? " samples" : " and more"),
                             .is_final = true};
    }

private:
    Site& site_;
    std::size_t samples_ = 0;
    bool finished_ = false;
    bool over_ = false;
};

class SiteRecogniser final : public Recogniser {
public:
    SiteRecogniser(Sites& sites, const std::string& name) : site_(sites[name]) {}
    EngineInfo info() const override { return {"wyoming", "m", Place::Local}; }
    awaitable<Health> check() override { co_return Health{.usable = site_.usable}; }
    RecogniserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest&) override {
        ++site_.begun;
        return std::make_unique<SiteHearing>(site_);
    }

private:
    Site& site_;
};

class SiteSpeech final : public SpeechStream {
public:
    explicit SiteSpeech(Site& site) : site_(site) {}
    void say(std::string sentence) override { said_.push_back(std::move(sentence)); }
    void finish() override {}
    awaitable<std::optional<SpeechChunk>> next() override {
        throw_next(site_.fails_at_once);
        if (at_ == 1) {
            throw_next(site_.fails_behind);
        }
        if (at_ == said_.size()) {
            co_return std::nullopt;
        }
        site_.heard.push_back(said_[at_++]);
        co_return SpeechChunk{.samples = std::vector<audio::Sample>(10)};
    }

private:
    Site& site_;
    std::vector<std::string> said_;
    std::size_t at_ = 0;
};

class SiteSynthesiser final : public Synthesiser {
public:
    SiteSynthesiser(Sites& sites, const std::string& name) : site_(sites[name]) {}
    EngineInfo info() const override { return {"wyoming", "m", Place::Local}; }
    awaitable<Health> check() override { co_return Health{.usable = site_.usable}; }
    SynthesiserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<SpeechStream> start(const SpeechRequest&) override {
        ++site_.begun;
        return std::make_unique<SiteSpeech>(site_);
    }

private:
    Site& site_;
};

class SiteEmbedder final : public Embedder {
public:
    SiteEmbedder(Sites& sites, const std::string& name) : site_(sites[name]) {}
    EngineInfo info() const override { return {"openai", "m", Place::Local}; }
    awaitable<Health> check() override { co_return Health{.usable = site_.usable}; }
    std::string identity() const override { return "openai/m"; }
    awaitable<std::vector<Embedding>> embed(std::vector<std::string> texts) override {
        ++site_.begun;
        throw_next(site_.fails_at_once);
        co_return std::vector<Embedding>(texts.size());
    }

private:
    Site& site_;
};

template <class Output, class Stream>
awaitable<void> read_all(Stream& stream, std::vector<Output>& outputs, std::optional<Error>& failure) {
    try {
        for (;;) {
            auto output = co_await stream.next();
            if (!output) {
                break;
            }
            outputs.push_back(std::move(*output));
        }
    } catch (const Failure& failed) {
        failure = failed.error();
    }
}

awaitable<void> keep_next(ModelStream& stream, std::optional<ModelOutput>& output) {
    output = co_await stream.next();
}

awaitable<void> keep_health(Engine& engine, Health& health) {
    health = co_await engine.check();
}

awaitable<void> keep_vectors(Embedder& embedder, std::vector<Embedding>& vectors) {
    std::vector<std::string> texts{"hello"};
    vectors = co_await embedder.embed(std::move(texts));
}

class Pooled : public testing::Test {
protected:
    template <class Contract, class One>
    std::unique_ptr<Contract> engine(const std::string& list, std::int64_t slots = 0) {
        AddressSettings settings{.slots = slots, .slot_wait = 2s};
        return at_addresses<Contract>(list, settings, holder, around, [&](const std::string& address) {
            return std::make_unique<One>(sites, address);
        });
    }
    // In next to no time, so that who is out stays so.
    void run(awaitable<void> coroutine, Duration limit = 1ms) {
        run_to_end(context, clock, std::move(coroutine), limit);
    }
    Health health_of(Engine& engine) {
        Health health;
        run(keep_health(engine, health));
        return health;
    }
    // What is said; behind a failure its words in brackets.
    std::string answer(Model& model, Duration limit = 1ms) {
        auto stream = model.start({});
        return answer(*stream, limit);
    }
    std::string answer(ModelStream& stream, Duration limit) {
        std::vector<ModelOutput> outputs;
        std::optional<Error> failure;
        run(read_all(stream, outputs, failure), limit);
        std::string text;
        for (const auto& output : outputs) {
            if (const auto* delta = std::get_if<TextDelta>(&output)) {
                text += delta->text;
            }
        }
        return failure ? text + "[" + failure->message + "]" : text;
    }

    asio::io_context context;
    VirtualClock clock;
    Metrics metrics;
    WorkerPool workers{1, 16};
    net::HttpClient http{clock, nullptr};
    Surroundings around{context.get_executor(), clock, Log::silent(), metrics, workers, http, "."};
    AddressBookHolder holder{"model", "openai"};
    Sites sites;
};

TEST_F(Pooled, OneAddressWithoutLimitIsNoPool) {
    const auto model = engine<Model, SiteModel>("a");
    EXPECT_NE(dynamic_cast<SiteModel*>(model.get()), nullptr);
}

TEST_F(Pooled, AnswersComeFromAllOfThemInTurn) {
    const auto model = engine<Model, SiteModel>("a, b");
    std::string all;
    for (int time = 0; time < 10; ++time) {
        all += answer(*model);
    }
    EXPECT_EQ(std::ranges::count(all, 'a'), 5);
    EXPECT_EQ(std::ranges::count(all, 'b'), 5);
}

TEST_F(Pooled, OneThatDiesIsTakenOutWithoutAnybodyNoticingAndComesBackByItself) {
    const auto model = engine<Model, SiteModel>("a,b");
    sites["a"].fails_at_once.assign(2, refused);
    for (int time = 0; time < 6; ++time) {
        EXPECT_EQ(answer(*model), "b");
    }
    EXPECT_EQ(sites["a"].begun, 1);
    clock.run_until(context, clock.now() + 1s);
    EXPECT_EQ(answer(*model), "b");
    EXPECT_EQ(answer(*model), "b");
    EXPECT_EQ(sites["a"].begun, 2);  // the trial
    clock.run_until(context, clock.now() + 2s);
    std::string all;
    for (int time = 0; time < 4; ++time) {
        all += answer(*model);
    }
    EXPECT_EQ(std::ranges::count(all, 'a'), 2);
    EXPECT_EQ(sites["a"].begun, 4);
}

TEST_F(Pooled, WhatFailsAtBothFailsAndIsTriedNoMoreThanTwice) {
    const auto model = engine<Model, SiteModel>("a,b,c");
    for (const auto* name : {"a", "b", "c"}) {
        sites[name].fails_at_once.assign(9, refused);
    }
    EXPECT_EQ(answer(*model), "[connection refused]");
    EXPECT_EQ(sites["a"].begun + sites["b"].begun + sites["c"].begun, 2);
}

TEST_F(Pooled, WhatHasBegunToAnswerIsNotBegunAgain) {
    const auto model = engine<Model, SiteModel>("a,b");
    sites["a"].fails_behind.push_back(late);
    EXPECT_EQ(answer(*model), "a[stalls]");
    EXPECT_EQ(sites["b"].begun, 0);
    EXPECT_EQ(answer(*model), "b");
    EXPECT_EQ(answer(*model), "b");  // a is out
}

TEST_F(Pooled, WhatNobodyCanDoIsNotTriedElsewhere) {
    const auto model = engine<Model, SiteModel>("a,b");
    sites["a"].fails_at_once.push_back({ErrorKind::TooLarge, "too long", {}});
    EXPECT_EQ(answer(*model), "[too long]");
    EXPECT_EQ(sites["b"].begun, 0);
}

TEST_F(Pooled, WorkBeyondTheSlotsIsTurnedAwayAfterAWhile) {
    const auto model = engine<Model, SiteModel>("a", 1);
    auto first = model->start({});
    std::optional<ModelOutput> begun;
    run(keep_next(*first, begun));
    EXPECT_THAT(answer(*model, 3s), HasSubstr("Too much is going on"));
    first.reset();
    EXPECT_EQ(answer(*model), "a");
}

TEST_F(Pooled, TellsHowEachOfThemIs) {
    const auto model = engine<Model, SiteModel>("http://a:1/v1, http://k:hush@b:2/v1");
    sites["http://k:hush@b:2/v1"].usable = false;
    const auto how = health_of(*model);
    EXPECT_TRUE(how.usable);
    EXPECT_EQ(how.reason, "1 of 2 addresses: a:1, 0 in hand; b:2 is out (connection refused)");
    sites["http://a:1/v1"].usable = false;
    EXPECT_FALSE(health_of(*model).usable);
    EXPECT_THAT(metrics.text(), HasSubstr("repartee_engine_address_usable{address=\"b:2\""));
    EXPECT_THAT(metrics.text(), testing::Not(HasSubstr("hush")));
}

TEST_F(Pooled, AnotherRecogniserHearsAllOfItFromTheBeginning) {
    const auto recogniser = engine<Recogniser, SiteRecogniser>("a,b");
    sites["a"].fails_at_once.push_back(refused);
    auto ear = recogniser->start({});
    ear->push(std::vector<audio::Sample>(100));
    ear->push(std::vector<audio::Sample>(60));
    ear->finish();
    std::vector<Transcript> heard;
    std::optional<Error> failure;
    run(read_all(*ear, heard, failure));
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].text, "160 samples");
    EXPECT_EQ(sites["b"].begun, 1);
}

TEST_F(Pooled, ARecogniserThatIsWaitedForHearsWhatWasSaidMeanwhile) {
    const auto recogniser = engine<Recogniser, SiteRecogniser>("a", 1);
    auto first = recogniser->start({});
    auto second = recogniser->start({});
    second->push(std::vector<audio::Sample>(100));
    EXPECT_EQ(sites["a"].begun, 1);
    first.reset();
    second->push(std::vector<audio::Sample>(60));
    EXPECT_EQ(sites["a"].begun, 2);
    second->finish();
    std::vector<Transcript> heard;
    std::optional<Error> failure;
    run(read_all(*second, heard, failure));
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].text, "160 samples");
}

TEST_F(Pooled, AnotherVoiceSaysAllOfItOrNothing) {
    const auto synthesiser = engine<Synthesiser, SiteSynthesiser>("a,b");
    sites["a"].fails_at_once.push_back(refused);
    sites["b"].fails_behind.push_back(late);
    auto speech = synthesiser->start({});
    speech->say("One.");
    speech->say("Two.");
    speech->finish();
    std::vector<SpeechChunk> chunks;
    std::optional<Error> failure;
    run(read_all(*speech, chunks, failure));
    EXPECT_EQ(failure->message, "stalls");
    EXPECT_TRUE(sites["a"].heard.empty());
    EXPECT_THAT(sites["b"].heard, ElementsAre("One."));
    EXPECT_EQ(sites["a"].begun, 1);
}

TEST_F(Pooled, TextsAreEmbeddedElsewhere) {
    const auto embedder = engine<Embedder, SiteEmbedder>("a,b");
    sites["a"].fails_at_once.push_back(refused);
    std::vector<Embedding> vectors;
    run(keep_vectors(*embedder, vectors));
    EXPECT_EQ(vectors.size(), 1U);
    EXPECT_EQ(embedder->identity(), "openai/m");
}

}  // namespace
}  // namespace repartee::engines
