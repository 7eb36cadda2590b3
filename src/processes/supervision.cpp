#include "processes/supervision.h"

#include "base/bell.h"
#include "base/together.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace repartee::processes {

namespace {

// How often a program is asked, unasked for, whether it is still well, and while it loads.
constexpr auto asking_interval = 10s;
constexpr auto loading_interval = 50ms;
// How long the answer may take. It comes from a program that works; only one that hangs or a machine that
// stands still takes longer.
constexpr auto answer_limit = 2s;

// Between an end and the next start. One that has been well since it was started is started again soon,
// however often it dies: each time costs one turn at most. One that never is, is waited for longer.
constexpr Duration shortest_pause = 20ms;

// Between two complaints of a program.
constexpr Duration complaint_interval = 100ms;
// Complaints that follow each other so closely are about one thing, and the first names the cause.
constexpr Duration one_outburst = 1s;
constexpr std::size_t longest_line = 4096;  // bytes; what is longer is taken for several

// For the last words of one that has ended, and for the kernel to clear up behind it: gigabytes take a while.
constexpr Duration last_words_limit = 100ms;
constexpr Duration clearing_limit = 5s;

// How often somebody who waits for it looks.
constexpr Duration looking_interval = 10ms;

}  // namespace

struct Supervision::Life {
    Life(const Executor& the_executor, Clock& the_clock, const Log& the_log, Metrics& metrics,
         std::shared_ptr<Ward> the_ward, const SupervisionOptions& the_options)
        : strand(the_executor),
          clock(the_clock),
          log(the_log.with({{"worker", the_ward->name()}})),
          ward(std::move(the_ward)),
          options(the_options),
          starts(metrics.counter("repartee_worker_starts_total", "Times a worker was started.",
                                 {{"worker", ward->name()}})) {}

    // Owns all it touches, through `life`.
    static awaitable<void> keep_alive(std::shared_ptr<Life> life);
    awaitable<void> live_once();
    awaitable<void> until_silent();
    awaitable<void> until_ended();
    awaitable<void> listen();
    awaitable<void> hear_it_out();
    awaitable<void> until_gone();
    bool take_words(std::string_view words);

    void tell(std::optional<Error> the_fault) {
        std::lock_guard lock(mutex);
        fault = std::move(the_fault);
    }
    std::optional<Error> told() {
        std::lock_guard lock(mutex);
        return fault;
    }
    void runs(std::optional<Run> the_run) {
        std::lock_guard lock(mutex);
        run = the_run;
    }

    Executor strand;
    Clock& clock;
    Log log;
    const std::shared_ptr<Ward> ward;
    const SupervisionOptions options;
    Counter starts;
    std::optional<Child> child;  // on the strand, as what follows
    Bell suspicion;
    std::string begun_line;
    // Since it was started:
    bool answered = false;
    std::string end;
    std::string complaint;
    TimePoint complained_at{};

    std::atomic<bool> wanted{false};
    std::atomic<bool> well{false};
    std::mutex mutex;
    std::optional<Error> fault;  // why it cannot be run at all
    std::optional<Run> run;
};

// A program that never gets as far as being well is waited for longer each time, and whoever wants it is told
// why.
awaitable<void> Supervision::Life::keep_alive(std::shared_ptr<Life> life) {
    auto pause = shortest_pause;
    for (;;) {
        std::optional<Error> fault;
        try {
            co_await life->live_once();
            if (!life->answered) {
                const auto& why = life->complaint.empty() ? life->end : life->complaint;
                fault = Error{ErrorKind::Unavailable,
                              fmt::format("{} does not stay alive: {}", life->ward->name(), why),
                              {}};
            }
        } catch (const Failure& failure) {
            fault = failure.error();
        }
        if (fault) {
            life->log.error("worker cannot be run", {{"detail", fault->message}});
            life->tell(std::move(fault));
        }
        pause = life->answered ? shortest_pause : std::min(pause * 2, life->options.longest_pause);
        co_await life->clock.sleep(pause);
    }
}

awaitable<void> Supervision::Life::live_once() {
    answered = false;
    end.clear();
    complaint.clear();
    begun_line.clear();
    auto program = ward->program();
    child.emplace(Child::start(strand, program));
    starts.add();
    runs(Run{child->pid(), clock.now()});
    log.debug("worker started", {{"pid", child->pid()}});
    if (program.converses) {
        co_await first_of(until_ended(), until_silent(), listen(), ward->accompany(*child));
    } else {
        co_await first_of(until_ended(), until_silent(), listen());
    }
    well = false;
    runs(std::nullopt);
    child->kill();
    co_await first_of(hear_it_out(), clock.sleep(last_words_limit));
    co_await first_of(until_gone(), clock.sleep(clearing_limit));
    child.reset();
}

