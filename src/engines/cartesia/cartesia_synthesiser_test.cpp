#include "engines/cartesia/cartesia_synthesiser.h"

#include "base/task.h"
#include "engines/cartesia/sonic_peer.h"

#include <gmock/gmock.h>

namespace repartee::engines::cartesia {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct SpokenReading {
    std::size_t samples = 0;
    std::size_t chunks = 0;
    std::size_t spoken = 0;
    std::optional<Error> failure;
    bool over = false;
};

awaitable<void> read_all(SpeechStream& stream, SpokenReading& reading) {
    try {
        while (auto chunk = co_await stream.next()) {
            reading.samples += chunk->samples.size();
            reading.spoken = chunk->spoken_bytes;
            ++reading.chunks;
        }
        reading.over = true;
    } catch (const Failure& failure) {
        reading.failure = failure.error();
    }
}

awaitable<void> ask_health(Synthesiser& synthesiser, std::optional<Health>& health) {
    health = co_await synthesiser.check();
}

// The transcripts that a peer was asked for, a '|' behind the last of a context, "x" for a cancel.
std::vector<std::string> asked_of(const PeerTalk& talk) {
    std::vector<std::string> texts;
    for (const auto& message : talk.heard) {
        auto request = request_in(message);
        texts.push_back(request.contains("cancel") ? "x"
                                                   : std::string(request.at("transcript").as_string()) +
                                                         (request.at("continue").as_bool() ? "" : "|"));
    }
    return texts;
}

// --- stories ---

awaitable<void> breaks_off_at_once(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    talk->break_off();
}

awaitable<void> breaks_off_in_the_middle(std::shared_ptr<PeerTalk> talk) {
    auto message = co_await talk->hear();
    if (!message) {
        co_return;
    }
    auto request = request_in(*message);
    double said = 0;
    auto events = hum(request, said);
    for (std::size_t i = 0; i < events.size() / 2; ++i) {
        co_await talk->say(events[i]);
    }
    talk->break_off();
}

awaitable<void> stalls_in_the_middle(std::shared_ptr<PeerTalk> talk) {
    auto message = co_await talk->hear();
    if (!message) {
        co_return;
    }
    auto request = request_in(*message);
    double said = 0;
    auto events = hum(request, said);
    for (std::size_t i = 0; i < events.size() / 2; ++i) {
        co_await talk->say(events[i]);
    }
    co_await talk->hear_out();
}

// Goes on with a context that was cancelled, as Cartesia may, and then serves the next.
awaitable<void> does_not_stop_at_once(std::shared_ptr<PeerTalk> talk) {
    auto first = co_await talk->hear();
    if (!first) {
        co_return;
    }
    auto request = request_in(*first);
    std::string context(request.at("context_id").as_string());
    co_await talk->say(chunk_of(context, 200));
    while (auto message = co_await talk->hear()) {
        if (request_in(*message).contains("cancel")) {
            break;
        }
    }
    co_await talk->say(chunk_of(context, 5000));
    co_await talk->say(event_of("done", context));
    co_await sonic(talk);
}

awaitable<void> has_no_place_at_first(std::shared_ptr<PeerTalk> talk) {
    auto message = co_await talk->hear();
    if (!message) {
        co_return;
    }
    std::string context(request_in(*message).at("context_id").as_string());
    boost::json::object why{{"message", "too many"}, {"status_code", 429}};
    auto event = event_of("error", context, std::move(why));
    co_await talk->say(std::move(event));
    co_await sonic(talk);
}

awaitable<void> has_no_such_voice(std::shared_ptr<PeerTalk> talk) {
    auto message = co_await talk->hear();
    if (!message) {
        co_return;
    }
    std::string context(request_in(*message).at("context_id").as_string());
    co_await talk->say(
        R"({"type":"error","done":true,"status_code":404,"message":"no such voice","context_id":")" +
        context + "\"}");
    co_await talk->hear_out();
}

