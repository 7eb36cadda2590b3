// More calls than there is room for. First the capacity is found: more and more calls are offered, until more
// do not help. Then one, two, three times as many are. What counts is how many turns a second are answered in
// time.
//
// Calls begin by schedule, whether or not those before were taken; each asks a few questions and hangs up.
// Whoever is refused does not call again: others do.
#include "base/error.h"
#include "bench/conduct.h"
#include "bench/question.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace repartee::bench {

namespace {

constexpr Duration voice_length = 960ms;
constexpr Duration listening = 4800ms;
constexpr int words_of_reply = 5;
constexpr ScriptedDelays scripted{.final_text = 60, .first_token = 100, .first_audio = 50};

// Of the scripted engines, and of those that really hear.
constexpr int few_calls = 200;
constexpr int few_embedded_calls = 3;

// A step of the ramp that brings less than so much more was the last.
constexpr double worth_it = 1.03;

// Goodput is looked at in pieces of this, too.
constexpr Duration piece = 10s;

// One turn of a call that was taken, when its cycle was over.
struct Answer {
    TimePoint over;
    std::optional<double> after_ms;  // end of speech to first sound, less the wait for silence
    bool ran_dry = false;

    bool in_time(int bound_ms) const { return after_ms && *after_ms <= bound_ms && !ran_dry; }
};

struct Refusal {
    TimePoint at;
    double after_ms;  // from when the call was due
    int status;       // 0: hung up on
    bool says_when;   // with Retry-After
};

// What happened, with its time: so each stage can take its own.
struct Journal {
    std::vector<Answer> answers;
    std::vector<Refusal> refusals;
    std::vector<std::pair<TimePoint, double>> openings;  // when a call was taken, and ms after it was due
    std::uint64_t offered = 0;
};

// Calls that begin, talk and end.
class Rush {
public:
    Rush(const MeasuredServer& server, const Script& script, const Sound& sound, Duration speech, int turns)
        : server_(server), script_(script), sound_(sound), speech_(speech), turns_(turns) {}
    ~Rush() {
        per_second_ = 0;
        for (auto& [number, caller] : callers_) {
            caller->hang_up();
        }
        run_for(50ms);
    }
    Rush(const Rush&) = delete;
    Rush& operator=(const Rush&) = delete;

    Duration length_of_call() const { return script_.cycle * turns_; }

    // So many calls at once, if all were taken.
    void offer(double calls) {
        per_second_ = calls / seconds_of(length_of_call());
        if (!std::exchange(is_offering_, true)) {
            pacer_.add(std::chrono::steady_clock::now(), [this](TimePoint due) { return call_next(due); });
        }
    }

    void run_for(Duration time) {
        auto work = asio::make_work_guard(context_);
        context_.restart();
        context_.run_for(time);
    }

    std::size_t talking() const { return callers_.size(); }
    Pacer& pacer() { return pacer_; }

    // All there is, the turns of those who still talk included.
    Journal& journal() {
        for (auto& [number, caller] : callers_) {
            take_turns(*caller);
        }
        return journal_;
    }

private:
    TimePoint call_next(TimePoint due) {
        if (per_second_ <= 0) {
            return TimePoint::max();
        }
        ++journal_.offered;
        auto caller = std::make_shared<Caller>(context_, script_, sound_);
        // It lives as long as the context, which goes before we do.
        asio::co_spawn(context_, open(*this, due, std::move(caller)), asio::detached);
        return due + std::chrono::duration_cast<Duration>(1s / per_second_);
    }

    static awaitable<void> open(Rush& rush, TimePoint due, std::shared_ptr<Caller> caller) {
        std::optional<std::string> refused;
        try {
            refused = co_await caller->try_call(rush.server_.endpoint(), rush.server_.host(), call_path);
        } catch (const Failure&) {
            refused = std::string();
        }
        auto now = std::chrono::steady_clock::now();
        auto after_ms = milliseconds_of(now - due);
        if (refused) {
            rush.journal_.refusals.push_back(
                {.at = now,
                 .after_ms = after_ms,
                 .status = status_in(*refused),
                 .says_when = refused->find("Retry-After:") != std::string::npos});
            caller->hang_up();
            co_return;
        }
        rush.journal_.openings.emplace_back(now, after_ms);
        rush.talk(now, std::move(caller));
    }

