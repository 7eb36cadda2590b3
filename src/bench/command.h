// `repartee bench ...` on the command line.
#pragma once

#include "bench/benchmarks.h"

namespace CLI {
class App;
}

namespace repartee::bench {

class Command {
public:
    // Adds `bench` and what belongs to it. `program` outlives the command.
    explicit Command(CLI::App& program);

    bool parsed() const;
    // Measures and prints; the exit code. Throws Failure.
    int run();

private:
    CLI::App* bench_;
    CLI::App* calls_;
    CLI::App* turns_;
    CLI::App* overload_;
    CLI::App* barge_in_;
    CLI::App* idle_;
    CLI::App* http_;
    CLI::App* jobs_;

    CommonOptions common_;
    int short_calls_ = 0;
    bool voice_alone_ = false;
    CallOptions call_options_;
    TurnOptions turn_options_;
    OverloadOptions overload_options_;
    BargeInOptions barge_in_options_;
    IdleOptions idle_options_;
    HttpOptions http_options_;
    JobOptions job_options_;

    Report measure();
};

}  // namespace repartee::bench
