#include "processes/worker.h"

#include "base/bell.h"
#include "base/together.h"
#include "wyoming/errand.h"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace repartee::processes {

namespace {

using Endpoint = wyoming::Connection::Endpoint;

// How often a worker is asked, unasked, whether it still answers.
constexpr auto asking_interval = 10s;
// How long the answer may take. A worker answers `describe` while it works; only one that hangs or a
// machine that stands still takes longer.
constexpr auto answer_limit = 2s;

// Between an end and the next start. One that has answered since it was started is started again soon,
// however often it dies: each time costs one turn at most. One that never does is waited for longer.
constexpr Duration shortest_pause = 20ms;
constexpr Duration longest_pause = 10s;

// Between two lines of a worker's complaints.
constexpr Duration complaint_interval = 100ms;

// Connections that wait for a worker which is busy or being started again.
constexpr int backlog = 128;

// A listening socket without a name in the file system: nothing to clean up, whatever happens. Its
// address is made by the kernel; the worker refuses other users of the machine.
class Doorway {
public:
    Doorway() : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un nameless{};
        nameless.sun_family = AF_UNIX;
        sockaddr_un address{};
        socklen_t size = sizeof address;
        if (socket_ < 0 ||
            ::bind(socket_, reinterpret_cast<sockaddr*>(&nameless), sizeof(sa_family_t)) != 0 ||
            ::listen(socket_, backlog) != 0 ||
            ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            Failure failure(ErrorKind::Unavailable, "The server cannot talk to its workers.",
                            std::strerror(errno));
            if (socket_ >= 0) {
                ::close(socket_);
            }
            throw failure;
        }
        endpoint_ = Endpoint(&address, size);
    }
    ~Doorway() { ::close(socket_); }
    Doorway(const Doorway&) = delete;
    Doorway& operator=(const Doorway&) = delete;

    int descriptor() const { return socket_; }
    const Endpoint& endpoint() const { return endpoint_; }

private:
    int socket_;
    Endpoint endpoint_;
};

// One that is full says so, and is well. Any other error is that of a worker which can serve nobody.
awaitable<wyoming::Event> ask(Endpoint endpoint) {
    auto connection = co_await wyoming::Connection::open(std::move(endpoint));
    wyoming::Event question{.type = "describe"};
    co_await connection.send(std::move(question));
    while (auto event = co_await connection.receive()) {
        if (event->type == "error" && event->text("code") != name_of(ErrorKind::Busy)) {
            throw Failure(ErrorKind::ProviderBroke, std::string(event->text("text").value_or("it fails")));
        }
        if (event->type == "info" || event->type == "error") {
            co_return std::move(*event);
        }
    }
    throw Failure(ErrorKind::ProviderBroke, "The worker broke off.");
}

Error silent() {
    return {ErrorKind::ProviderLate, "The worker does not answer.", {}};
}

}  // namespace

struct Worker::Life {
    Life(const Executor& the_executor, Clock& the_clock, Log the_log, Metrics& metrics,
         const WorkerProgram& the_program)
        : strand(the_executor),
          clock(the_clock),
          log(the_log.with({{"worker", the_program.name}})),
          first_answer_limit(the_program.first_answer_limit),
          program{.executable = beside_us(the_program.name),
                  .arguments = the_program.arguments,
                  .descriptors = {doorway.descriptor()}},
          starts(metrics.counter("repartee_worker_starts_total", "Times a worker was started.",
                                 {{"worker", the_program.name}})) {
        program.arguments.insert(program.arguments.begin(), {"--listen-descriptor", "3"});
    }

    // Owns all it touches, through `life`.
    static awaitable<void> keep_alive(std::shared_ptr<Life> life);
    awaitable<void> live_once();
    awaitable<void> until_silent();
    awaitable<void> until_ended();
    awaitable<void> listen_to_complaints();

    void tell(std::optional<Error> the_fault) {
        std::lock_guard lock(mutex);
        fault = std::move(the_fault);
    }
    std::optional<Error> told() {
        std::lock_guard lock(mutex);
        return fault;
    }

