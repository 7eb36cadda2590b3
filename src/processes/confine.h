// What a worker gives up before it touches bytes from outside. For the worker's own process: nothing of
// it can be undone.
#pragma once

#include <chrono>
#include <cstddef>

namespace repartee::processes {

enum class Files {
    None,  // what is open already
    Read,  // and reading more, for engines that fetch voices and dictionaries as they go
};

struct Confinement {
    std::size_t memory = 0;                   // bytes of address space
    std::chrono::seconds computing_time{60};  // of the processor, in all
    Files files = Files::None;
};

// From here on this process can compute, talk over what it has open, and end; the kernel refuses the
// rest: no new processes, no sockets, no writing of files, no core dump. Throws Failure{Unavailable}
// when the kernel will not do it, because then nothing must be decoded here.
void confine(const Confinement& confinement);

}  // namespace repartee::processes
