// How much memory a worker may fill while it works. For one whose connections share a process: those that
// have processes of their own are confined one by one (processes/confine.h).
#pragma once

#include <cstddef>

namespace repartee::workers {

// From here on this process may fill so many bytes more than it has filled already; files that are only read
// do not count. Whoever asks for more ends the process, with a word about it, and the server starts it again:
// what wants ever more does not find the machine's end. Once, when everything is loaded. Throws
// Failure{Unavailable} when the kernel does not say how much that is.
void fill_no_more_than(std::size_t bytes);

}  // namespace repartee::workers
