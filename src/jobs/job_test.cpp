#include "jobs/job.h"

#include "base/clock.h"
#include "jobs/job_records.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace repartee::jobs {
namespace {

TEST(NewJobId, IsARandomUuid) {
    const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) {
        ids.insert(new_job_id());
    }
    EXPECT_EQ(ids.size(), 1000u);
    for (const auto& id : ids) {
        EXPECT_TRUE(std::regex_match(id, form)) << id;
    }
}

struct Shelf {
    VirtualClock clock;
    asio::io_context context;
    JobRecords records{clock, 10min, 3};

    bool publish(const std::string& id, JobState state) { return records.publish(id, {.state = state}); }

    // "done", or "-" when nobody knows the id.
    std::string_view state(std::string_view id) {
        auto record = records.find(id);
        return record ? name_of(record->state) : "-";
    }

    void end(const std::string& id) {
        records.add(id);
        publish(id, JobState::Done);
    }

    void wait(Duration time) { clock.run_until(context, clock.now() + time); }
};

TEST(JobRecords, GoForwardOnly) {
    Shelf shelf;
    EXPECT_EQ(shelf.state("a"), "-");
    EXPECT_FALSE(shelf.publish("a", JobState::Thinking));
    shelf.records.add("a");
    EXPECT_EQ(shelf.state("a"), "received");
    EXPECT_TRUE(shelf.publish("a", JobState::Thinking));
    EXPECT_FALSE(shelf.publish("a", JobState::Thinking));
    EXPECT_FALSE(shelf.publish("a", JobState::Transcribing));
    EXPECT_EQ(shelf.state("a"), "thinking");
    EXPECT_TRUE(shelf.publish("a", JobState::Done));
    EXPECT_FALSE(shelf.publish("a", JobState::Error));
    EXPECT_EQ(shelf.state("a"), "done");
}

TEST(JobRecords, AreReplacedAsAWhole) {
    Shelf shelf;
    shelf.records.add("a");
    auto before = shelf.records.find("a");
    shelf.records.publish("a", {.state = JobState::Done, .text = "question", .response = "reply"});
    EXPECT_EQ(before->state, JobState::Received);
    EXPECT_EQ(before->text, "");
    auto after = shelf.records.find("a");
    EXPECT_EQ(after->text + " " + after->response, "question reply");
}

TEST(JobRecords, AreForgottenTenMinutesAfterTheirEnd) {
    Shelf shelf;
    shelf.records.add("in hand");
    shelf.end("a");
    shelf.wait(9min + 59s);
    EXPECT_EQ(shelf.state("a"), "done");
    shelf.wait(2s);
    EXPECT_EQ(shelf.state("a"), "-");
    shelf.wait(24h);
    EXPECT_EQ(shelf.state("in hand"), "received");
}

TEST(JobRecords, MakeRoomForNewerOnes) {
    Shelf shelf;
    for (auto id : {"a", "b", "c", "d"}) {
        shelf.end(id);
    }
    EXPECT_EQ(shelf.state("a"), "-");
    EXPECT_EQ(shelf.state("b"), "done");
    EXPECT_EQ(shelf.state("d"), "done");
}

}  // namespace
}  // namespace repartee::jobs
