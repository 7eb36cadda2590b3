// Processor time of this process and of those that it has started: its workers, and what they have started.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace repartee::capacity {

// What /proc/<pid>/stat says of a process.
struct ProcessStat {
    pid_t parent = 0;
    double seconds = 0;  // of processor, user and system
};
// Nothing for a text that is none. `ticks_per_second`: of the system.
std::optional<ProcessStat> parse_process_stat(std::string_view text, long ticks_per_second);

// Those below `root` in a tree of processes, whatever their order; without itself.
std::vector<pid_t> descendants_of(pid_t root, const std::map<pid_t, pid_t>& parents);

// One thread.
class ProcessesInUse {
public:
    // Looks which there are. Reads a line for each process of the machine: not often.
    void find();

    // Seconds of processor that all of them have taken since the first time, those that have ended meanwhile
    // included as far as was seen.
    double seconds();

private:
    std::map<pid_t, double> others_;  // and what each had taken when it was looked at last
    double others_sum_ = 0;
};

}  // namespace repartee::capacity
