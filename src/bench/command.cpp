#include "bench/command.h"

#include "bench/process_meter.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <sys/resource.h>

namespace repartee::bench {

namespace {

constexpr const char* about =
    "Measure a server: how fast, how much processor, how much memory.\n\n"
    "Load goes out by schedule and waits for no answer. Without --url a server of this same program is\n"
    "started for each run, with scripted engines (so that its own cost is what is seen), a free port and a\n"
    "directory of its own, on a core of its own. Percentiles are of all samples of a run; the columns are\n"
    "median, least and most of the runs. What others did on the machine meanwhile is shown beside.";

void add_common(CLI::App& command, CommonOptions& options) {
    command.add_option("--url", options.url, "Measure this running server, such as http://127.0.0.1:8000");
    command.add_option("--pid", options.pid, "Its process, for processor and memory (with --url)");
    command.add_option("--core", options.core, "Core for the server alone; -1: it runs where it likes")
        ->check(CLI::Range(-1, 1023))
        ->capture_default_str();
    command.add_option("--runs", options.runs, "How often, each with a new server")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    command.add_flag("--json", options.json, "Every run's figures as JSON");
}

template <class Options>
void add_seconds(CLI::App& command, Options& options) {
    command.add_option("--seconds", options.seconds, "How long is measured")
        ->check(CLI::Range(0.5, 86'400.0))
        ->capture_default_str();
}

template <class Options>
void add_frame_bytes(CLI::App& command, Options& options) {
    command
        .add_option("--frame-bytes", options.frame_bytes,
                    "Of one frame of sound: 1024 (32 ms), 640 (20 ms), 256 (8 ms, as browsers send)")
        ->check(CLI::Range(64, 32'000))
        ->check([](const std::string& bytes) {
            return std::stoi(bytes) % 64 == 0 ? "" : "FRAME-BYTES is a multiple of 64 (2 ms of sound)";
        })
        ->capture_default_str();
}

// A thousand callers are a thousand descriptors, here and in the server, which inherits this.
void allow_many_sockets() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace

Command::Command(CLI::App& program) : bench_(program.add_subcommand("bench", about)) {
    bench_->require_subcommand(1);
    auto count = CLI::Range(1, 100'000);

    calls_ =
        bench_->add_subcommand("calls", "Full-duplex calls: processor, memory, how evenly replies leave");
    add_common(*calls_, common_);
    calls_->add_option("--calls", call_options_.calls, "The ramp: so many at once, one after the other")
        ->check(count)
        ->delimiter(',')
        ->capture_default_str();
    add_seconds(*calls_, call_options_);
    calls_
        ->add_option("--windows", call_options_.windows,
                     "Measure so often in a row, to see whether a call costs more the longer it lasts")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    add_frame_bytes(*calls_, call_options_);
    calls_->add_option("--per-second", call_options_.per_second, "Calls that begin in a second")
        ->check(CLI::Range(0.1, 10'000.0))
        ->capture_default_str();
    calls_->add_option("--reply-words", call_options_.reply_words, "Length of each reply")
        ->check(CLI::Range(1, 12))
        ->capture_default_str();
    calls_
        ->add_option("--short", short_calls_, "Instead: so many short calls, and what memory is left of them")
        ->check(CLI::Range(1, 10'000'000));

    turns_ = bench_->add_subcommand("turns",
                                    "What the server adds between the engines: final text to first sound");
    add_common(*turns_, common_);
    turns_->add_option("--calls", turn_options_.calls, "Callers at once")
        ->check(count)
        ->capture_default_str();
    add_seconds(*turns_, turn_options_);
    add_frame_bytes(*turns_, turn_options_);
    auto delay = CLI::Range(0, 10'000);
    turns_
        ->add_option("--final-ms", turn_options_.delays.final_text,
                     "Scripted: end of the sound to the final text")
        ->check(delay)
        ->capture_default_str();
    turns_->add_option("--word-ms", turn_options_.delays.first_token, "Scripted: prompt to the first word")
        ->check(delay)
        ->capture_default_str();
    turns_
        ->add_option("--sound-ms", turn_options_.delays.first_audio,
                     "Scripted: first sentence to the first sound")
        ->check(delay)
        ->capture_default_str();
    turns_->add_flag("--embedded", turn_options_.embedded,
                     "Embedded engines that really hear and speak; try --calls 1");
    turns_->add_option("--question", turn_options_.question, "What is asked then")->capture_default_str();

    overload_ = bench_->add_subcommand(
        "overload",
        "More calls than there is room for: what becomes of those that are taken, and of the others");
    add_common(*overload_, common_);
    overload_
        ->add_option("--from", overload_options_.from,
                     "Calls at once that the search for the capacity begins with; 0: a few")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    overload_->add_option("--growth", overload_options_.growth, "... and how much more each step has")
        ->check(CLI::Range(1.05, 4.0))
        ->capture_default_str();
    overload_->add_option("--steps", overload_options_.steps, "... of so many at most")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    overload_->add_option("--ramp-seconds", overload_options_.ramp_seconds, "How long each step is measured")
        ->check(CLI::Range(1.0, 3600.0))
        ->capture_default_str();
    overload_->add_option("--times", overload_options_.times, "What is offered then, in capacities")
        ->check(CLI::Range(0.1, 100.0))
        ->delimiter(',')
        ->capture_default_str();
    add_seconds(*overload_, overload_options_);
    add_frame_bytes(*overload_, overload_options_);
    overload_->add_option("--turns", overload_options_.turns, "Questions in each call")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    overload_
        ->add_option(
            "--bound-ms", overload_options_.bound_ms,
            "End of speech to the first sound of the answer, less the wait for silence: later is too late")
        ->check(CLI::Range(1, 60'000))
        ->capture_default_str();
    overload_->add_flag("--embedded", overload_options_.embedded,
                        "Embedded engines that really hear and speak");
    overload_->add_option("--question", overload_options_.question, "What is asked then")
        ->capture_default_str();
    overload_->add_flag("--let-everybody-in", overload_options_.let_everybody_in,
                        "Without admission control, to compare");

    barge_in_ = bench_->add_subcommand("bargein", "Somebody speaks into a reply: how soon it falls silent");
    add_common(*barge_in_, common_);
    barge_in_->add_option("--calls", barge_in_options_.calls, "Callers at once")
        ->check(count)
        ->capture_default_str();
    add_seconds(*barge_in_, barge_in_options_);
    add_frame_bytes(*barge_in_, barge_in_options_);
    barge_in_->add_flag("--voice-alone", voice_alone_, "No words are understood: the voice alone interrupts");

    idle_ = bench_->add_subcommand("idle", "WebSockets that are open and say nothing: memory and processor");
    add_common(*idle_, common_);
    idle_->add_option("--sockets", idle_options_.sockets, "How many")->check(count)->capture_default_str();
    add_seconds(*idle_, idle_options_);
    idle_->add_option("--path", idle_options_.path, "Where they are opened")->capture_default_str();

    http_ = bench_->add_subcommand("http", "Plain requests over kept connections: processor and latency");
    add_common(*http_, common_);
    http_->add_option("--per-second", http_options_.per_second, "Requests in a second")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    add_seconds(*http_, http_options_);
    http_->add_option("--connections", http_options_.connections, "They go over so many in turn")
        ->check(count)
        ->capture_default_str();
    http_->add_option("--path", http_options_.path, "What is asked for")->capture_default_str();

    jobs_ = bench_->add_subcommand("jobs", "Recordings uploaded and asked about: upload to done");
    add_common(*jobs_, common_);
    jobs_->add_option("--per-second", job_options_.per_second, "Uploads in a second")
        ->check(CLI::Range(0.1, 10'000.0))
        ->capture_default_str();
    add_seconds(*jobs_, job_options_);
    jobs_->add_option("--sound", job_options_.sound_seconds, "Seconds of each recording")
        ->check(CLI::Range(0.1, 600.0))
        ->capture_default_str();
    jobs_->add_option("--poll-ms", job_options_.poll_ms, "How often each is asked about")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
}

bool Command::parsed() const {
    return bench_->parsed();
}

Report Command::measure() {
    if (calls_->parsed() && short_calls_ > 0) {
        ShortCallOptions options{.common = common_, .calls = short_calls_};
        options.per_second = call_options_.per_second;
        options.frame_bytes = call_options_.frame_bytes;
        return measure_short_calls(options);
    }
    if (calls_->parsed()) {
        call_options_.common = common_;
        return measure_calls(call_options_);
    }
    if (turns_->parsed()) {
        turn_options_.common = common_;
        return measure_turns(turn_options_);
    }
    if (overload_->parsed()) {
        overload_options_.common = common_;
        return measure_overload(overload_options_);
    }
    if (barge_in_->parsed()) {
        barge_in_options_.common = common_;
        barge_in_options_.partials = !voice_alone_;
        return measure_barge_in(barge_in_options_);
    }
    if (idle_->parsed()) {
        idle_options_.common = common_;
        return measure_idle(idle_options_);
    }
    if (http_->parsed()) {
        http_options_.common = common_;
        return measure_http(http_options_);
    }
    job_options_.common = common_;
    return measure_jobs(job_options_);
}

int Command::run() {
    allow_many_sockets();
    auto report = measure();
    report.note(fmt::format("Machine: {}. Core of the server: {}.", machine_name(),
                            !common_.url.empty() ? "its own affair"
                            : common_.core < 0   ? "any"
                                                 : std::to_string(common_.core)));
    std::cout << (common_.json ? report.json() + "\n" : report.table());
    return 0;
}

}  // namespace repartee::bench
