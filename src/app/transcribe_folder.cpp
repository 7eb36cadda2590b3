#include "app/transcribe_folder.h"

#include "app/folder_watch.h"
#include "app/intake.h"
#include "app/recording_names.h"
#include "base/atomic_file.h"
#include "base/task.h"
#include "base/together.h"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <iostream>
#include <sys/stat.h>
#include <unistd.h>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

namespace fs = std::filesystem;

// Names that wait; more of them are found by looking again.
constexpr std::size_t most_waiting_recordings = 1000;
// Recordings of which is known that something is wrong with them; more would be told of again.
constexpr std::size_t most_faults = 10'000;
// An engine that fails now may work later: so often, and with these pauses between.
constexpr int most_attempts = 3;
constexpr std::chrono::seconds first_pause{10};
// The kernel tells that a file was closed a moment before nobody counts as its writer any more.
constexpr std::chrono::milliseconds letting_go{100};

bool may_pass(const Error& error) {
    switch (error.kind) {
        case ErrorKind::Busy:
        case ErrorKind::TooMany:
        case ErrorKind::Unavailable:
        case ErrorKind::ProviderBroke:
        case ErrorKind::ProviderLate: return true;
        default: return false;
    }
}

// Whether somebody has it open for writing, as far as the system tells: it grants no lease then.
bool is_being_written(const fs::path& path) {
    int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (handle < 0) {
        return false;
    }
    // Should somebody open it now: by default, a signal that ends the process would tell us.
    ::fcntl(handle, F_SETSIG, SIGURG);
    bool is_written = ::fcntl(handle, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN;
    ::close(handle);
    return is_written;
}

// Whoever writes it tells when it is closed; an empty file is one that will be written.
bool is_whole(const fs::path& path) {
    auto state = state_of(path);
    return state && state->size > 0 && !is_being_written(path);
}

// The transcript was made after the recording had come to where it is.
bool is_newer(const fs::path& transcript, const fs::path& recording) {
    struct stat made{};
    struct stat arrived{};
    if (::stat(transcript.c_str(), &made) != 0 || ::stat(recording.c_str(), &arrived) != 0) {
        return false;
    }
    auto moment = [](const timespec& time) { return std::pair(time.tv_sec, time.tv_nsec); };
    return moment(made.st_mtim) >= moment(arrived.st_ctim);
}

class FolderTranscription {
public:
    FolderTranscription(Core& core, Transcriber& transcriber, FolderOptions options, ProgressBar& bar)
        : core_(core),
          transcriber_(transcriber),
          options_(std::move(options)),
          bar_(bar),
          watch_(core.context.get_executor(), options_.folder),  // before the first look: nothing is missed
          news_(core.context.get_executor(), Timer::time_point::max()) {}

    awaitable<void> run() {
        asio::signal_set signals(core_.context, SIGINT, SIGTERM);
        auto executor = co_await asio::this_coro::executor;
        look();
        tell(fmt::format("Recordings in '{}' become transcripts in '{}', until Ctrl+C.{}",
                         options_.folder.string(), options_.directory.string(), folders_within()));
        std::vector<Task> hands;
        hands.reserve(transcriber_.at_once());
        for (std::size_t hand = 0; hand < transcriber_.at_once(); ++hand) {
            hands.emplace_back(executor, transcribe_what_comes());
        }
        std::exception_ptr failure;
        try {
            co_await first_of(follow(), wait_for(signals));
        } catch (...) {
            failure = std::current_exception();
        }
        for (auto& hand : hands) {
            co_await hand.stop();
        }
        if (failure) {
            std::rethrow_exception(failure);
        }
        if (auto count = intake_.unfinished(); count > 0) {
            tell(fmt::format("Ended. {} will be taken up at the next start.",
                             count == 1 ? "One recording" : fmt::format("{} recordings", count)));
        }
    }

private:
    static awaitable<void> wait_for(asio::signal_set& signals) { co_await signals.async_wait(use_awaitable); }

    awaitable<void> follow() {
        for (;;) {
            auto news = co_await watch_.next();
            if (auto* file = std::get_if<FileArrived>(&news)) {
                if (is_called_a_recording(file->name)) {
                    arrived(file->name);
                }
            } else if (std::holds_alternative<LookAgain>(news)) {
                look();
            } else {
                throw Failure(ErrorKind::NotFound, fmt::format("'{}' is gone.", options_.folder.string()));
            }
        }
    }

    // For what lies there and has no transcript yet.
    void look() {
        for (const auto& name : recordings()) {
            auto path = options_.folder / name;
            auto known = faults_.find(name);
            bool is_known_bad = known != faults_.end() && state_of(path) == known->second;
            if (!is_known_bad && !is_newer(transcript_of(name), path) && is_whole(path)) {
                arrived(name);
            }
        }
    }

    void arrived(const std::string& name) {
        intake_.arrived(name);
        news_.cancel();
    }

    awaitable<void> transcribe_what_comes() {
        for (;;) {
            while (auto name = intake_.begin()) {
                co_await transcribe(*name);
                intake_.done(*name);
                news_.cancel();  // it may have arrived again, which another can begin as well
            }
            if (intake_.wants_a_look()) {
                look();
                co_await asio::post(use_awaitable);  // however often that is: a signal is heard between
                continue;
            }
            co_await news_.async_wait(asio::as_tuple(use_awaitable));
            auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) {
                throw boost::system::system_error(asio::error::operation_aborted);
            }
        }
    }

    awaitable<void> transcribe(std::string name) {
        auto pause = first_pause;
        for (int attempt = 1;; ++attempt) {
            if (is_being_written(options_.folder / name)) {
                co_await core_.clock.sleep(letting_go);
            }
            auto state = state_of(options_.folder / name);
            if (!state || !is_whole(options_.folder / name)) {
                co_return;
            }
            auto fault = namesake_of_another(name);
            if (!fault) {
                fault = co_await attempt_at(name);
            }
            if (!fault) {
                faults_.erase(name);
                co_return;
            }
            bool again = may_pass(*fault) && attempt < most_attempts;
            tell(fmt::format("repartee: {}: {}{}", (options_.folder / name).string(), fault->message,
                             again ? fmt::format(" It is tried again in {} s.", pause.count()) : ""));
            if (!again) {
                remember_fault(name, *state);
                co_return;
            }
            co_await core_.clock.sleep(pause);
            pause *= 6;
        }
    }

    // Nothing: it worked out, or there is a newer one to be done.
    awaitable<std::optional<Error>> attempt_at(std::string name) {
        auto path = options_.folder / name;
        std::exception_ptr thrown;
        try {
            auto transcribed = co_await transcriber_.transcribe(path);
            if (auto now = state_of(path); now && *now != transcribed.state) {
                intake_.arrived(name);
                co_return std::nullopt;
            }
            auto text = hearing::written(transcribed.file, options_.format);
            auto target = transcript_of(name);
            if (auto fault = namesake_of_another(name)) {
                co_return fault;  // the other has come, or its transcript, while this was heard
            }
            auto write = [&](const std::stop_token&) { write_atomically(target, text); };
            co_await core_.pool.run(std::move(write));
            tell(target.string());
        } catch (const Failure& failure) {
            if (failure.error().kind != ErrorKind::Conflict) {
                co_return failure.error();
            }
            intake_.arrived(name);  // it changed while it was read
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) {
            auto cancellation = co_await asio::this_coro::cancellation_state;
            if (cancellation.cancelled() != asio::cancellation_type::none) {
                std::rethrow_exception(thrown);
            }
            Error fault{ErrorKind::Internal, "it could not be transcribed, for a fault of this program.", {}};
            co_return fault;
        }
        co_return std::nullopt;
    }

    fs::path transcript_of(const std::string& name) const {
        return options_.directory / transcript_name(name, options_.format);
    }

    std::vector<std::string> recordings() const {
        std::vector<std::string> names;
        std::error_code fault;
        for (fs::directory_iterator entry(options_.folder, fault), end; !fault && entry != end;
             entry.increment(fault)) {
            auto name = entry->path().filename().string();
            std::error_code gone;
            if (is_called_a_recording(name) && entry->is_regular_file(gone)) {
                names.push_back(std::move(name));
            }
        }
        std::ranges::sort(names);
        return names;
    }

    std::string folders_within() const {
        std::error_code fault;
        std::size_t count = 0;
        for (fs::directory_iterator entry(options_.folder, fault), end; !fault && entry != end;
             entry.increment(fault)) {
            std::error_code gone;
            bool is_ours = fs::equivalent(entry->path(), options_.directory, gone);
            count += !is_ours && entry->is_directory(gone) ? 1 : 0;
        }
        return count == 0   ? ""
               : count == 1 ? " The folder within is not looked into."
                            : fmt::format(" The {} folders within are not looked into.", count);
    }

    // Where its transcript would be that of a recording before it in the alphabet, or is already there, and
    // may be that of any other of this name.
    std::optional<Error> namesake_of_another(const std::string& name) const {
        auto sharing = sharing_a_name(recordings(), name);
        std::error_code unknown;
        bool is_first = sharing.empty() || name < sharing.front();
        if (sharing.empty() || (is_first && !fs::exists(transcript_of(name), unknown))) {
            return std::nullopt;
        }
        return Error{
            ErrorKind::Unprocessable,
            fmt::format("its transcript would be that of another recording, '{}'; rename one of them.",
                        transcript_name(name, options_.format).string()),
            {}};
    }

    void remember_fault(const std::string& name, const FileState& state) {
        if (faults_.size() >= most_faults) {
            faults_.erase(faults_.begin());
        }
        faults_.insert_or_assign(name, state);
    }

    void tell(const std::string& line) {
        bar_.clear();
        std::cerr << line << std::endl;
    }

    Core& core_;
    Transcriber& transcriber_;
    const FolderOptions options_;
    ProgressBar& bar_;
    FolderWatch watch_;
    Intake intake_{most_waiting_recordings};
    std::map<std::string, FileState> faults_;  // as they were when they did not work out
    Timer news_;                               // rung when there is something to begin
};

}  // namespace

awaitable<void> transcribe_folder(Core& core, Transcriber& transcriber, FolderOptions options,
                                  ProgressBar& bar) {
    FolderTranscription transcription(core, transcriber, std::move(options), bar);
    co_await transcription.run();
}

}  // namespace repartee::app
