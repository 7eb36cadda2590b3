#include "app/transcribe.h"

#include "app/core.h"
#include "app/recording_names.h"
#include "app/room_settings.h"
#include "app/transcribe_folder.h"
#include "app/transcriber.h"
#include "base/atomic_file.h"
#include "base/task.h"

#include <fmt/format.h>

#include <deque>
#include <iostream>
#include <thread>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

// Fewer than a recogniser has streams.
constexpr unsigned most_at_once = 16;
// As many as a translating language model takes, see engines/translator.h.
constexpr std::size_t most_translations = 4;

// Files that were named, told about in the order in which they were given.
class Transcription {
public:
    Transcription(Core& core, Transcriber& transcriber, const TranscribeOptions& options, ProgressBar& bar)
        : transcriber_(transcriber),
          options_(options),
          bar_(bar),
          turns_(core.context.get_executor(), transcriber.at_once()) {}

    awaitable<void> run() {
        auto executor = co_await asio::this_coro::executor;
        std::vector<Task> files;
        for (const auto& path : options_.files) {
            works_.push_back({.path = path});
            files.emplace_back(executor, transcribe_file(works_.back()));
        }
        co_await join_all(files);
    }

    bool failed() const { return failed_; }

private:
    struct Work {
        std::filesystem::path path;
        Result<std::string> text = std::string();
        bool over = false;
    };

    awaitable<void> transcribe_file(Work& work) {
        auto turn = co_await turns_.take();
        try {
            auto transcribed = co_await transcriber_.transcribe(work.path);
            work.text = hearing::written(transcribed.file, options_.format);
        } catch (const Failure& failure) {
            work.text = failure.error();
        }
        work.over = true;
        deliver_what_is_due();
    }

    void deliver_what_is_due() {
        bar_.clear();
        for (; delivered_ < works_.size() && works_[delivered_].over; ++delivered_) {
            auto& work = works_[delivered_];
            try {
                deliver(work.path, work.text.value());
            } catch (const Failure& failure) {
                failed_ = true;
                std::cerr << fmt::format("repartee: {}: {}\n", work.path.string(), failure.error().message);
            }
            work.text = std::string();
        }
    }

    void deliver(const std::filesystem::path& recording, const std::string& text) const {
        if (options_.directory.empty()) {
            bool named = options_.files.size() > 1 && options_.format == TranscriptFormat::Text;
            std::cout << (named ? fmt::format("== {}\n", recording.string()) : "") << text << std::flush;
            return;
        }
        auto target = options_.directory / transcript_name(recording, options_.format);
        write_atomically(target, text);
        std::cerr << fmt::format("{}\n", target.string());
    }

    Transcriber& transcriber_;
    const TranscribeOptions& options_;
    ProgressBar& bar_;
    hearing::Places turns_;   // how many recordings are heard at once
    std::deque<Work> works_;  // whose elements stay where they are
    std::size_t delivered_ = 0;
    bool failed_ = false;
};

// What does not fit each other in what was asked for; empty: all does.
std::string complaint_about(const TranscribeOptions& options) {
    bool subtitles = options.format == TranscriptFormat::Srt || options.format == TranscriptFormat::Vtt;
    if (options.files.empty() == options.watch.empty()) {
        return options.files.empty() ? "give a FILE, or a folder to --watch."
                                     : "give FILEs or a folder to --watch, not both.";
    }
    if (subtitles && options.files.size() > 1 && options.directory.empty()) {
        return "subtitles of several recordings need a --directory.";
    }
    if (options.directory.empty()) {
        return {};
    }
    std::vector<std::string> names;
    names.reserve(options.files.size());
    for (const auto& file : options.files) {
        names.push_back(file.filename().string());
    }
    auto doubles = doubly_named(std::move(names));
    return doubles.empty()
               ? ""
               : fmt::format("two of the recordings are called '{}'; one would overwrite the other.",
                             std::filesystem::path(doubles.front()).stem().string());
}

TranscribeWishes wishes_of(const Parts& parts, const TranscribeOptions& options) {
    TranscribeWishes wishes{.room = room_options(parts), .speakers = options.speakers};
    if (!options.language.empty()) {
        wishes.room.language = options.language;
    }
    wishes.room.translate_to = options.translate_to;
    wishes.at_once = options.at_once > 0 ? static_cast<std::size_t>(options.at_once)
                                         : std::clamp(std::thread::hardware_concurrency(), 1U, most_at_once);
    if (!options.translate_to.empty()) {
        wishes.at_once = std::min(wishes.at_once, most_translations);
    }
    return wishes;
}

awaitable<void> prepare_and_watch(Core& core, Transcriber& transcriber, FolderOptions options,
                                  ProgressBar& bar) {
    co_await transcriber.prepare();
    co_await transcribe_folder(core, transcriber, std::move(options), bar);
}

awaitable<void> prepare_and_transcribe(Transcriber& transcriber, Transcription& transcription) {
    co_await transcriber.prepare();
    co_await transcription.run();
}

}  // namespace

int transcribe(const Settings& settings, Parts& parts, const TranscribeOptions& options) {
    if (auto complaint = complaint_about(options); !complaint.empty()) {
        std::cerr << "repartee transcribe: " << complaint << "\n";
        return 2;
    }
    auto directory = options.directory.empty() ? options.watch : options.directory;
    if (!directory.empty()) {
        std::filesystem::create_directories(directory);
    }
    ProgressBar bar(std::cerr);
    Core core(settings, parts, Log(log_options(settings.log)));
    Transcriber transcriber(core, wishes_of(parts, options), bar);
    if (!options.watch.empty()) {
        FolderOptions folder{.folder = options.watch, .directory = directory, .format = options.format};
        core.run(prepare_and_watch(core, transcriber, std::move(folder), bar));
        return 0;
    }
    Transcription transcription(core, transcriber, options, bar);
    core.run(prepare_and_transcribe(transcriber, transcription));
    return transcription.failed() ? 1 : 0;
}

}  // namespace repartee::app
