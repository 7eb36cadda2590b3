#include "jobs/shared_queue.h"

#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"
#include "engines/scripted/scripted_model.h"
#include "engines/scripted/scripted_recogniser.h"
#include "engines/scripted/scripted_synthesiser.h"
#include "engines/wav/decoders.h"
#include "jobs/test_ledger.h"
#include "jobs/test_uploads.h"

#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <list>

namespace repartee::jobs {
namespace {

// Servers of one building: whoever rings wakes all that listen.
class TestDoorbell final : public stores::Doorbell {
public:
    int rung = 0;
    bool is_broken = false;

    awaitable<void> ring(std::string) override {
        ++rung;
        if (!is_broken) {
            for (const auto& heard : listeners_) {
                heard();
            }
        }
        co_return;
    }
    std::unique_ptr<Listening> listen(std::string, std::function<void()> heard) override {
        return std::make_unique<Ear>(listeners_, listeners_.insert(listeners_.end(), std::move(heard)));
    }

private:
    using Listeners = std::list<std::function<void()>>;
    class Ear final : public Listening {
    public:
        Ear(Listeners& listeners, Listeners::iterator place) : listeners_(listeners), place_(place) {}
        ~Ear() override { listeners_.erase(place_); }

    private:
        Listeners& listeners_;
        Listeners::iterator place_;
    };
    Listeners listeners_;
};

class SharedJobs : public testing::Test {
protected:
    // One of the servers.
    struct Server {
        Server(SharedJobs& house, const std::string& name)
            : way(house.ledger), model(house.script, house.clock) {
            if (house.hanging) {
                stuck.emplace().hangs = true;
            }
            auto& used = stuck ? static_cast<engines::Model&>(*stuck) : model;
            Tools tools{house.ears,
                        {used, house.synthesiser, house.clock, house.log.with({{"server", name}})},
                        house.no_skills,
                        house.turn_metrics};
            Customs customs{
                .nothing_heard = "I heard nothing.",
                .brief =
                    [this](const std::string& transcript) {
                        ++asked;
                        return Brief{.question = transcript,
                                     .agent = {.id = "test"},
                                     .finish = [](std::string reply) { return reply; }};
                    },
                .done = [this](const std::string& id, const JobRecord&) { spoken_aloud.push_back(id); }};
            Shared shared{.ledger = way,
                          .opened = [&house] { return house.opened(); },
                          .doorbell = house.has_doorbell ? &house.doorbell : nullptr,
                          .is_ready = [&house] { return house.are_ready; }};
            queue.emplace(house.context.get_executor(), tools, std::move(customs), house.settings, metrics,
                          "test", std::move(shared));
        }

        double counted(const std::string& name) {
            return metrics.counter("repartee_jobs_" + name + "_total", "", {{"surface", "test"}}).value();
        }

        TestWay way;
        engines::scripted::ScriptedModel model;
        std::optional<BrokenModel> stuck;
        Metrics metrics;
        std::vector<std::string> spoken_aloud;
        int asked = 0;  // of the model
        std::optional<SharedQueue> queue;
    };

    SharedJobs() { settings.running = 1; }

    ~SharedJobs() override {
        for (auto& server : servers) {
            server.way.is_cut = false;
            server.way.loses_answers = false;
            drain(server, 0s);
        }
    }

    Server& add_server() { return servers.emplace_back(*this, std::to_string(servers.size() + 1)); }

    awaitable<void> opened() {
        if (!is_open) {
            throw Failure(ErrorKind::Unavailable, "The database cannot be reached.");
        }
        co_return;
    }

    void wait(Duration time) { clock.run_until(context, clock.now() + time); }
    void drain(Server& server, Duration grace) {
        if (server.queue) {
            run_to_end(context, clock, server.queue->drain(grace), grace + 5s);
            server.queue.reset();
        }
    }

    // Runs no further than it takes: time stands still behind it.
    template <class T>
    T now(awaitable<T> asked) {
        std::optional<T> answer;
        std::exception_ptr failure;
        asio::co_spawn(context, std::move(asked), [&](std::exception_ptr thrown, T value) {
            failure = std::move(thrown);
            answer = std::move(value);
        });
        for (int step = 0; step < 10'000 && !answer; ++step) {
            wait(1ms);
        }
        if (failure) {
            std::rethrow_exception(failure);
        }
        return std::move(answer).value();
    }

    Result<std::string> try_to_submit(Server& server) { return now(server.queue->submit(spoken())); }
    std::string submit(Server& server) {
        auto id = try_to_submit(server);
        EXPECT_TRUE(id) << id.error().message;
        return id ? *id : "";
    }

