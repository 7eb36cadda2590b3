// What a surface decides about its jobs; everything else is the same for all of them.
#pragma once

#include "conversation/agent.h"
#include "jobs/job.h"
#include "vocabulary/language.h"

#include <functional>
#include <string>

namespace repartee::jobs {

// How one transcript is to be answered.
struct Brief {
    std::string question;                                  // what the model is asked
    conversation::Agent agent;                             // who answers, and how
    std::function<std::string(std::string reply)> finish;  // from what the model wrote to the response
};

// The functions are called on the jobs' loop; they are quick and never throw.
struct Customs {
    Language language = {};     // that is spoken; empty: the recogniser decides
    std::string nothing_heard;  // the response when nobody spoke
    std::function<Brief(const std::string& transcript)> brief;
    // After a job has ended well, and whoever asks can see it.
    std::function<void(const std::string& id, const JobRecord& record)> done;
};

}  // namespace repartee::jobs