// Sends whole minutes of sound for one sentence.
awaitable<void> does_not_stop(std::shared_ptr<PeerTalk> talk) {
    auto message = co_await talk->hear();
    if (!message) {
        co_return;
    }
    std::string context(request_in(*message).at("context_id").as_string());
    for (int i = 0; i < 40 && !talk->gone; ++i) {
        co_await talk->say(chunk_of(context, 10'000));
    }
    co_await talk->hear_out();
}

awaitable<void> speaks_garbage(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    co_await talk->say("garbage");
    co_await talk->hear_out();
}

class CartesiaSynthesiserTest : public testing::Test {
protected:
    CartesiaSynthesiserTest() { settings.base_url = peer.url(); }

    // Nothing is left behind that would keep the loop at work.
    void TearDown() override {
        synthesiser_.reset();
        peer.shut_down();
        context.restart();
        context.run_for(10s);
        EXPECT_TRUE(context.stopped());
    }

    Synthesiser& synthesiser() {
        if (!synthesiser_) {
            synthesiser_ = std::make_unique<CartesiaSynthesiser>(
                settings, context.get_executor(), http, clock, Log::into(lines, {.level = LogLevel::Debug}));
        }
        return *synthesiser_;
    }

    void destroy_synthesiser() { synthesiser_.reset(); }

    void run_until(const std::function<bool()>& done) {
        auto limit = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < limit) {
            context.restart();
            context.run_one_until(limit);
        }
        ASSERT_TRUE(done()) << "what the test waits for did not happen";
    }

    SpokenReading say(const std::vector<std::string>& sentences, const Voice& voice = {}) {
        auto stream = synthesiser().start({.voice = voice});
        for (const auto& sentence : sentences) {
            stream->say(sentence);
        }
        stream->finish();
        SpokenReading reading;
        Task task(context.get_executor(), read_all(*stream, reading));
        run_until([&] { return !task.running(); });
        return reading;
    }

    Health health() {
        std::optional<Health> health;
        Task task(context.get_executor(), ask_health(synthesiser(), health));
        run_until([&] { return !task.running(); });
        return health.value_or(Health{});
    }

    asio::io_context context;
    SystemClock clock;
    TalkingPeer peer{context, clock};
    net::HttpClient http{clock, nullptr};
    CartesiaSettings settings{.api_key = Secret("sk-car-secret"), .spare_connections = 0};
    std::vector<std::string> lines;

private:
    std::unique_ptr<CartesiaSynthesiser> synthesiser_;
};

TEST_F(CartesiaSynthesiserTest, SpeaksAReply) {
    peer.stories = {sonic};
    auto reading = say({"Hello there.", " Goodbye."}, {.language = "hi", .speed = 1.2});
    EXPECT_TRUE(reading.over);
    EXPECT_EQ(reading.spoken, 21U);
    EXPECT_NEAR(static_cast<double>(reading.samples), 21 * 50 * 16, 2);
    ASSERT_EQ(peer.talks.size(), 1U);
    EXPECT_THAT(peer.talks[0]->head, HasSubstr("GET /tts/websocket HTTP/1.1"));
    EXPECT_THAT(peer.talks[0]->head, HasSubstr("X-API-Key: sk-car-secret"));
    EXPECT_THAT(asked_of(*peer.talks[0]), ElementsAre("Hello there.", " Goodbye.", "|"));
    auto request = request_in(peer.talks[0]->heard[0]);
    EXPECT_EQ(request.at("language"), "hi");
    EXPECT_EQ(request.at("context_id"), request_in(peer.talks[0]->heard[2]).at("context_id"));
}

TEST_F(CartesiaSynthesiserTest, AllRepliesShareOneConnection) {
    peer.stories = {sonic};
    std::vector<std::unique_ptr<SpeechStream>> streams;
    std::vector<SpokenReading> readings(4);
    std::vector<Task> tasks;
    for (auto& reading : readings) {
        auto& stream = streams.emplace_back(synthesiser().start({}));
        stream->say("Hello there.");
        stream->finish();
        tasks.emplace_back(context.get_executor(), read_all(*stream, reading));
    }
    run_until([&] { return std::ranges::none_of(tasks, &Task::running); });
    for (const auto& reading : readings) {
        EXPECT_EQ(reading.samples, 12U * 60 * 16);
    }
    EXPECT_EQ(say({"And again."}).spoken, 10U);
    EXPECT_EQ(peer.connections, 1);
}

TEST_F(CartesiaSynthesiserTest, NoConnectionCarriesMoreThanItMay) {
    settings.replies_per_connection = 2;
    peer.stories = {stalls_in_the_middle};
    std::vector<std::unique_ptr<SpeechStream>> streams;
    for (int i = 0; i < 5; ++i) {
        streams.push_back(synthesiser().start({}));
        streams.back()->say("Hello there.");
    }
    run_until([&] { return peer.talks.size() == 3; });
}

TEST_F(CartesiaSynthesiserTest, LateSoundOfACancelledReplyReachesNobody) {
    peer.stories = {does_not_stop_at_once};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    SpokenReading cut_off;
    Task task(context.get_executor(), read_all(*stream, cut_off));
    run_until([&] { return cut_off.chunks > 0; });
    task.cancel();
    run_until([&] { return !task.running(); });
    stream.reset();
    auto reading = say({"Goodbye."});
    EXPECT_EQ(reading.samples, 8U * 60 * 16);
    EXPECT_THAT(asked_of(*peer.talks[0]), ElementsAre("Hello there.", "x", "Goodbye.", "|"));
    EXPECT_EQ(peer.connections, 1);
}

TEST_F(CartesiaSynthesiserTest, DestroyingAStreamCancelsItsContext) {
    peer.stories = {stalls_in_the_middle};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    run_until([&] { return !peer.talks.empty() && !peer.talks[0]->heard.empty(); });
    stream.reset();
    run_until([&] { return peer.talks[0]->heard.size() == 2; });
    EXPECT_EQ(asked_of(*peer.talks[0]).back(), "x");
    EXPECT_EQ(request_in(peer.talks[0]->heard[0]).at("context_id"),
              request_in(peer.talks[0]->heard[1]).at("context_id"));
}

TEST_F(CartesiaSynthesiserTest, AsksAgainWhereNothingWasHeardYet) {
    peer.stories = {breaks_off_at_once, sonic};
    EXPECT_EQ(say({"Hello there."}).spoken, 12U);
    EXPECT_EQ(peer.connections, 2);
}

TEST_F(CartesiaSynthesiserTest, FailsWhereItBreaksOffInTheMiddle) {
    peer.stories = {breaks_off_in_the_middle, sonic};
    auto reading = say({"Hello there."});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(reading.spoken, 5U) << "what was heard is known to the word";
    EXPECT_EQ(say({"Hello there."}).spoken, 12U);
}

TEST_F(CartesiaSynthesiserTest, GivesUpOnAStall) {
    settings.patience = 100ms;
    peer.stories = {stalls_in_the_middle, sonic};
    auto reading = say({"Hello there."});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderLate);
    run_until([&] { return peer.talks[0]->gone; });
    EXPECT_EQ(say({"Hello there."}).spoken, 12U)
        << "the next does not wait on a connection that stands still";
}