    // "thinking", "-" for an unknown id, "?" where nobody can say.
    std::string state(Server& server, const std::string& id) {
        try {
            auto record = now(server.queue->status(id));
            return record ? std::string(name_of(record->state)) : "-";
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.error().kind, ErrorKind::Unavailable);
            return "?";
        }
    }
    JobRecord record(Server& server, const std::string& id) {
        auto found = now(server.queue->status(id));
        EXPECT_TRUE(found);
        return found ? *found : JobRecord{};
    }

    // Every state that is seen by whoever asks all servers in turn, until the end.
    std::vector<std::string> states(const std::string& id, Duration limit = 60s) {
        std::vector<std::string> seen;
        const auto until = clock.now() + limit;
        while (clock.now() < until && (seen.empty() || (seen.back() != "done" && seen.back() != "error"))) {
            for (auto& server : servers) {
                if (auto now = server.queue ? state(server, id) : "?";
                    now != "?" && (seen.empty() || seen.back() != now)) {
                    seen.push_back(now);
                }
            }
            wait(10ms);
        }
        return seen;
    }

    VirtualClock clock;
    asio::io_context context;
    engines::scripted::ScriptedSettings script{
        .heard = "what time is it", .final_delay = 100ms, .reply = "You said: {text}.", .first_token = 200ms};
    engines::scripted::ScriptedRecogniser recogniser{script, clock};
    engines::scripted::ScriptedSynthesiser synthesiser{script, clock};
    engines::energy::EnergyDetector detector{{}};
    engines::wav::WavDecoder wav{{}};
    hearing::Ears ears{recogniser, detector,
                       [this](std::span<const std::byte>) -> Result<engines::Decoder*> { return &wav; },
                       clock};
    Metrics all_metrics;
    conversation::TurnMetrics turn_metrics{all_metrics};
    const std::vector<skills::SkillOffer> no_skills;
    std::vector<std::string> lines;
    Log log = Log::into(lines, {});

