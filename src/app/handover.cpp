#include "app/handover.h"

#include "app/heritage.h"
#include "base/together.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <charconv>
#include <csignal>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

constexpr std::string_view word_ready = "ready";
constexpr std::string_view word_unready = "unready: ";
constexpr std::string_view word_yours = "yours";
constexpr std::string_view word_end = "end";
constexpr std::string_view word_ask = "ask ";
constexpr std::string_view word_told = "told ";

// From the start of a successor to its first word. It gives its engines a minute (serve.cpp), and large
// models are read before they can be looked at.
constexpr auto patience_with_successor = std::chrono::minutes(3);

// For whoever asks this server what its predecessor knows; that one gives itself half of it.
constexpr auto patience_with_answers = std::chrono::seconds(2);

// Questions that may be open at a time; more go unanswered.
constexpr std::size_t most_questions = 1000;

// What it said on its way is in the same log.
constexpr std::string_view ended_early =
    "The new process ended before it was ready; what it said about that is in the log. This server goes on "
    "as "
    "before.";

constexpr std::string_view deaf =
    "systemd has started this server with a unit that is not of Type=notify, and would end a new process "
    "together with this one. Use the unit that comes with repartee, or restart it.";

Failure not_ready(std::string_view why) {
    return {ErrorKind::Unavailable,
            fmt::format("The new process cannot work ({}), and this one can, so it goes on.", why)};
}

// "17 the rest": the number, and what stands behind it.
std::optional<std::pair<std::uint64_t, std::string_view>> numbered(std::string_view words) {
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    words.remove_prefix(static_cast<std::size_t>(end - words.data()));
    words.remove_prefix(words.starts_with(' ') ? 1 : 0);
    return std::pair(number, words);
}

}  // namespace

processes::Succession same_again(std::vector<std::string> command_line) {
    std::filesystem::path executable = command_line.empty() ? "" : command_line.front();
    if (!executable.has_parent_path()) {
        // Found by the shell. Later the link would say that the file is gone, where a new one has come.
        std::error_code ignored;
        executable = std::filesystem::read_symlink("/proc/self/exe", ignored);
    }
    return {.executable = std::move(executable),
            .arguments = std::move(command_line),
            .environment = processes::own_environment(),
            .bequests = {}};
}

// --- the server that may be followed ---

Handover::Handover(const Executor& executor, Clock& clock, Log log, processes::Succession succession,
                   Estate estate, processes::ServiceManager service)
    : executor_(executor),
      clock_(clock),
      log_(std::move(log)),
      succession_(std::move(succession)),
      estate_(std::move(estate)),
      service_(std::move(service)) {}