TEST_F(CartesiaSynthesiserTest, AStallIsNoProofOfHealth) {
    settings.patience = 200ms;
    peer.stories = {stalls_in_the_middle};
    say({"Hello there."});
    auto connections = peer.connections;
    EXPECT_TRUE(health().usable);
    EXPECT_EQ(peer.connections, connections + 1) << "it is looked at again";
}

TEST_F(CartesiaSynthesiserTest, KeepsOnlySoMuchThatNobodyFetches) {
    peer.stories = {does_not_stop};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    run_until([&] { return !peer.talks.empty() && peer.talks[0]->heard.size() > 1; });
    EXPECT_EQ(asked_of(*peer.talks[0]).back(), "x");
    SpokenReading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    run_until([&] { return !task.running(); });
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
}

TEST_F(CartesiaSynthesiserTest, MayBeDestroyedWithWorkUnderWay) {
    settings.spare_connections = 1;
    peer.stories = {stalls_in_the_middle};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    run_until([&] {
        return peer.talks.size() == 2 &&
               std::ranges::any_of(peer.talks, [](const auto& talk) { return !talk->heard.empty(); });
    });
    stream.reset();
    destroy_synthesiser();
    run_until([&] { return peer.talks[0]->gone && peer.talks[1]->gone; });
}