    JobSettings settings;
    bool is_open = true;
    bool are_ready = true;  // servers that have just started
    bool hanging = false;   // the models of servers that are added now
    bool has_doorbell = true;
    TestDoorbell doorbell;
    TestLedger ledger{clock};
    std::list<Server> servers;
};

using States = std::vector<std::string>;

TEST_F(SharedJobs, AreAnsweredByEveryServerAndEndOnce) {
    auto& first = add_server();
    auto& second = add_server();
    auto id = submit(first);
    auto seen = states(id);
    std::erase(seen, "received");  // gone in a moment
    EXPECT_EQ(seen, (States{"transcribing", "thinking", "done"}));
    EXPECT_EQ(record(second, id).text, "what time is it");
    EXPECT_EQ(record(second, id).response, "You said: what time is it.");
    EXPECT_EQ(state(second, new_job_id()), "-");
    EXPECT_EQ(state(second, "'; DROP TABLE jobs"), "-");
    EXPECT_EQ(first.asked + second.asked, 1);
    EXPECT_EQ(first.spoken_aloud.size() + second.spoken_aloud.size(), 1U);
    EXPECT_EQ(ledger.rows.at(id).recording, "");
}

TEST_F(SharedJobs, AreSharedAmongThoseWhoHaveAHandFree) {
    auto& first = add_server();
    auto& second = add_server();
    std::vector<std::string> ids;
    for (int count = 0; count < 6; ++count) {
        ids.push_back(submit(first));
    }
    EXPECT_GT(doorbell.rung, 0);
    for (const auto& id : ids) {
        EXPECT_EQ(states(id).back(), "done");
    }
    wait(50ms);
    EXPECT_EQ(first.spoken_aloud.size() + second.spoken_aloud.size(), 6U);
    EXPECT_GE(second.spoken_aloud.size(), 2U);
}

TEST_F(SharedJobs, AreFoundWithoutADoorbellToo) {
    has_doorbell = false;
    auto& first = add_server();
    auto& second = add_server();
    auto one = submit(first);
    auto other = submit(first);
    wait(SharedQueue::look_interval + 600ms);
    EXPECT_EQ(state(first, one), "done");
    EXPECT_EQ(state(first, other), "done");
    EXPECT_EQ(first.asked + second.asked, 2);
}

TEST_F(SharedJobs, AreNotTakenByAServerThatCannotWorkYetAndThatNobodyKnows) {
    hanging = true;
    auto& busy = add_server();
    auto one = submit(busy);
    auto other = submit(busy);
    are_ready = false;
    hanging = false;
    auto& starting = add_server();
    wait(5s);
    EXPECT_EQ(starting.asked, 0);
    EXPECT_EQ(ledger.rows.at(other).attempt, 0);
    are_ready = true;
    wait(SharedQueue::look_interval + 600ms);
    EXPECT_EQ(starting.spoken_aloud, (States{other}));
    EXPECT_EQ(starting.asked, 1);
    EXPECT_EQ(ledger.rows.at(one).attempt, 1);
}

TEST_F(SharedJobs, AreTakenWhereAClientComesThoughTheServerCannotWork) {
    are_ready = false;
    auto& server = add_server();
    auto id = submit(server);
    EXPECT_EQ(states(id).back(), "done");
}

TEST_F(SharedJobs, AreLeftToASuccessor) {
    auto& old = add_server();
    auto first = submit(old);
    wait(50ms);
    old.queue->leave_to_successor();
    auto second = submit(old);                // by a connection that it still has
    EXPECT_EQ(states(first).back(), "done");  // what it had begun
    wait(SharedQueue::look_interval + 600ms);
    EXPECT_EQ(ledger.rows.at(second).attempt, 0);
    auto& successor = add_server();
    EXPECT_EQ(states(second).back(), "done");
    EXPECT_EQ(old.asked, 1);
    EXPECT_EQ(successor.spoken_aloud, (States{second}));
}

TEST_F(SharedJobs, AreTakenOverFromAServerThatDies) {
    hanging = true;
    auto& dead = add_server();
    auto id = submit(dead);
    wait(1s);
    EXPECT_EQ(state(dead, id), "thinking");
    dead.way.is_cut = true;  // as far as anybody can see
    hanging = false;
    auto& other = add_server();
    wait(settings.lease - 2s);
    EXPECT_EQ(state(other, id), "thinking");
    wait(3s + SharedQueue::look_interval);
    EXPECT_EQ(state(other, id), "done");
    EXPECT_EQ(other.counted("taken_over"), 1);
    EXPECT_EQ(other.spoken_aloud, (States{id}));
    EXPECT_EQ(ledger.rows.at(id).attempt, 2);
    // It had understood already: nobody has to hear it again.
    EXPECT_EQ(record(other, id).text, "what time is it");
}

TEST_F(SharedJobs, CountOnlyWhereTheirServerStillHasThem) {
    script.first_token = 30s;
    auto& slow = add_server();
    auto id = submit(slow);
    wait(1s);
    slow.way.is_cut = true;
    script.first_token = 200ms;
    auto& other = add_server();
    wait(settings.lease + 3s);
    EXPECT_EQ(state(other, id), "done");
    slow.way.is_cut = false;
    wait(40s);
    EXPECT_TRUE(slow.spoken_aloud.empty());
    EXPECT_EQ(slow.counted("lost"), 1);
    EXPECT_EQ(other.spoken_aloud, (States{id}));
    EXPECT_EQ(ledger.rows.at(id).attempt, 2);
    EXPECT_EQ(state(slow, id), "done");
    auto next = submit(slow);
    EXPECT_EQ(states(next).back(), "done");
}

TEST_F(SharedJobs, EndOnceThoughTheEndWasNotHeard) {
    auto& server = add_server();
    auto id = submit(server);
    wait(250ms);
    server.way.loses_answers = true;
    wait(2s);
    EXPECT_TRUE(server.spoken_aloud.empty());
    EXPECT_TRUE(ledger.rows.at(id).has_ended);
    server.way.loses_answers = false;
    wait(2s);
    EXPECT_EQ(server.spoken_aloud, (States{id}));
    EXPECT_EQ(ledger.rows.at(id).attempt, 1);
}

TEST_F(SharedJobs, AreBegunThoughTheTakingWasNotHeard) {
    auto& server = add_server();
    server.way.loses_answers = true;
    auto refused = try_to_submit(server);  // it is there all the same
    EXPECT_FALSE(refused);
    ASSERT_EQ(ledger.rows.size(), 1U);
    wait(3s);
    server.way.loses_answers = false;
    wait(3s);
    const auto& row = ledger.rows.begin()->second;
    EXPECT_TRUE(row.has_ended);
    EXPECT_EQ(row.attempt, 1);
    EXPECT_EQ(row.lost, 0);
}

TEST_F(SharedJobs, GoOnWhileTheDatabaseIsAwayForAMoment) {
    script.first_token = 2s;
    auto& server = add_server();
    auto& other = add_server();
    auto id = submit(server);
    wait(500ms);
    for (auto& each : servers) {
        each.way.is_cut = true;
    }
    auto refused = try_to_submit(server);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(state(other, id), "?");
    wait(4s);
    for (auto& each : servers) {
        each.way.is_cut = false;
    }
    wait(2s);
    EXPECT_EQ(state(other, id), "done");
    EXPECT_EQ(ledger.rows.at(id).attempt, 1);
    EXPECT_EQ(server.asked + other.asked, 1);
    EXPECT_EQ(server.spoken_aloud.size() + other.spoken_aloud.size(), 1U);
}

TEST_F(SharedJobs, AreLeftAloneWhereTheDatabaseIsAwayForLongerThanTheLease) {
    hanging = true;
    settings.deadline = 10min;
    auto& server = add_server();
    auto id = submit(server);
    wait(1s);
    server.way.is_cut = true;
    wait(settings.lease - 2s);
    EXPECT_EQ(server.stuck->stopped, 0);
    wait(3s);
    EXPECT_EQ(server.stuck->stopped, 1);
    EXPECT_EQ(server.counted("lost"), 1);
    EXPECT_FALSE(ledger.rows.at(id).has_ended);
}

TEST_F(SharedJobs, ThatTakeTheirServersWithThemEndAsErrors) {
    hanging = true;
    settings.deadline = 10min;
    std::string id;
    for (int death = 0; death < SharedQueue::most_lost; ++death) {
        auto& server = add_server();
        if (death == 0) {
            id = submit(server);
        }
        wait(settings.lease + 3s);
        EXPECT_EQ(ledger.rows.at(id).attempt, death + 1);
        server.way.is_cut = true;
        wait(1s);
    }
    wait(settings.lease);
    auto& last = add_server();
    wait(settings.lease + 3s);
    EXPECT_EQ(state(last, id), "error");
    EXPECT_FALSE(record(last, id).response.empty());
    EXPECT_EQ(last.counted("given_up"), 1);
    EXPECT_EQ(last.asked, 0);
}

TEST_F(SharedJobs, EndWithinTheDeadlineThoughAnEngineHangs) {
    hanging = true;
    settings.deadline = 5s;
    auto& server = add_server();
    auto id = submit(server);
    wait(4s);
    EXPECT_EQ(state(server, id), "thinking");
    wait(2s);
    EXPECT_EQ(state(server, id), "error");
    EXPECT_EQ(record(server, id).fault, ErrorKind::ProviderLate);
    EXPECT_TRUE(server.spoken_aloud.empty());
}

TEST_F(SharedJobs, ArePassedOnByAServerThatStops) {
    hanging = true;
    auto& stopping = add_server();
    auto at_work = submit(stopping);
    auto waiting = submit(stopping);
    wait(1s);
    hanging = false;
    auto& other = add_server();
    wait(1500ms);
    EXPECT_EQ(state(other, waiting), "done");
    drain(stopping, 2s);
    EXPECT_EQ(state(other, at_work), "done");
    EXPECT_EQ(stopping.counted("given_back"), 1);
    EXPECT_EQ(other.counted("taken_over"), 0);
    EXPECT_EQ(ledger.rows.at(at_work).lost, 0);
    EXPECT_EQ(other.spoken_aloud, (States{waiting, at_work}));
}

TEST_F(SharedJobs, InHandEndWellWhileTheServerStops) {
    auto& server = add_server();
    auto at_work = submit(server);
    wait(50ms);
    auto waiting = submit(server);
    drain(server, 10s);
    EXPECT_TRUE(ledger.rows.at(at_work).has_ended);
    EXPECT_EQ(server.spoken_aloud, (States{at_work}));
    EXPECT_FALSE(ledger.rows.at(waiting).has_ended);
    EXPECT_EQ(ledger.rows.at(waiting).holder, "");
    auto& other = add_server();
    EXPECT_EQ(states(waiting).back(), "done");
    EXPECT_EQ(other.spoken_aloud, (States{waiting}));
}

TEST_F(SharedJobs, AreRefusedWhenTooManyWaitAnywhere) {
    hanging = true;
    settings.waiting = 2;
    auto& first = add_server();
    auto& second = add_server();
    for (int count = 0; count < 4; ++count) {
        submit(first);
        wait(50ms);
    }
    EXPECT_EQ(ledger.waiting(), 2);
    for (auto* server : {&first, &second}) {
        auto refused = try_to_submit(*server);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::Busy);
    }
}

TEST_F(SharedJobs, WaitUntilTheDatabaseIsOpen) {
    is_open = false;
    auto& server = add_server();
    EXPECT_EQ(try_to_submit(server).error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(state(server, new_job_id()), "?");
    is_open = true;
    wait(2s);
    EXPECT_EQ(states(submit(server)).back(), "done");
}

TEST_F(SharedJobs, AreErasedSomeTimeAfterTheirEnd) {
    settings.keep = 60s;
    auto& server = add_server();
    auto id = submit(server);
    EXPECT_EQ(states(id).back(), "done");
    wait(50s);
    EXPECT_EQ(state(server, id), "done");
    wait(45s);
    EXPECT_TRUE(ledger.rows.empty());
}

}  // namespace
}  // namespace repartee::jobs
