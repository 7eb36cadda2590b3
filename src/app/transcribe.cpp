#include "app/transcribe.h"

#include "app/core.h"
#include "app/progress_bar.h"
#include "audio/sniff.h"
#include "base/channel.h"
#include "base/task.h"
#include "hearing/passages.h"

#include <boost/asio/as_tuple.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <set>
#include <thread>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

using std::chrono::milliseconds;

// Of one file, as it lies on the disk.
constexpr std::uintmax_t largest_file = std::uintmax_t{1} << 30;
// Fewer than a recogniser has streams.
constexpr unsigned most_at_once = 16;
// Nobody waits for the answer, so a recording may be as long as a day.
constexpr milliseconds longest_recording = std::chrono::hours(24);

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::error_code fault;
    auto size = std::filesystem::file_size(path, fault);
    if (!file || fault) {
        throw Failure(ErrorKind::NotFound, "it cannot be read");
    }
    if (size > largest_file) {
        throw Failure(ErrorKind::TooLarge, "it is larger than 1 GiB");
    }
    std::string bytes(size, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

// Any bytes could be headerless sound. Somebody who means that says so in the name.
bool is_called_headerless(const std::filesystem::path& path) {
    return path.extension() == ".pcm" || path.extension() == ".raw";
}

std::unique_ptr<engines::DecoderStream> open(Core& core, const std::string& bytes) {
    auto all = std::as_bytes(std::span(bytes));
    auto decoder = core.hall.decoder_for(all.first(std::min<std::size_t>(all.size(), 64)));
    if (!decoder) {
        throw Failure(decoder.error());
    }
    auto stream = (*decoder)->start({.longest = longest_recording});
    stream->push(all);
    stream->finish();
    return stream;
}

// Places at the recogniser, shared by all files.
class Places {
public:
    Places(const Executor& executor, std::size_t count) : free_(executor, count) {
        for (std::size_t i = 0; i < count; ++i) {
            free_.try_push(0);
        }
    }
    awaitable<void> take() { co_await free_.next(); }
    void give_back() { free_.try_push(0); }

private:
    Channel<int> free_;
};

// One file on its way.
struct Work {
    std::filesystem::path path;
    hearing::TranscribedFile file;
    milliseconds counted{0};  // of its length, for the progress bar
    std::optional<Error> fault = {};
    bool over = false;
};

class Transcription {
public:
    Transcription(Core& core, const TranscribeOptions& options, std::size_t at_once)
        : core_(core),
          options_(options),
          files_(core.context.get_executor(), at_once),
          places_(core.context.get_executor(), at_once) {}

    awaitable<void> run() {
        // An engine that has not been asked is not known to work, and has loaded nothing.
        co_await core_.hall.recogniser().check();
        co_await core_.hall.detector().check();
        auto executor = co_await asio::this_coro::executor;
        std::vector<Task> files;
        for (const auto& path : options_.files) {
            works_.push_back({.path = path, .file = {.name = path.string()}});
            files.emplace_back(executor, transcribe_file(works_.back()));
        }
        for (auto& file : files) {
            co_await file.join();
        }
    }

    bool failed() const { return failed_; }

private:
    awaitable<void> transcribe_file(Work& work) {
        co_await files_.take();
        try {
            co_await understand(work);
        } catch (const Failure& failure) {
            work.fault = failure.error();
        }
        files_.give_back();
        work.over = true;
        deliver_what_is_due();
    }

    // Twice through the file: once to know how long it is, which takes a hundredth of the time, and
    // once to listen.
    awaitable<void> understand(Work& work) {
        auto bytes = read_file(work.path);
        if (audio::sniff(std::as_bytes(std::span(bytes))) == audio::AudioFormat::Unknown &&
            !is_called_headerless(work.path)) {
            throw Failure(
                ErrorKind::Unsupported,
                "it is no recording of a known kind (headerless sound is to be called .pcm or .raw)");
        }
        work.file.length = co_await length_of(bytes);
        bar_.expect(work.file.length.count());
        std::vector<Task> listening;
        std::exception_ptr failure;
        try {
            co_await listen_to_passages(bytes, work, listening);
        } catch (...) {
            failure = std::current_exception();
        }
        // They refer to all of this, so they end first, whatever went wrong.
        for (auto& one : listening) {
            co_await one.stop();
        }
        bar_.done((work.file.length - work.counted).count());
        if (failure) {
            std::rethrow_exception(failure);
        }
        std::erase_if(work.file.passages,
                      [](const auto& passage) { return passage.transcript.text.empty(); });
    }

    awaitable<void> listen_to_passages(const std::string& bytes, Work& work, std::vector<Task>& listening) {
        auto executor = co_await asio::this_coro::executor;
        auto decoding = open(core_, bytes);
        hearing::Passages passages(core_.hall.detector().start(executor, {}));
        bool more = true;
        while (more) {
            auto pcm = co_await decoding->next();
            more = pcm.has_value();
            if (pcm) {
                co_await passages.push(pcm->samples);
            } else {
                passages.finish();
            }
            while (auto passage = passages.next()) {
                co_await places_.take();
                work.file.passages.push_back({.start = passage->start, .end = {}, .transcript = {}});
                auto index = work.file.passages.size() - 1;
                listening.emplace_back(executor, listen(std::move(*passage), work, index));
            }
        }
        for (auto& one : listening) {
            co_await one.join();
        }
    }

    awaitable<milliseconds> length_of(const std::string& bytes) {
        auto decoding = open(core_, bytes);
        std::size_t samples = 0;
        while (auto pcm = co_await decoding->next()) {
            samples += pcm->samples.size();
        }
        co_return std::chrono::duration_cast<milliseconds>(audio::duration_of(samples, audio::speech_rate));
    }

    awaitable<void> listen(hearing::Passage passage, Work& work, std::size_t index) {
        std::exception_ptr failure;
        auto length = std::chrono::duration_cast<milliseconds>(
            audio::duration_of(passage.samples.size(), audio::speech_rate));
        try {
            auto stream = core_.hall.recogniser().start(
                {.language = options_.language, .urgency = engines::Urgency::Job});
            stream->push(passage.samples);
            stream->finish();
            Transcript transcript;
            while (auto heard = co_await stream->next()) {
                transcript = std::move(*heard);
            }
            auto& place = work.file.passages[index];
            place.end = place.start + length;
            place.transcript = std::move(transcript);
        } catch (...) {
            failure = std::current_exception();
        }
        places_.give_back();
        work.counted += length;
        bar_.done(length.count());
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

    // Files are told about in the order in which they were given.
    void deliver_what_is_due() {
        bar_.clear();
        for (; delivered_ < works_.size() && works_[delivered_].over; ++delivered_) {
            const auto& work = works_[delivered_];
            auto fault = work.fault ? work.fault : deliver(work);
            if (fault) {
                failed_ = true;
                std::cerr << fmt::format("repartee: {}: {}\n", work.path.string(), fault->message);
            }
        }
    }

    std::optional<Error> deliver(const Work& work) const {
        auto text = hearing::written(work.file, options_.format);
        if (options_.directory.empty()) {
            bool named = options_.files.size() > 1 && options_.format == TranscriptFormat::Text;
            std::cout << (named ? fmt::format("== {}\n", work.path.string()) : "") << text << std::flush;
            return std::nullopt;
        }
        static constexpr std::array<const char*, 4> endings{".txt", ".json", ".srt", ".vtt"};
        auto target = options_.directory / work.path.stem();
        target += endings[static_cast<std::size_t>(options_.format)];
        std::ofstream file(target, std::ios::binary);
        file << text;
        file.flush();
        if (!file) {
            return Error{ErrorKind::Unavailable, fmt::format("'{}' cannot be written", target.string()), {}};
        }
        std::cerr << fmt::format("{}\n", target.string());
        return std::nullopt;
    }

    Core& core_;
    const TranscribeOptions& options_;
    Places files_;            // how many are in memory and being decoded
    Places places_;           // at the recogniser
    std::deque<Work> works_;  // whose elements stay where they are
    std::size_t delivered_ = 0;
    ProgressBar bar_{std::cerr};
    bool failed_ = false;
};

}  // namespace

int transcribe(const Settings& settings, Parts& parts, const TranscribeOptions& options) {
    if (!options.directory.empty()) {
        std::set<std::filesystem::path> stems;
        for (const auto& file : options.files) {
            if (!stems.insert(file.stem()).second) {
                std::cerr << fmt::format(
                    "repartee transcribe: two of the recordings are called '{}'; one would "
                    "overwrite the other.\n",
                    file.stem().string());
                return 2;
            }
        }
        std::filesystem::create_directories(options.directory);
    }
    Core core(settings, parts, Log(log_options(settings.log)));
    auto at_once = options.at_once > 0 ? static_cast<std::size_t>(options.at_once)
                                       : std::clamp(std::thread::hardware_concurrency(), 1U, most_at_once);
    Transcription transcription(core, options, at_once);
    core.run(transcription.run());
    return transcription.failed() ? 1 : 0;
}

}  // namespace repartee::app
