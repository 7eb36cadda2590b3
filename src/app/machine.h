// What this machine has to offer: for the choice of models, and for `doctor`.
#pragma once

#include "models/suitable.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::app {

struct Machine {
    std::string processor;                      // "AMD Ryzen 7 5700U"; empty where the system does not say
    unsigned cores = 1;                         // that this program may use
    std::vector<std::string> instruction_sets;  // of those that matter to the engines
    int memory = 0;                             // mebibytes in all
    int memory_free = 0;                        // ... that could be had without taking them from others
    std::vector<std::string> back_ends;         // for graphics cards, of the engine kit: "cuda", "vulkan"
    bool graphics_card = false;                 // one that a back end would use
};

// Reads what the kernel tells. Blocks for a moment.
Machine look_at_machine();

// Of the user of this program, by the variables that say so.
bool speaks_english();

models::MachineFacts facts_of(const Machine& machine, bool english);

// --- from the kernel's texts; pure ---

// /proc/cpuinfo
std::string processor_in(std::string_view cpuinfo);
std::vector<std::string> instruction_sets_in(std::string_view cpuinfo);
// /proc/meminfo: mebibytes of a line, "MemTotal"; 0 where there is none.
int memory_in(std::string_view meminfo, std::string_view line);
// cpu.max of a control group: cores that it leaves us, at least 1; 0: all of them.
unsigned cores_in(std::string_view cpu_max);

// "en_GB.UTF-8", "C" and "" are English enough.
bool is_english(std::string_view locale);

}  // namespace repartee::app