awaitable<void> Handover::until_somebody_is_ready(asio::signal_set& signals) {
    for (;;) {
        co_await signals.async_wait(use_awaitable);
        std::optional<Error> failure;
        try {
            co_await first_of(start_one(), refuse(signals, "a new process is just starting"));
            co_return;
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        line_.reset();
        service_.tell("STATUS=Not handed over: " + failure->message);
        log_.error("not handed over", {{"reason", failure->message}, {"detail", failure->detail}});
    }
}

awaitable<void> Handover::refuse(asio::signal_set& signals, std::string reason) {
    for (;;) {
        co_await signals.async_wait(use_awaitable);
        log_.warning("handing over refused", {{"reason", reason}});
    }
}

awaitable<void> Handover::start_one() {
    if (service_.is_deaf()) {
        throw Failure(ErrorKind::Unavailable, std::string(deaf));
    }
    auto ends = SuccessionLine::make();
    if (!ends) {
        throw Failure(ends.error());
    }
    auto& [ours, theirs] = *ends;
    auto succession = succession_;
    succession.bequests = estate_.bequests();
    succession.bequests.push_back({std::string(name_of_line), theirs.get()});
    successor_ = processes::start_successor(succession);
    theirs.reset();  // so that the line ends with the successor
    line_.emplace(executor_, std::move(ours));
    service_.tell(fmt::format("STATUS=Handing over to process {}", successor_));
    log_.info("handing over", {{"successor", successor_}});

    auto words = co_await first_words();
    if (words.starts_with(word_unready) && estate_.is_ready()) {
        throw not_ready(words.substr(word_unready.size()));
    }
}

awaitable<std::string> Handover::first_words() {
    Error late{
        ErrorKind::ProviderLate,
        "The new process was not ready after three minutes and has been stopped. This server goes on as "
        "before.",
        {}};
    std::optional<std::string> words;
    try {
        auto hearing = line_->next();
        words = co_await with_deadline(clock_, patience_with_successor, std::move(hearing), late);
    } catch (const Failure&) {
        // It is there: the line has not ended.
        ::kill(successor_, SIGKILL);
        throw;
    }
    if (!words) {
        throw Failure(ErrorKind::Unavailable, std::string(ended_early));
    }
    co_return *words;
}

Descriptor Handover::give_place() {
    service_.tell(fmt::format("MAINPID={}", successor_));
    line_->say(word_yours);
    return line_->part();
}

awaitable<void> Handover::until_told_to_end() {
    for (;;) {
        auto words = co_await line_->next();
        if (!words) {
            break;
        }
        if (*words == word_end) {
            log_.info("stopping with the successor", {{"successor", successor_}});
            co_return;
        }
        if (words->starts_with(word_ask)) {
            co_await tell(words->substr(word_ask.size()));
        }
    }
    log_.warning("the successor has ended, and calls here go on", {{"successor", successor_}});
    Timer for_ever(executor_, Timer::time_point::max());
    co_await for_ever.async_wait(use_awaitable);
}

awaitable<void> Handover::tell(std::string question) {
    auto parts = numbered(question);
    if (!parts) {
        co_return;
    }
    auto [number, path] = *parts;
    std::optional<std::string> answer;
    std::exception_ptr failure;
    try {
        auto showing = estate_.show(std::string(path));
        Error late{ErrorKind::ProviderLate, {}, {}};
        answer =
            co_await with_deadline(clock_, patience_with_answers / 2, std::move(showing), std::move(late));
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure && error_of(failure).kind == ErrorKind::Cancelled) {
        std::rethrow_exception(failure);
    }
    // Whatever else it was: nothing is shown.
    co_await line_->tell(fmt::format("{}{} {}", word_told, number, answer.value_or("")));
}

// --- the server that follows ---

// Somebody waits for the answer, on a strand of theirs, until `news` expires or is cancelled.
struct Predecessor::Question {
    explicit Question(const Executor& executor) : news(executor, patience_with_answers) {}
    Timer news;
    std::optional<std::string> answer;

    static void settle(const std::shared_ptr<Question>& question, std::optional<std::string> answer) {
        asio::post(question->news.get_executor(), [question, answer = std::move(answer)]() mutable {
            question->answer = std::move(answer);
            question->news.cancel();
        });
    }
};

Predecessor::Predecessor(const Executor& executor, Descriptor line)
    : is_there_(line.is_open()), news_(executor, Timer::time_point::max()) {
    if (is_there_) {
        line_.emplace(executor, std::move(line));
    }
}

awaitable<bool> Predecessor::gives_place(std::string unready) {
    line_->say(unready.empty() ? std::string(word_ready) : std::string(word_unready) + unready);
    while (is_there_ && !has_given_) {
        co_await some_news();
    }
    co_return has_given_;
}

awaitable<void> Predecessor::some_news() {
    co_await news_.async_wait(asio::as_tuple(use_awaitable));
    auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

awaitable<void> Predecessor::listen() {
    while (is_there_) {
        auto words = co_await line_->next();
        is_there_ = words.has_value();
        if (is_there_) {
            take(*words);
        }
    }
    for (const auto& [number, question] : std::exchange(open_, {})) {
        Question::settle(question, std::nullopt);
    }
    news_.cancel();
}

void Predecessor::take(std::string_view words) {
    if (words == word_yours) {
        has_given_ = true;
        news_.cancel();
    }
    if (!words.starts_with(word_told)) {
        return;
    }
    auto parts = numbered(words.substr(word_told.size()));
    auto found = parts ? open_.find(parts->first) : open_.end();
    if (found != open_.end()) {
        auto answer = parts->second.empty() ? std::nullopt : std::optional(std::string(parts->second));
        Question::settle(found->second, std::move(answer));
        open_.erase(found);
    }
}

awaitable<std::optional<std::string>> Predecessor::ask(std::string path) {
    auto strand = co_await asio::this_coro::executor;
    auto question = std::make_shared<Question>(strand);
    asio::post(news_.get_executor(),
               [this, path = std::move(path), question]() mutable { pose(path, std::move(question)); });
    co_await question->news.async_wait(asio::as_tuple(use_awaitable));
    co_return question->answer;
}

void Predecessor::pose(std::string_view path, std::shared_ptr<Question> question) {
    // Those that nobody waits for any more.
    std::erase_if(open_, [](const auto& open) { return open.second.use_count() == 1; });
    if (!is_there_ || open_.size() >= most_questions) {
        Question::settle(question, std::nullopt);
        return;
    }
    line_->say(fmt::format("{}{} {}", word_ask, ++last_question_, path));
    open_.emplace(last_question_, std::move(question));
}

void Predecessor::tell_to_end() {
    if (is_there_) {
        line_->say(word_end);
    }
}

awaitable<void> Predecessor::until_ended() {
    while (is_there_) {
        co_await some_news();
    }
}

}  // namespace repartee::app
