#include "jobs/in_process_queue.h"

#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"
#include "engines/scripted/scripted_model.h"
#include "engines/scripted/scripted_recogniser.h"
#include "engines/scripted/scripted_synthesiser.h"
#include "engines/wav/decoders.h"
#include "jobs/test_uploads.h"

#include <gtest/gtest.h>

#include <thread>

namespace repartee::jobs {
namespace {

class Jobs : public testing::Test {
protected:
    Jobs() {
        script.heard = "what time is it";
        script.reply = "You said: {text}. And";
        script.final_delay = 100ms;
        script.first_token = 200ms;
    }

    ~Jobs() override {
        // What still runs refers to the queue.
        if (queue_) {
            drain(0s);
        }
    }

    Result<engines::Decoder*> decoder_for(std::span<const std::byte> head) {
        if (wav.recognises(head)) {
            return &wav;
        }
        return Error{ErrorKind::Unsupported, "no decoder for this", {}};
    }

    // The engines are built with the script as it is at the first call.
    InProcessQueue& queue() {
        if (!queue_) {
            recogniser_ = std::make_unique<engines::scripted::ScriptedRecogniser>(script, clock);
            scripted_model_ = std::make_unique<engines::scripted::ScriptedModel>(script, clock);
            synthesiser_ = std::make_unique<engines::scripted::ScriptedSynthesiser>(script, clock);
            ears_.emplace(hearing::Ears{*recogniser_, detector,
                                        [this](std::span<const std::byte> head) { return decoder_for(head); },
                                        clock});
            auto& model = broken ? static_cast<engines::Model&>(*broken) : *scripted_model_;
            Customs customs{.nothing_heard = "I heard nothing.",
                            .brief =
                                [](const std::string& transcript) {
                                    return Brief{.question = "Q: " + transcript,
                                                 .agent = {.id = "test"},
                                                 .finish = [](std::string reply) {
                                                     return reply.substr(0, reply.rfind('.') + 1);
                                                 }};
                                },
                            .done =
                                [this](const std::string& id, const JobRecord& record) {
                                    // Whoever asks can see it by now.
                                    spoken_aloud.push_back(std::string(name_of(queue_->look_up(id)->state)) +
                                                           ": " + record.response);
                                }};
            Tools tools{*ears_, {model, *synthesiser_, clock, log}, no_skills_, turn_metrics_};
            queue_.emplace(context.get_executor(), tools, std::move(customs), settings, metrics, "test");
        }
        return *queue_;
    }

    std::string submit(std::string recording = spoken()) {
        auto id = queue().take_in(std::move(recording));
        EXPECT_TRUE(id) << id.error().message;
        return id ? *id : "";
    }

    void wait(Duration time) { clock.run_until(context, clock.now() + time); }

    // "thinking", or "-" for an unknown id.
    std::string_view state(const std::string& id) {
        auto record = queue().look_up(id);
        return record ? name_of(record->state) : "-";
    }

    JobRecord record(const std::string& id) {
        auto found = queue().look_up(id);
        EXPECT_TRUE(found);
        return found ? *found : JobRecord{};
    }

    // Every state a poller sees who looks in all the time, until the job has ended.
    std::vector<std::string> states(const std::string& id) {
        std::vector<std::string> seen{std::string(state(id))};
        for (int i = 0; i < 1000 && seen.back() != "done" && seen.back() != "error"; ++i) {
            wait(10ms);
            if (auto now = state(id); seen.back() != now) {
                seen.emplace_back(now);
            }
        }
        return seen;
    }

    void drain(Duration grace) { run_to_end(context, clock, queue().drain(grace), 30s); }

    double counted(const char* outcome) {
        return metrics.counter("repartee_jobs_total", "", {{"surface", "test"}, {"outcome", outcome}})
            .value();
    }

