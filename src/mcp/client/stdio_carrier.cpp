#include "mcp/client/stdio_carrier.h"

#include "base/together.h"

#include <fmt/format.h>

#include <cstdlib>
#include <unistd.h>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::mcp::client {

namespace {

// From its start until the handshake is over: a program that fetches itself first takes a while.
constexpr Duration starting_limit = 60s;
constexpr Duration longest_pause_between_starts = 60s;
// How often somebody who waits for its start looks.
constexpr Duration looking_interval = 100ms;

// Frames on their way to it. It reads them all the time; more wait with those who send them.
constexpr std::size_t most_unsent = 64;

// Of what it says on standard error, a line.
constexpr std::size_t longest_complaint = 500;  // bytes

}  // namespace

std::filesystem::path found_along(std::string_view path, const std::string& command) {
    if (command.find('/') != std::string::npos) {
        return command;
    }
    while (!path.empty()) {
        auto folder = path.substr(0, path.find(':'));
        path.remove_prefix(std::min(folder.size() + 1, path.size()));
        auto candidate = std::filesystem::path(folder) / command;
        if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    throw Failure(ErrorKind::Unavailable, fmt::format("There is no program '{}' along PATH.", command));
}

// The program and what goes on with it. On the supervision's strand, which is the carrier's.
class StdioCarrier::Line final : public processes::Ward {
public:
    Line(const Executor& executor, const ServerSettings& settings, Log log, std::function<void()> changed)
        : name_("mcp-" + settings.name),
          settings_(settings),
          log_(std::move(log)),
          changed_(std::move(changed)),
          unsent_(executor, most_unsent) {}

    // --- for the supervision ---

    const std::string& name() const override { return name_; }

    processes::Program program() override {
        // Nobody in this program changes it.
        const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
        return {.executable = found_along(path != nullptr ? path : "/usr/bin:/bin", settings_.command),
                .arguments = settings_.arguments,
                .environment = environment_of(settings_),
                .working_directory = settings_.working_directory,
                .converses = true};
    }

    awaitable<processes::Wellbeing> ask() override {
        co_return greeted_ ? processes::Wellbeing::Well : processes::Wellbeing::NotYet;
    }

    std::optional<std::string> complaint_in(std::string line) override {
        return line.size() <= longest_complaint ? std::move(line) : line.substr(0, longest_complaint);
    }

    awaitable<void> accompany(processes::Child& child) override {
        ++connection_;
        there_ = true;
        puzzled_ = false;
        changed_();
        Failure ended(ErrorKind::ProviderBroke, "The program has ended.");
        try {
            co_await first_of(read(child), write(child), doubted_.wait());
        } catch (const Failure& failure) {
            ended = failure;
        } catch (...) {
            hang_up(ended.error());
            throw;
        }
        hang_up(ended.error());
    }

    // --- for the carrier ---

    bool is_there() const { return there_; }
    std::uint64_t connection() const { return connection_; }
    void greeted() { greeted_ = true; }
    void doubt() {
        if (there_) {
            doubted_.ring();
        }
    }
    // Whoever would hear of it has gone.
    void forget() {
        changed_ = [] {};
        unasked = {};
    }

    awaitable<void> send(Frame frame) {
        auto line = write_line(frame);
        if (!there_) {
            throw Failure(ErrorKind::Unavailable, "The program does not run.");
        }
        co_await unsent_.push(std::move(line));
    }

    awaitable<Answer> ask(Request request, Heard heard) {
        auto id = request.id;
        Waiting waiting{.heard = std::move(heard)};
        const Place place(*this, id, waiting);
        Frame frame = std::move(request);
        co_await send(std::move(frame));
        while (!waiting.answer && !waiting.failure) {
            co_await waiting.bell.wait();
        }
        if (waiting.failure) {
            throw Failure(*waiting.failure);
        }
        co_return std::move(*waiting.answer);
    }

    // What comes while nobody waits.
    Heard unasked;

private:
    struct Waiting {
        Heard heard;
        Bell bell = {};
        std::optional<Answer> answer = {};
        std::optional<Error> failure = {};
    };

    // Among those who wait, as long as they do.
    class Place {
    public:
        Place(Line& line, RequestId id, Waiting& waiting) : line_(line), id_(std::move(id)) {
            line_.waiting_[id_] = &waiting;
        }
        ~Place() { line_.waiting_.erase(id_); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

    private:
        Line& line_;
        RequestId id_;
    };

    static std::string write_line(const Frame& frame) { return mcp::write(frame) + "\n"; }

    awaitable<void> read(processes::Child& child) {
        std::string begun;
        while (auto words = co_await child.words()) {
            auto fresh = begun.size();  // no line ends before
            begun += *words;
            std::size_t from = 0;
            for (auto end = begun.find('\n', fresh); end != std::string::npos; end = begun.find('\n', from)) {
                take(begun.substr(from, end - from));
                from = end + 1;
            }
            begun.erase(0, from);
            if (begun.size() > largest_message) {
                throw Failure(ErrorKind::TooLarge, "The program says more at once than fits here.");
            }
        }
    }

    awaitable<void> write(processes::Child& child) {
        while (auto line = co_await unsent_.next()) {
            auto size = line->size();
            bool taken = co_await child.say(std::move(*line));
            if (!taken) {
                log_.warning("it does not listen any more", {{"bytes", size}});
                co_return;
            }
        }
    }

    void take(std::string line) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) {
            return;
        }
        auto message = parse_message(line, Batches::Allowed);
        for (auto& frame : message.frames) {
            if (auto* notification = std::get_if<Notification>(&frame)) {
                hear(*notification);
            } else if (auto* request = std::get_if<Request>(&frame)) {
                unsent_.try_push(write_line(answer_to(*request)));
            } else if (auto* reply = std::get_if<Reply>(&frame)) {
                give(reply->id, Answer{.result = std::move(reply->result)});
            } else if (auto* failed = std::get_if<ErrorReply>(&frame)) {
                if (failed->id) {
                    give(*failed->id, Answer{.error = std::move(failed->error)});
                }
            } else if (!std::exchange(puzzled_, true)) {
                // Programs print all sorts of things where only frames belong. Once is enough to know.
                log_.warning("a line that is no frame", {{"bytes", line.size()}});
            }
        }
    }

    void hear(const Notification& notification) {
        if (unasked) {
            unasked(notification);
        }
        for (auto& [id, waiting] : waiting_) {
            waiting->heard(notification);
        }
    }

    // Late answers find nobody.
    void give(const RequestId& id, Answer answer) {
        if (auto found = waiting_.find(id); found != waiting_.end()) {
            found->second->answer = std::move(answer);
            found->second->bell.ring();
        }
    }

    void hang_up(const Error& why) {
        there_ = false;
        greeted_ = false;
        while (unsent_.try_next()) {
        }
        for (auto& [id, waiting] : waiting_) {
            waiting->failure = why;
            waiting->bell.ring();
        }
        changed_();
    }

    const std::string name_;
    const ServerSettings settings_;
    const Log log_;
    std::function<void()> changed_;
    Channel<std::string> unsent_;
    std::map<RequestId, Waiting*> waiting_;  // each for as long as its frame waits
    Bell doubted_;
    std::uint64_t connection_ = 0;
    bool there_ = false;
    bool greeted_ = false;
    bool puzzled_ = false;
};

