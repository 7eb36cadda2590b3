#include "workers/memory.h"

#include "base/error.h"

#include <cstdlib>
#include <fstream>
#include <new>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace repartee::workers {

namespace {

// What the kernel counts against the limit, in bytes; 0 when it does not say.
std::size_t filled() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmData:")) {
            return std::strtoull(line.c_str() + 7, nullptr, 10) << 10;
        }
    }
    return 0;
}

// With what is on the stack: there is nothing else left.
[[noreturn]] void end_for_want_of_memory() {
    constexpr std::string_view words = "it takes more memory than it may have\n";
    [[maybe_unused]] auto written = ::write(STDERR_FILENO, words.data(), words.size());
    ::_exit(1);
}

}  // namespace

void fill_no_more_than(std::size_t bytes) {
    auto now = filled();
    rlimit limit{now + bytes, now + bytes};
    // Not the address space: libraries reserve far more of that than they ever fill.
    if (now == 0 || ::setrlimit(RLIMIT_DATA, &limit) != 0) {
        throw Failure(ErrorKind::Unavailable, "The worker's memory cannot be limited.");
    }
    std::set_new_handler(end_for_want_of_memory);
}

}  // namespace repartee::workers