    VirtualClock clock;
    asio::io_context context;
    engines::scripted::ScriptedSettings script;
    engines::energy::EnergyDetector detector{{}};
    engines::wav::WavDecoder wav{{}};
    std::optional<BrokenModel> broken;
    JobSettings settings;
    Metrics metrics;
    std::vector<std::string> lines;
    Log log = Log::into(lines, {});
    std::vector<std::string> spoken_aloud;

private:
    std::unique_ptr<engines::Recogniser> recogniser_;
    std::unique_ptr<engines::Model> scripted_model_;
    std::unique_ptr<engines::Synthesiser> synthesiser_;
    std::optional<hearing::Ears> ears_;
    const std::vector<skills::SkillOffer> no_skills_;
    conversation::TurnMetrics turn_metrics_{metrics};
    std::optional<InProcessQueue> queue_;
};

using States = std::vector<std::string>;

TEST_F(Jobs, GoThroughTheirStatesInOrder) {
    auto id = submit();
    EXPECT_EQ(states(id), (States{"received", "transcribing", "thinking", "done"}));
    EXPECT_EQ(record(id).text, "what time is it");
    EXPECT_EQ(record(id).response, "You said: Q: what time is it.");
    EXPECT_EQ(spoken_aloud, (States{"done: You said: Q: what time is it."}));
    EXPECT_EQ(counted("done"), 1);
    EXPECT_EQ(state("no such id"), "-");
}

TEST_F(Jobs, ShowTheTranscriptWhileTheyThink) {
    auto id = submit();
    wait(150ms);
    EXPECT_EQ(state(id), "thinking");
    EXPECT_EQ(record(id).text, "what time is it");
    EXPECT_EQ(record(id).response, "");
}

TEST_F(Jobs, WaitForTheirTurn) {
    settings.running = 2;
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) {
        ids.push_back(submit());
    }
    wait(50ms);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(state(ids[i]), i < 2 ? "transcribing" : "received") << i;
    }
    wait(300ms);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(state(ids[i]), i < 2 ? "done" : i < 4 ? "transcribing" : "received") << i;
    }
    for (const auto& id : ids) {
        EXPECT_EQ(states(id).back(), "done");
    }
    auto text = metrics.text();
    EXPECT_NE(text.find(R"(repartee_jobs_running{surface="test"} 0)"), std::string::npos) << text;
    EXPECT_NE(text.find(R"(repartee_jobs_waiting{surface="test"} 0)"), std::string::npos) << text;
    EXPECT_NE(text.find(R"(repartee_job_seconds_count{surface="test"} 5)"), std::string::npos) << text;
}

TEST_F(Jobs, AreRefusedWhenTooManyWait) {
    settings.running = 1;
    settings.waiting = 2;
    for (int i = 0; i < 3; ++i) {
        submit();
    }
    auto refused = queue().take_in(spoken());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Busy);
    EXPECT_EQ(counted("refused"), 1);
    wait(400ms);
    submit();
}

TEST_F(Jobs, AreRefusedWhenTheirRecordingsTakeTooMuchMemory) {
    settings.running = 1;
    auto recording = spoken();
    settings.waiting_bytes = static_cast<std::int64_t>(2 * recording.size());
    for (int i = 0; i < 3; ++i) {
        submit(recording);
    }
    EXPECT_FALSE(queue().take_in(recording));
    wait(400ms);
    submit(recording);
    EXPECT_FALSE(queue().take_in(recording));
}

TEST_F(Jobs, SilenceEndsWellAndAsksForAnother) {
    auto id = submit(silence());
    EXPECT_EQ(states(id), (States{"received", "transcribing", "done"}));
    EXPECT_EQ(record(id).text, "");
    EXPECT_EQ(record(id).response, "I heard nothing.");
}

TEST_F(Jobs, SayWhatIsWrongWithARecording) {
    auto no_rate = spoken();
    no_rate[24] = no_rate[25] = no_rate[26] = no_rate[27] = 0;
    for (const auto& [recording, kind] : std::vector<std::pair<std::string, ErrorKind>>{
             {no_rate, ErrorKind::Malformed},
             {spoken().substr(0, 20), ErrorKind::Malformed},
             {"\x1A\x45\xDF\xA3 and so on, longer than a signature", ErrorKind::Unsupported},
             {std::string(5000, 'x'), ErrorKind::Unsupported},
             {"", ErrorKind::Unsupported},
         }) {
        auto id = submit(recording);
        EXPECT_EQ(states(id).back(), "error");
        EXPECT_EQ(record(id).fault, kind) << record(id).response;
        EXPECT_TRUE(record(id).response.ends_with('.')) << record(id).response;
        EXPECT_FALSE(std::islower(static_cast<unsigned char>(record(id).response.front())));
    }
    EXPECT_EQ(counted("error"), 5);
    EXPECT_TRUE(spoken_aloud.empty());
}

TEST_F(Jobs, FailWithTheModel) {
    broken.emplace();
    auto id = submit();
    EXPECT_EQ(states(id), (States{"received", "transcribing", "error"}));
    EXPECT_EQ(record(id).text, "what time is it");
    EXPECT_EQ(record(id).response, "The model broke off.");
    EXPECT_EQ(record(id).fault, ErrorKind::ProviderBroke);
}

