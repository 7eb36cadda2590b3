// The benchmarks and what can be asked of them. Each starts its server, loads it by schedule, and gives
// a report; each throws Failure when there is nothing to measure.
#pragma once

#include "bench/measured_server.h"
#include "bench/report.h"

#include <string>
#include <vector>

namespace repartee::bench {

struct CommonOptions {
    std::string url;    // of a running server; empty: one of our own
    int pid = 0;        // of that server
    int core = 0;       // for our own server alone; below 0: it runs where it likes
    int runs = 3;       // each with a server of its own
    bool json = false;  // not a table
};

struct CallOptions {
    CommonOptions common;
    std::vector<int> calls{50, 100, 200};  // the ramp: so many at once, one after the other
    double seconds = 20;                   // measured at each step
    int windows = 1;                       // measured one after the other, to compare them
    int frame_bytes = 1024;
    double per_second = 100;  // calls that begin
    int reply_words = 8;
};
Report measure_calls(const CallOptions& options);

struct ShortCallOptions {
    CommonOptions common;
    int calls = 10'000;
    double per_second = 200;
    int frame_bytes = 1024;
    int frames = 12;  // of a call, then it hangs up
};
Report measure_short_calls(const ShortCallOptions& options);

struct TurnOptions {
    CommonOptions common;
    int calls = 300;
    double seconds = 20;
    int frame_bytes = 1024;
    ScriptedDelays delays{.final_text = 60, .first_token = 100, .first_audio = 50};
    bool embedded = false;  // real engines, which hear real speech, instead of scripted ones
    std::string question = "what time is it";  // for those
};
Report measure_turns(const TurnOptions& options);

struct OverloadOptions {
    CommonOptions common;
    int from = 0;          // calls at once that the ramp begins with; 0: a few
    double growth = 1.35;  // from one step of the ramp to the next
    int steps = 12;        // at most
    double ramp_seconds = 20;
    std::vector<double> times{1, 2, 3};  // what is offered then, in capacities
    double seconds = 60;
    int turns = 3;        // of a call
    int bound_ms = 1000;  // an answer that begins later has not helped
    int frame_bytes = 1024;
    bool embedded = false;
    std::string question = "what time is it";
    bool let_everybody_in = false;  // without admission control, to compare
};
Report measure_overload(const OverloadOptions& options);

struct BargeInOptions {
    CommonOptions common;
    int calls = 100;
    double seconds = 20;
    int frame_bytes = 1024;
    bool partials = true;  // false: the voice alone interrupts, without a word understood
};
Report measure_barge_in(const BargeInOptions& options);

struct IdleOptions {
    CommonOptions common;
    int sockets = 1000;
    double seconds = 10;
    std::string path = "/ws";
};
Report measure_idle(const IdleOptions& options);

struct HttpOptions {
    CommonOptions common;
    double per_second = 3000;
    double seconds = 10;
    int connections = 64;
    std::string path = "/health";
};
Report measure_http(const HttpOptions& options);

struct JobOptions {
    CommonOptions common;
    double per_second = 20;
    double seconds = 10;
    double sound_seconds = 2;  // of each recording
    int poll_ms = 5;
};
Report measure_jobs(const JobOptions& options);

}  // namespace repartee::bench
