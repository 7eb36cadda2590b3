#include "processes/worker.h"

#include "base/together.h"
#include "wyoming/errand.h"

#include <boost/asio/local/stream_protocol.hpp>

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace repartee::processes {

namespace {

using Endpoint = wyoming::Connection::Endpoint;

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
awaitable<wyoming::Event> ask_for_info(Endpoint endpoint) {
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

}  // namespace

class Worker::OwnProgram final : public Ward {
public:
    explicit OwnProgram(const WorkerProgram& program)
        : name_(program.name),
          program_{.executable = beside_us(program.name),
                   .arguments = program.arguments,
                   .descriptors = {doorway_.descriptor()}} {
        program_.arguments.insert(program_.arguments.begin(), {"--listen-descriptor", "3"});
    }

    const Endpoint& endpoint() const { return doorway_.endpoint(); }

    const std::string& name() const override { return name_; }
    Program program() override { return program_; }

    // A worker answers while it works, and connections wait while it loads.
    awaitable<Wellbeing> ask() override {
        try {
            auto answer = co_await ask_for_info(endpoint());
        } catch (const Failure& failure) {
            // Without a descriptor for the question there is no question.
            if (failure.error().kind == ErrorKind::Unavailable || failure.error().kind == ErrorKind::Busy) {
                co_return Wellbeing::Unknown;
            }
            throw;
        }
        co_return Wellbeing::Well;
    }

private:
    const std::string name_;
    Doorway doorway_;
    Program program_;
};

Worker::Worker(const Executor& executor, Clock& clock, const Log& log, Metrics& metrics,
               const WorkerProgram& program)
    : clock_(clock),
      first_answer_limit_(program.first_answer_limit),
      program_(std::make_shared<OwnProgram>(program)),
      supervision_(executor, clock, log, metrics, program_,
                   {.first_answer_limit = program.first_answer_limit}) {}

Worker::~Worker() = default;

awaitable<wyoming::Connection> Worker::connect() {
    supervision_.ensure_running();
    co_return co_await wyoming::Connection::open(program_->endpoint());
}

awaitable<wyoming::Event> Worker::describe() {
    supervision_.ensure_running();
    Error silent{ErrorKind::ProviderLate, "The worker does not answer.", {}};
    auto answer = co_await with_deadline(clock_, first_answer_limit_, ask_for_info(program_->endpoint()),
                                         std::move(silent));
    if (answer.type == "error") {
        throw wyoming::failure_in(answer);
    }
    co_return answer;
}

void Worker::suspect() {
    supervision_.suspect();
}

}  // namespace repartee::processes