TEST_F(Jobs, EndWithinTheDeadlineThoughAnEngineHangs) {
    broken.emplace();
    broken->hangs = true;
    settings.running = 1;
    settings.deadline = 5s;
    auto first = submit();
    wait(1s);
    auto second = submit();
    wait(3900ms);
    EXPECT_EQ(state(first), "thinking");
    EXPECT_EQ(state(second), "received");
    wait(200ms);
    EXPECT_EQ(state(first), "error");
    EXPECT_EQ(record(first).fault, ErrorKind::ProviderLate);
    EXPECT_EQ(record(first).text, "what time is it");
    EXPECT_EQ(state(second), "thinking");
    wait(1s);
    EXPECT_EQ(state(second), "error");
    EXPECT_EQ(broken->started, 2);
    EXPECT_EQ(broken->stopped, 2);
}

TEST_F(Jobs, LogTheirEventsWithTheirId) {
    auto id = submit();
    states(id);
    for (std::string event : {"audio received", "transcript", "reply", "job ended"}) {
        EXPECT_TRUE(std::ranges::any_of(lines, [&](const auto& line) {
            return line.find(event) != line.npos && line.find("job=" + id) != line.npos;
        })) << event;
    }
    EXPECT_TRUE(
        std::ranges::none_of(lines, [](const auto& line) { return line.find("what time") != line.npos; }));
}

TEST_F(Jobs, EndWellWhileTheServerStops) {
    settings.running = 1;
    auto first = submit();
    auto second = submit();
    drain(10s);
    EXPECT_EQ(state(first), "done");
    EXPECT_EQ(state(second), "done");
    auto refused = queue().take_in(spoken());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
}

TEST_F(Jobs, EndAsErrorsWhenTheServerCannotWaitForThem) {
    broken.emplace();
    broken->hangs = true;
    settings.running = 1;
    auto first = submit();
    auto second = submit();
    wait(1s);
    drain(1s);
    EXPECT_EQ(state(first), "error");
    EXPECT_EQ(state(second), "error");
    EXPECT_EQ(record(second).response, "The server was stopped before this was answered.");
    EXPECT_EQ(broken->started, broken->stopped);
}

// The real clock and callers on threads of their own, for ThreadSanitizer.
TEST(JobsOfSeveralThreads, EndAllOfThem) {
    SystemClock clock;
    asio::io_context context;
    engines::scripted::ScriptedSettings script{.heard = "hello", .final_delay = 1ms};
    engines::scripted::ScriptedRecogniser recogniser(script, clock);
    engines::scripted::ScriptedModel model(script, clock);
    engines::scripted::ScriptedSynthesiser synthesiser(script, clock);
    engines::energy::EnergyDetector detector{{}};
    engines::wav::WavDecoder wav{{}};
    hearing::Ears ears{recogniser, detector,
                       [&](std::span<const std::byte>) -> Result<engines::Decoder*> { return &wav; }, clock};
    Metrics metrics;
    conversation::TurnMetrics turn_metrics(metrics);
    const std::vector<skills::SkillOffer> no_skills;
    Customs customs{.brief = [](const std::string& transcript) {
        return Brief{.question = transcript, .agent = {}, .finish = [](std::string reply) { return reply; }};
    }};
    Tools tools{ears, {model, synthesiser, clock, Log::silent()}, no_skills, turn_metrics};
    InProcessQueue queue(context.get_executor(), tools, std::move(customs), {.running = 4}, metrics, "test");
    auto recording = spoken(0.5);
    std::vector<std::string> ids(40);
    auto poll = [&](std::size_t from) {
        for (std::size_t i = from; i < ids.size(); i += 2) {
            ids[i] = queue.take_in(recording).value();
            while (!is_final(queue.look_up(ids[i])->state)) {
                std::this_thread::yield();
            }
        }
    };
    auto work = asio::make_work_guard(context);
    std::jthread loop([&] { context.run(); });
    {
        std::jthread even(poll, 0);
        std::jthread odd(poll, 1);
    }
    work.reset();
    loop.join();
    run_to_end(context, queue.drain(0s));
    for (const auto& id : ids) {
        EXPECT_EQ(queue.look_up(id)->state, JobState::Done);
    }
}

}  // namespace
}  // namespace repartee::jobs
