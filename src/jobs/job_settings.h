// What can be set about a queue of jobs: a table below its surface's.
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>

namespace repartee::jobs {

struct JobSettings {
    // Few: live turns share the engines, and whoever waits here only looks in from time to time.
    std::int64_t running = 2;
    // Recordings that wait for their turn, and the memory they may take meanwhile.
    std::int64_t waiting = 64;
    std::int64_t waiting_bytes = 256'000'000;
    // From the upload to the end, whatever happens. The most patient page gives up after a minute.
    std::chrono::milliseconds deadline{60'000};
    // Clients look in every two seconds at most, but people leave a page and come back.
    std::chrono::milliseconds keep{600'000};
    std::int64_t kept = 1000;
    // Where the database is one that servers share.
    bool shared = true;
    // How long nobody else takes a job whose server says nothing. A dead one's jobs wait so long, and a
    // second; more than a database takes to be restarted.
    std::chrono::milliseconds lease{10'000};
};

void describe(Fields& fields, JobSettings& settings);

}  // namespace repartee::jobs