    void talk(TimePoint from, std::shared_ptr<Caller> caller) {
        auto number = next_number_++;
        callers_.emplace(number, caller);
        caller->talk(pacer_, from, 0);
        // The frame that ends the last cycle has gone by then.
        pacer_.add(from + length_of_call() + script_.frame_length, [this, number](TimePoint) {
            auto found = callers_.find(number);
            take_turns(*found->second);
            found->second->hang_up();
            callers_.erase(found);
            return TimePoint::max();
        });
    }

    void take_turns(Caller& caller) {
        for (const auto& turn : caller.take_turns()) {
            Answer answer{
                .over = turn.began + script_.cycle, .after_ms = {}, .ran_dry = turn.reply.gaps() > 0};
            if (turn.reply.began()) {
                answer.after_ms =
                    milliseconds_of(turn.reply.first_at() - turn.began - speech_ - silence_wait);
            }
            journal_.answers.push_back(answer);
        }
    }

    static int status_in(std::string_view head) {
        int status = 0;
        constexpr std::string_view before = "HTTP/1.1 ";
        if (head.starts_with(before)) {
            std::from_chars(head.data() + before.size(), head.data() + head.size(), status);
        }
        return status;
    }

    const MeasuredServer& server_;
    const Script& script_;
    const Sound& sound_;
    const Duration speech_;
    const int turns_;
    asio::io_context context_{1};
    Pacer pacer_{context_};
    double per_second_ = 0;
    bool is_offering_ = false;
    std::uint64_t next_number_ = 0;
    std::map<std::uint64_t, std::shared_ptr<Caller>> callers_;
    Journal journal_;
};

// What came of one stage.
struct Outcome {
    double goodput = 0;        // turns a second
    double least_goodput = 0;  // of any ten seconds
    Samples answered;          // ms
    std::size_t late = 0;      // turns that were not answered in time
    std::size_t unanswered = 0;
    std::size_t dry = 0;
    Samples refused;                // ms
    std::size_t refused_oddly = 0;  // not 503, or without a time to come back
    Samples opened;                 // ms
};

bool within(TimePoint at, TimePoint from, TimePoint until) {
    return at > from && at <= until;
}

Outcome outcome_of(const Journal& journal, TimePoint from, TimePoint until, int bound_ms) {
    Outcome outcome;
    std::map<Duration::rep, int> pieces;
    int good = 0;
    for (const auto& answer : journal.answers) {
        if (!within(answer.over, from, until)) {
            continue;
        }
        if (answer.after_ms) {
            outcome.answered.add(*answer.after_ms);
        } else {
            ++outcome.unanswered;
        }
        outcome.dry += answer.ran_dry ? 1 : 0;
        if (answer.in_time(bound_ms)) {
            ++good;
            ++pieces[(answer.over - from) / piece];
        } else {
            ++outcome.late;
        }
    }
    outcome.goodput = good / seconds_of(until - from);
    auto whole_pieces = (until - from) / piece;
    for (Duration::rep i = 0; i < whole_pieces; ++i) {
        auto here = pieces[i] / seconds_of(piece);
        outcome.least_goodput = i == 0 ? here : std::min(outcome.least_goodput, here);
    }
    for (const auto& refusal : journal.refusals) {
        if (within(refusal.at, from, until)) {
            outcome.refused.add(refusal.after_ms);
            outcome.refused_oddly += refusal.status == 503 && refusal.says_when ? 0 : 1;
        }
    }
    for (auto [at, after_ms] : journal.openings) {
        if (within(at, from, until)) {
            outcome.opened.add(after_ms);
        }
    }
    return outcome;
}

void report_outcome(Report& report, const Outcome& outcome, double peak) {
    report.add("goodput: turns answered in time, a second", "", outcome.goodput);
    if (peak > 0) {
        report.add("... of the peak", "%", 100 * outcome.goodput / peak);
        report.add("... in the worst ten seconds", "%", 100 * outcome.least_goodput / peak);
    }
    report.add_percentiles("end of speech to first sound, less the wait for silence", "ms", outcome.answered);
    report.add("turns late, dry or without an answer", "", static_cast<double>(outcome.late));
    report.add("... of these without an answer", "", static_cast<double>(outcome.unanswered));
    report.add("... of these dry", "", static_cast<double>(outcome.dry));
    report.add("calls taken", "", static_cast<double>(outcome.opened.count()));
    report.add_percentiles("call due to its 101", "ms", outcome.opened);
    report.add("calls refused", "", static_cast<double>(outcome.refused.count()));
    report.add("... otherwise than by 503 and a time", "", static_cast<double>(outcome.refused_oddly));
    if (!outcome.refused.empty()) {
        report.add_percentiles("call due to its refusal", "ms", outcome.refused);
        report.add("call due to its refusal, most", "ms", outcome.refused.most());
    }
}

// Offers so much, and looks at it when calls have begun and ended.
Outcome run_stage(Report& report, const MeasuredServer& server, Rush& rush, double calls, double seconds,
                  int bound_ms, double peak) {
    rush.offer(calls);
    rush.run_for(rush.length_of_call());
    rush.pacer().forget_lateness();
    Interval interval(server);
    auto from = std::chrono::steady_clock::now();
    rush.run_for(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
    auto until = std::chrono::steady_clock::now();
    auto outcome = outcome_of(rush.journal(), from, until, bound_ms);
    report.add("calls offered at once", "", calls);
    report.add("calls on the line at the end", "", static_cast<double>(rush.talking()));
    report_outcome(report, outcome, peak);
    if (server.meter().known() && outcome.goodput > 0) {
        report.add("CPU of a turn in time", "ms",
                   milliseconds_of(interval.processor()) / (outcome.goodput * seconds_of(interval.length())));
    }
    interval.report_company(report);
    report.add("load behind its schedule p50", "ms", rush.pacer().lateness().median());
    report.add("load behind its schedule p99.9", "ms", rush.pacer().lateness().percentile(0.999));
    return outcome;
}

}  // namespace

Report measure_overload(const OverloadOptions& options) {
    auto frame_bytes = static_cast<std::size_t>(options.frame_bytes);
    auto frame_length = length_of_frame(frame_bytes);
    std::optional<Sound> sound;
    auto environment = scripted_engines(scripted, words_of_reply);
    Duration speech = voice_length;
    if (options.embedded) {
        auto recording = spoken(options.question);
        speech = audio::duration_of(recording.size(), audio::speech_rate);
        sound.emplace(frame_bytes, recording);
        environment.clear();
    } else {
        sound.emplace(frame_bytes);
    }
    environment["CAPACITY"] = options.let_everybody_in ? "off" : "auto";
    Script script{.frame_bytes = frame_bytes,
                  .frame_length = frame_length,
                  .cycle = whole_cycle(speech + listening, frame_length),
                  .voices = {{Duration(0), speech}}};
    auto few = options.from > 0 ? options.from : options.embedded ? few_embedded_calls : few_calls;
    Report report(fmt::format("Overload: {} engines, calls of {} turns, answers within {} ms",
                              options.embedded ? "embedded" : "scripted", options.turns, options.bound_ms));
    for (int run = 0; run < options.common.runs; ++run) {
        MeasuredServer server(wishes_of(options.common, environment, settings_of_calls()));
        Rush rush(server, script, *sound, speech, options.turns);
        double capacity = few;
        double peak = 0;
        double offered = few;
        for (int step = 0; step < options.steps; ++step, offered *= options.growth) {
            report.section(fmt::format("ramp, step {}", step + 1));
            auto outcome =
                run_stage(report, server, rush, offered, options.ramp_seconds, options.bound_ms, 0);
            bool was_worth_it = outcome.goodput > peak * worth_it;
            if (outcome.goodput > peak) {
                peak = outcome.goodput;
                capacity = offered;
            }
            if (!was_worth_it) {
                break;
            }
        }
        if (peak <= 0) {
            throw Failure(ErrorKind::Unavailable,
                          "No turn was answered in time, however few calls there were.");
        }
        for (auto times : options.times) {
            report.section(fmt::format("{:g} times the capacity", times));
            run_stage(report, server, rush, capacity * times, options.seconds, options.bound_ms, peak);
        }
        report.section("capacity");
        report.add("calls offered at the peak", "", capacity);
        report.add("peak goodput, turns a second", "", peak);
    }
    report.note(
        "Goodput: whole turns whose answer began within the bound and did not run dry. Calls begin by "
        "schedule; whoever is refused does not call again, for others do.");
    return report;
}

}  // namespace repartee::bench