StdioCarrier::StdioCarrier(const Executor& executor, const ServerSettings& settings, Clock& clock,
                           const Log& log, Metrics& metrics, std::function<void()> changed)
    : clock_(clock),
      line_(std::make_shared<Line>(executor, settings, log, std::move(changed))),
      supervision_(executor, clock, log, metrics, line_,
                   {.first_answer_limit = starting_limit, .longest_pause = longest_pause_between_starts}) {}

StdioCarrier::~StdioCarrier() {
    line_->forget();
}

awaitable<void> StdioCarrier::until_there() {
    for (auto by = clock_.now() + starting_limit;;) {
        // One that could not be run a moment ago may be there by now, and waits for a greeting.
        if (line_->is_there()) {
            co_return;
        }
        supervision_.ensure_running();
        if (clock_.now() >= by) {
            throw Failure(ErrorKind::Unavailable, "The program is not there.");
        }
        co_await clock_.sleep(looking_interval);
    }
}

std::uint64_t StdioCarrier::connection() const {
    return line_->connection();
}

void StdioCarrier::greeted() {
    line_->greeted();
}

void StdioCarrier::doubt() {
    line_->doubt();
}

awaitable<Answer> StdioCarrier::ask(Request request, Envelope, Heard heard) {
    return line_->ask(std::move(request), std::move(heard));
}

awaitable<void> StdioCarrier::tell(Frame frame, Envelope) {
    return line_->send(std::move(frame));
}

// Lasts as long as the connection: the program may say something at any time.
awaitable<bool> StdioCarrier::listen(Envelope, Heard heard) {
    line_->unasked = std::move(heard);
    co_return false;
}

awaitable<void> StdioCarrier::say_goodbye(Envelope) {
    co_return;  // its standard input ends, which tells it
}

}  // namespace repartee::mcp::client