    Executor strand;
    Clock& clock;
    Log log;
    Doorway doorway;
    const Duration first_answer_limit;
    Program program;
    Counter starts;
    std::optional<Child> child;  // on the strand, as what follows
    Bell suspicion;
    bool answered = false;   // since it was started
    std::string last_words;  // since it was started

    std::atomic<bool> wanted{false};
    std::mutex mutex;
    std::optional<Error> fault;  // why it cannot be run at all
};

// A worker that never gets as far as answering is waited for longer each time, and whoever wants it
// is told why.
awaitable<void> Worker::Life::keep_alive(std::shared_ptr<Life> life) {
    auto pause = shortest_pause;
    for (;;) {
        std::optional<Error> fault;
        try {
            co_await life->live_once();
            if (!life->answered) {
                fault = Error{ErrorKind::Unavailable,
                              life->program.executable.filename().string() +
                                  " does not stay alive: " + life->last_words,
                              {}};
            }
        } catch (const Failure& failure) {
            fault = failure.error();
        }
        if (fault) {
            life->log.error("worker cannot be run", {{"detail", fault->message}});
            life->tell(std::move(fault));
        }
        pause = life->answered ? shortest_pause : std::min(pause * 2, longest_pause);
        co_await life->clock.sleep(pause);
    }
}

awaitable<void> Worker::Life::live_once() {
    answered = false;
    last_words.clear();
    child.emplace(Child::start(strand, program));
    starts.add();
    log.debug("worker started", {{"pid", child->pid()}});
    co_await first_of(until_ended(), until_silent(), listen_to_complaints());
    child.reset();
}

// Returns when the worker has not answered in time.
awaitable<void> Worker::Life::until_silent() {
    auto limit = first_answer_limit;
    for (;;) {
        bool could_ask = true;
        try {
            auto late = silent();
            co_await with_deadline(clock, limit, ask(doorway.endpoint()), std::move(late));
        } catch (const Failure& failure) {
            // Without a descriptor for the question there is no question.
            could_ask =
                failure.error().kind != ErrorKind::Unavailable && failure.error().kind != ErrorKind::Busy;
            if (could_ask) {
                log.warning("worker does not answer", {{"detail", failure.error().message}});
                co_return;
            }
        }
        if (could_ask && !std::exchange(answered, true)) {
            tell(std::nullopt);
        }
        limit = could_ask ? answer_limit : limit;
        co_await first_of(suspicion.wait(), clock.sleep(asking_interval));
    }
}

awaitable<void> Worker::Life::until_ended() {
    auto how = co_await child->ended();
    log.warning("worker ended", {{"how", how}});
    last_words = last_words.empty() ? how : last_words;
}

// At the pace that a log can bear: the pipe holds back one that says too much.
awaitable<void> Worker::Life::listen_to_complaints() {
    while (auto words = co_await child->complaint()) {
        log.warning("worker says", {{"words", *words}});
        last_words = *words;
        co_await clock.sleep(complaint_interval);
    }
    // Without standard error it still works: who ends first decides.
    co_await clock.sleep_until(TimePoint::max());
}

Worker::Worker(const Executor& executor, Clock& clock, Log log, Metrics& metrics,
               const WorkerProgram& program)
    : life_(std::make_shared<Life>(executor, clock, std::move(log), metrics, program)) {}

Worker::~Worker() {
    keeping_.cancel();
    life_->child.reset();
}

void Worker::ensure_running() {
    if (!life_->wanted.exchange(true)) {
        keeping_ = Task(life_->strand, Life::keep_alive(life_));
    }
    if (auto fault = life_->told()) {
        throw Failure(std::move(*fault));
    }
}

awaitable<wyoming::Connection> Worker::connect() {
    ensure_running();
    co_return co_await wyoming::Connection::open(life_->doorway.endpoint());
}

awaitable<wyoming::Event> Worker::describe() {
    ensure_running();
    auto late = silent();
    auto answer = co_await with_deadline(life_->clock, life_->first_answer_limit,
                                         ask(life_->doorway.endpoint()), std::move(late));
    if (answer.type == "error") {
        throw wyoming::failure_in(answer);
    }
    co_return answer;
}

void Worker::suspect() {
    asio::post(life_->strand, [life = life_] { life->suspicion.ring(); });
}

}  // namespace repartee::processes