TEST_F(CartesiaSynthesiserTest, AfterClosingNothingIsBegun) {
    peer.stories = {sonic};
    auto stream = synthesiser().start({});
    Task closing(context.get_executor(), synthesiser().close());
    run_until([&] { return !closing.running(); });
    stream->say("Hello there.");
    stream->finish();
    SpokenReading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    run_until([&] { return !task.running(); });
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(peer.connections, 0);
}

TEST_F(CartesiaSynthesiserTest, WaitsForWhoeverThinks) {
    settings.patience = 100ms;
    peer.stories = {sonic};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    SpokenReading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    auto until = std::chrono::steady_clock::now() + 700ms;
    run_until([&] { return std::chrono::steady_clock::now() >= until || !task.running(); });
    ASSERT_TRUE(task.running());
    stream->say(" Goodbye.");
    stream->finish();
    run_until([&] { return !task.running(); });
    EXPECT_EQ(reading.spoken, 21U);
    auto& heard = peer.talks[0]->heard;
    EXPECT_NE(request_in(heard[0]).at("context_id"), request_in(heard[1]).at("context_id"))
        << "the first context has died meanwhile";
}

TEST_F(CartesiaSynthesiserTest, WaitsAMomentForAPlace) {
    peer.stories = {sonic};
    peer.refusals = {refusal_with(429, "busy", "Retry-After: 0.1\r\n")};
    EXPECT_EQ(say({"Hello there."}).spoken, 12U);
}

TEST_F(CartesiaSynthesiserTest, AsksAgainWhenItWasTooMuchForAMoment) {
    peer.stories = {has_no_place_at_first};
    EXPECT_EQ(say({"Hello there."}).spoken, 12U);
    EXPECT_EQ(peer.connections, 1);
}

TEST_F(CartesiaSynthesiserTest, ARefusalIsTold) {
    peer.stories = {has_no_such_voice};
    auto reading = say({"Hello there."});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_THAT(reading.failure->message, HasSubstr("no such voice"));
    EXPECT_THAT(asked_of(*peer.talks[0]), ElementsAre("Hello there.", "|"));
}

TEST_F(CartesiaSynthesiserTest, GarbageIsAFailure) {
    peer.stories = {speaks_garbage};
    auto reading = say({"Hello there."});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
}

TEST_F(CartesiaSynthesiserTest, AWrongKeySaysWhichVariableToSet) {
    peer.refusals = {refusal_with(401, "bad key sk-car-secret"), refusal_with(401)};
    auto reading = say({"Hello there."});
    ASSERT_TRUE(reading.failure);
    EXPECT_THAT(reading.failure->message, HasSubstr("CARTESIA_API_KEY"));
    for (const auto& line : lines) {
        EXPECT_THAT(line, Not(HasSubstr("sk-car")));
    }
    EXPECT_FALSE(health().usable);
}

TEST_F(CartesiaSynthesiserTest, IsReadyBeforeTheFirstReply) {
    settings.spare_connections = 1;
    peer.stories = {sonic};
    auto good = health();
    EXPECT_TRUE(good.usable);
    EXPECT_THAT(good.reason, HasSubstr("sonic-3"));
    run_until([&] { return peer.talks.size() == 2; });
    for (int i = 0; i < 100; ++i) {
        context.restart();
        context.poll();
    }
    EXPECT_EQ(say({"Hello there."}).spoken, 12U);
    EXPECT_THAT(asked_of(*peer.talks[1]), ElementsAre("Hello there.", "|"));
}

TEST_F(CartesiaSynthesiserTest, NeedsAKeyForTheCloud) {
    settings = {};
    EXPECT_EQ(synthesiser().info().place, Place::Cloud);
    EXPECT_FALSE(health().usable);
    auto reading = say({"Hello."});
    ASSERT_TRUE(reading.failure);
    EXPECT_THAT(reading.failure->message, HasSubstr("CARTESIA_API_KEY"));
}

TEST_F(CartesiaSynthesiserTest, SaysWhichLanguageItDoesNotKnow) {
    auto reading = say({"Hello."}, {.language = "tlh"});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unsupported);
    EXPECT_EQ(peer.connections, 0);
}

}  // namespace

}  // namespace repartee::engines::cartesia
