// What all benchmarks do alike: their server, their runs, and the figures about processor and memory.
#pragma once

#include "bench/benchmarks.h"
#include "bench/load.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace repartee::bench {

// One of our own, or the one that is named.
ServerWishes wishes_of(const CommonOptions& options, std::map<std::string, std::string> environment,
                       std::string settings = {});

// Between two moments: what the server used, and who else was there.
class Interval {
public:
    // Begins now.
    explicit Interval(const MeasuredServer& server);

    // Processor time of the server until now.
    Duration processor() const { return server_.meter().read_times().processor() - at_first_.processor(); }
    Duration length() const { return std::chrono::steady_clock::now() - began_; }

    // "server on how many cores", "load ...", "others ...", and the machine's load average.
    void report_company(Report& report) const;

private:
    const MeasuredServer& server_;
    TimePoint began_;
    Usage at_first_;
    Company company_;
};

// How well the load itself kept its schedule, and what the server did not take.
void report_load(Report& report, Load& load);

double seconds_of(Duration duration);
double kibibytes(std::uint64_t bytes);

// Runs the loop until `done`, for ten seconds at most: then it throws, saying `what` was waited for.
void run_until(asio::io_context& context, const std::function<bool()>& done, std::string_view what);

// Where calls are taken.
inline constexpr const char* call_path = "/api/media-stream?timeline=1";
// How long a caller may pause within an utterance; our own servers are told so.
inline constexpr Duration silence_wait = 700ms;
// For our own servers under calls: a call may last as long as it likes.
std::string settings_of_calls();

}  // namespace repartee::bench
