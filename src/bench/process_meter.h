// Reads what a process uses, and what the machine does beside it.
#pragma once

#include "base/clock.h"
#include "bench/proc_text.h"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace repartee::bench {

// What a process had used up to a moment.
struct Usage {
    Duration user{0};
    Duration system{0};
    std::uint64_t resident = 0;  // bytes of it in memory that nobody shares
    std::int64_t threads = 0;

    Duration processor() const { return user + system; }
};

class ProcessMeter {
public:
    // Any process of this machine. 0: nobody, and everything reads 0.
    explicit ProcessMeter(pid_t pid) : pid_(pid) {}

    // Throws Failure{NotFound} when it has gone.
    Usage read() const;
    // The same without memory, which costs the kernel a walk through all of it.
    Usage read_times() const;

    bool known() const { return pid_ > 0; }

private:
    std::string file(const char* name) const;

    pid_t pid_;
};

// How many cores of the machine others had between two moments: neither the server nor we ourselves.
class Company {
public:
    // Begins now. `server` may be nobody.
    explicit Company(const ProcessMeter& server);

    // Cores in use by others, on average since the beginning; 0 when it cannot be told apart.
    double cores() const;
    // Cores that we ourselves had.
    double own_cores() const;

private:
    const ProcessMeter& server_;
    ProcessMeter us_;
    TimePoint began_;
    MachineTimes machine_;
    Duration server_used_;
    Duration we_used_;
};

// The first number of /proc/loadavg.
double load_average();
// "AMD EPYC, 2 cores", as far as it is known.
std::string machine_name();

}  // namespace repartee::bench
