// One job at work: from the recording to the response. The queue runs it and ends the job; what this has
// got to is in its record, whatever happens to it on the way.
#pragma once

#include "conversation/conversation.h"
#include "hearing/recording.h"
#include "jobs/customs.h"
#include "jobs/job.h"
#include "skills/toolbox.h"

#include <functional>
#include <string>
#include <vector>

namespace repartee::jobs {

// What jobs are done with. All of it outlives them.
struct Tools {
    const hearing::Ears& ears;
    conversation::Voicebox voicebox;
    const std::vector<skills::SkillOffer>& skills;
    const conversation::TurnMetrics& turn_metrics;
    net::HttpClient* http = nullptr;  // for skills
    devices::Robot* robot = nullptr;  // likewise
    const skills::Toolbox* toolbox = nullptr;
};

struct Job {
    std::string id;
    std::string recording;  // the bytes of the file
    TimePoint received_at{};
    std::string text = {};  // what somebody before has understood already; else empty
};

class JobWork {
public:
    // Told of each step of a job. Quick, and throws nothing.
    using Publish = std::function<void(const JobRecord& record)>;

    // On the job's strand, `executor`; everything referred to outlives the work.
    JobWork(const Executor& executor, const Tools& tools, const Customs& customs, Job job, Publish publish);

    // Publishes the states up to Thinking, and leaves the end to its owner. Throws Failure when the
    // recording cannot be opened or an engine gives up. May be cancelled at any time.
    awaitable<void> run();

    // The text and the response as far as they are known; the state is not its business.
    const JobRecord& record() const { return record_; }

private:
    awaitable<void> hear();
    awaitable<void> answer();

    Executor executor_;
    const Tools& tools_;
    const Customs& customs_;
    Log log_;
    Job job_;
    const Publish publish_;
    Timeline timeline_;
    JobRecord record_;
};

}  // namespace repartee::jobs