// Returns when it has not answered in time.
awaitable<void> Supervision::Life::until_silent() {
    auto loaded_by = clock.now() + options.first_answer_limit;
    for (;;) {
        auto state = Wellbeing::Unknown;
        try {
            Error silent{ErrorKind::ProviderLate, fmt::format("{} does not answer.", ward->name()), {}};
            auto limit = answered ? answer_limit : loaded_by - clock.now();
            state = co_await with_deadline(clock, limit, ward->ask(), std::move(silent));
        } catch (const Failure& failure) {
            log.warning("worker does not answer", {{"detail", failure.error().message}});
            end = "it does not answer";
            co_return;
        }
        if (state == Wellbeing::NotYet && !answered && clock.now() >= loaded_by) {
            log.warning("worker does not answer", {{"detail", "it still loads"}});
            end = "it takes too long to load";
            co_return;
        }
        if (state == Wellbeing::Well && !std::exchange(answered, true)) {
            tell(std::nullopt);
        }
        well = state == Wellbeing::Unknown ? well.load() : state == Wellbeing::Well;
        if (state == Wellbeing::NotYet) {
            co_await clock.sleep(loading_interval);
        } else {
            co_await first_of(suspicion.wait(), clock.sleep(asking_interval));
        }
    }
}

awaitable<void> Supervision::Life::until_ended() {
    end = co_await child->ended();
    log.warning("worker ended", {{"how", end}});
}

// At the pace that a log can bear: the pipe holds back one that complains too much.
awaitable<void> Supervision::Life::listen() {
    while (auto words = co_await child->complaint()) {
        if (take_words(*words)) {
            co_await clock.sleep(complaint_interval);
        }
    }
    // Without standard error it still works: who ends first decides.
    co_await clock.sleep_until(TimePoint::max());
}

awaitable<void> Supervision::Life::hear_it_out() {
    while (auto words = co_await child->complaint()) {
        take_words(*words);
    }
}

awaitable<void> Supervision::Life::until_gone() {
    co_await child->ended();
}

// Whether there was anything in it to be told.
bool Supervision::Life::take_words(std::string_view words) {
    std::string told;
    begun_line += words;
    for (;;) {
        auto length = begun_line.find('\n');
        if (length == std::string::npos && begun_line.size() < longest_line) {
            break;
        }
        auto line = begun_line.substr(0, length);
        begun_line.erase(0, length == std::string::npos ? length : length + 1);
        if (line.empty()) {
            continue;
        }
        if (auto worth_telling = ward->complaint_in(std::move(line))) {
            told += (told.empty() ? "" : "\n") + *worth_telling;
        }
    }
    if (told.empty()) {
        return false;
    }
    log.warning("worker says", {{"words", told}});
    auto now = clock.now();
    if (complaint.empty() || now - complained_at > one_outburst) {
        complaint = told.substr(0, told.find('\n'));
    }
    complained_at = now;
    return true;
}

Supervision::Supervision(const Executor& executor, Clock& clock, const Log& log, Metrics& metrics,
                         std::shared_ptr<Ward> ward, const SupervisionOptions& options)
    : life_(std::make_shared<Life>(executor, clock, log, metrics, std::move(ward), options)) {}

Supervision::~Supervision() {
    keeping_.cancel();
    life_->child.reset();
}

void Supervision::ensure_running() {
    if (!life_->wanted.exchange(true)) {
        keeping_ = Task(life_->strand, Life::keep_alive(life_));
    }
    if (auto fault = life_->told()) {
        throw Failure(std::move(*fault));
    }
}

bool Supervision::is_well() const {
    return life_->well;
}

awaitable<void> Supervision::until_well(Duration limit) {
    auto by = life_->clock.now() + limit;
    for (;;) {
        ensure_running();
        if (life_->well) {
            co_return;
        }
        if (life_->clock.now() >= by) {
            throw Failure(ErrorKind::Unavailable, fmt::format("{} is not ready yet.", life_->ward->name()));
        }
        co_await life_->clock.sleep(looking_interval);
    }
}

void Supervision::suspect() {
    asio::post(life_->strand, [life = life_] { life->suspicion.ring(); });
}

std::optional<Supervision::Run> Supervision::run() const {
    std::lock_guard lock(life_->mutex);
    return life_->run;
}

std::optional<Error> Supervision::fault() const {
    return life_->told();
}

}  // namespace repartee::processes
