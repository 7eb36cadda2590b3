#include "processes/worker.h"

#include "base/bell.h"
#include "base/together.h"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

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
// The same for one that has just been started and may have much to load.
constexpr auto first_answer_limit = 20s;

// Between an end and the next start. One that has answered since it was started is started again soon,
// however often it dies: each time costs one turn at most. One that never does is waited for longer.
constexpr Duration shortest_pause = 20ms;
constexpr Duration longest_pause = 10s;

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

awaitable<wyoming::Event> ask(Endpoint endpoint) {
    auto connection = co_await wyoming::Connection::open(std::move(endpoint));
    wyoming::Event question{.type = "describe"};
    co_await connection.send(std::move(question));
    while (auto event = co_await connection.receive()) {
        if (event->type == "info") {
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
        : strand(asio::make_strand(the_executor)),
          clock(the_clock),
          log(the_log.with({{"worker", the_program.name}})),
          program{.executable = beside_us(the_program.name),
                  .arguments = the_program.arguments,
                  .descriptors = {doorway.descriptor()},
                  .memory_limit = the_program.memory_limit},
          starts(metrics.counter("repartee_worker_starts_total", "Times a worker was started.",
                                 {{"worker", the_program.name}})) {
        program.arguments.insert(program.arguments.begin(), {"--listen-descriptor", "3"});
    }

    Executor strand;
    Clock& clock;
    Log log;
    Doorway doorway;
    Program program;
    Counter starts;
    std::optional<Child> child;  // on the strand, as what follows
    Bell suspicion;
    bool answered = false;  // since it was started

    std::atomic<bool> wanted{false};
    std::mutex mutex;
    std::optional<Error> fault;  // why it cannot be run at all

    void tell(std::optional<Error> the_fault) {
        std::lock_guard lock(mutex);
        fault = std::move(the_fault);
    }
    std::optional<Error> told() {
        std::lock_guard lock(mutex);
        return fault;
    }
};

namespace {

// Returns when the worker has not answered in time.
template <class Life>
awaitable<void> until_silent(Life& life) {
    auto limit = Duration(first_answer_limit);
    for (;;) {
        try {
            auto late = silent();
            co_await with_deadline(life.clock, limit, ask(life.doorway.endpoint()), std::move(late));
        } catch (const Failure& failure) {
            life.log.warning("worker does not answer", {{"detail", failure.error().message}});
            co_return;
        }
        limit = answer_limit;
        life.answered = true;
        co_await first_of(life.suspicion.wait(), life.clock.sleep(asking_interval));
    }
}

template <class Life>
awaitable<void> until_ended(Life& life) {
    auto how = co_await life.child->ended();
    life.log.warning("worker ended", {{"how", how}});
}

template <class Life>
awaitable<void> log_complaints(Life& life) {
    while (auto words = co_await life.child->complaint()) {
        life.log.warning("worker says", {{"words", *words}});
    }
    // Without standard error it still works: who ends first decides.
    co_await life.clock.sleep_until(TimePoint::max());
}

// Owns all it touches, through `life`.
template <class Life>
awaitable<void> keep_alive(std::shared_ptr<Life> life) {
    auto pause = shortest_pause;
    for (;;) {
        life->answered = false;
        try {
            life->child.emplace(Child::start(life->strand, life->program));
            life->tell(std::nullopt);
            life->starts.add();
            life->log.debug("worker started", {{"pid", life->child->pid()}});
        } catch (const Failure& failure) {
            life->log.error("worker cannot be started", {{"detail", failure.error().message}});
            life->tell(failure.error());
        }
        if (life->child) {
            co_await first_of(until_ended(*life), until_silent(*life), log_complaints(*life));
            life->child.reset();
        }
        pause = life->answered ? shortest_pause : std::min(pause * 2, longest_pause);
        co_await life->clock.sleep(pause);
    }
}

}  // namespace

Worker::Worker(const Executor& executor, Clock& clock, Log log, Metrics& metrics,
               const WorkerProgram& program)
    : life_(std::make_shared<Life>(executor, clock, std::move(log), metrics, program)) {}

Worker::~Worker() {
    keeping_.cancel();
    life_->child.reset();
}

awaitable<wyoming::Connection> Worker::connect() {
    if (!life_->wanted.exchange(true)) {
        keeping_ = Task(life_->strand, keep_alive(life_));
    }
    if (auto fault = life_->told()) {
        throw Failure(std::move(*fault));
    }
    co_return co_await wyoming::Connection::open(life_->doorway.endpoint());
}

awaitable<wyoming::Event> Worker::describe() {
    auto connection = co_await connect();
    connection.close();
    auto late = silent();
    co_return co_await with_deadline(life_->clock, first_answer_limit, ask(life_->doorway.endpoint()),
                                     std::move(late));
}

void Worker::suspect() {
    asio::post(life_->strand, [life = life_] { life->suspicion.ring(); });
}

}  // namespace repartee::processes
