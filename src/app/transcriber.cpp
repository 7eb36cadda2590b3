#include "app/transcriber.h"

#include "app/recording_names.h"
#include "audio/sniff.h"
#include "base/task.h"
#include "hearing/recorded_room.h"
#include "hearing/speakers.h"

#include <fmt/format.h>

#include <cerrno>
#include <deque>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

using std::chrono::milliseconds;

// Of one file, as it lies on the disk.
constexpr off_t largest_file = off_t{1} << 30;
// Of several at once.
constexpr std::uintmax_t most_held = std::uintmax_t{256} << 20;
// Nobody waits for the answer, so a recording may be as long as a day.
constexpr milliseconds longest_recording = std::chrono::hours(24);
// Lines whose speakers are being looked at.
constexpr std::size_t most_looked_at = 4;

FileState state_from(const struct stat& facts) {
    return {.inode = facts.st_ino,
            .size = facts.st_size,
            .modified_ns = std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

struct OpenFile {
    explicit OpenFile(const std::filesystem::path& path)
        : handle(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~OpenFile() { ::close(handle); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    std::optional<struct stat> facts() const {
        struct stat facts{};
        return handle >= 0 && ::fstat(handle, &facts) == 0 ? std::optional(facts) : std::nullopt;
    }

    int handle;
};

struct FileContents {
    std::string bytes;
    FileState state;
};

// Blocks.
FileContents read_file(const std::filesystem::path& path, const std::stop_token& stop) {
    OpenFile file(path);
    auto before = file.facts();
    if (!before) {
        throw Failure(ErrorKind::NotFound, "it cannot be read: " + std::generic_category().message(errno));
    }
    if (!S_ISREG(before->st_mode)) {
        throw Failure(ErrorKind::Unsupported, "it is no ordinary file");
    }
    if (before->st_size > largest_file) {
        throw Failure(ErrorKind::TooLarge, "it is larger than 1 GiB");
    }
    FileContents contents{.bytes = std::string(static_cast<std::size_t>(before->st_size), '\0'),
                          .state = state_from(*before)};
    std::size_t filled = 0;
    while (filled < contents.bytes.size() && !stop.stop_requested()) {
        constexpr std::size_t piece = 4 << 20;
        auto wanted = std::min(piece, contents.bytes.size() - filled);
        auto got = ::read(file.handle, contents.bytes.data() + filled, wanted);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw Failure(ErrorKind::NotFound,
                          "it cannot be read: " + std::generic_category().message(errno));
        }
        if (got == 0) {
            break;  // shorter than it was
        }
        filled += static_cast<std::size_t>(got);
    }
    auto after = file.facts();
    if (!after || state_from(*after) != contents.state) {
        throw Failure(ErrorKind::Conflict, "it changed while it was read");
    }
    return contents;
}

}  // namespace

std::optional<FileState> state_of(const std::filesystem::path& path) {
    struct stat facts{};
    return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) ? std::optional(state_from(facts))
                                                                       : std::nullopt;
}

// A part of the memory for files, for as long as it is there.
class Transcriber::Held {
public:
    explicit Held(Transcriber& transcriber) : transcriber_(transcriber) {}
    ~Held() {
        transcriber_.held_ -= bytes_;
        transcriber_.room_.cancel();
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

    // Waits until there is room for so much, or for this alone.
    awaitable<void> take(std::uintmax_t bytes) {
        while (transcriber_.held_ > 0 && transcriber_.held_ + bytes > most_held) {
            co_await transcriber_.room_.async_wait(asio::as_tuple(use_awaitable));
            auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) {
                throw boost::system::system_error(asio::error::operation_aborted);
            }
        }
        bytes_ = bytes;
        transcriber_.held_ += bytes;
    }

private:
    Transcriber& transcriber_;
    std::uintmax_t bytes_ = 0;
};

// One recording that is being heard.
struct Transcriber::Hearing {
    hearing::TranscribedFile file = {};
    std::optional<hearing::FileSpeakers> speakers = {};
    std::deque<Task> looking = {};  // who speaks
    std::optional<Error> fault = {};
    milliseconds heard{0};  // of its length, for the progress bar
};

Transcriber::Transcriber(Core& core, TranscribeWishes wishes, ProgressBar& bar)
    : core_(core),
      wishes_(std::move(wishes)),
      bar_(bar),
      places_(core.context.get_executor(), wishes_.at_once),
      room_(core.context.get_executor(), Timer::time_point::max()) {}

awaitable<void> Transcriber::prepare() {
    // An engine that has not been asked is not known to work, and has loaded nothing.
    co_await core_.hall.recogniser().check();
    co_await core_.hall.detector().check();
    if (!wishes_.room.translate_to.empty()) {
        co_await core_.hall.model().check();  // which translates where the recogniser does not
    }
    auto& recogniser = core_.hall.recogniser();
    const engines::RecognitionRequest request{.language = wishes_.room.language,
                                              .translate_to = wishes_.room.translate_to};
    auto capabilities = recogniser.capabilities();
    auto name = recogniser.info().kind;
    if (!engines::understands(capabilities, request)) {
        throw Failure(ErrorKind::Unsupported,
                      fmt::format("{} does not understand '{}'.", name, request.language));
    }
    if (!engines::translates(capabilities, request)) {
        auto lacks = engines::lacks_translation(name, request);
        lacks.message +=
            " A Whisper model does, into English (`repartee models pull whisper`), and a language "
            "model on this machine into others.";
        throw Failure(lacks);
    }
    if (wishes_.speakers && core_.hall.speaker_embedder() == nullptr) {
        throw Failure(ErrorKind::Unsupported, "Nothing here can tell speakers apart.");
    }
    if (wishes_.speakers) {
        co_await core_.hall.speaker_embedder()->check();
    }
}

// Twice through the sound: once to know how long it is, which takes a hundredth of the time, and once to
// listen.
awaitable<Transcriber::Transcribed> Transcriber::transcribe(std::filesystem::path path) {
    auto found = state_of(path);
    Held held(*this);
    co_await held.take(found ? static_cast<std::uintmax_t>(found->size) : 0);
    auto read = [path](const std::stop_token& stop) { return read_file(path, stop); };
    auto contents = co_await core_.pool.run(std::move(read));
    auto& bytes = contents.bytes;
    if (audio::sniff(std::as_bytes(std::span(bytes))) == audio::AudioFormat::Unknown &&
        !is_called_headerless(path)) {
        throw Failure(ErrorKind::Unsupported,
                      "it is no recording of a known kind (headerless sound is to be called .pcm or .raw)");
    }
    Hearing hearing;
    hearing.file.name = path.string();
    hearing.file.length = co_await length_of(bytes);
    if (wishes_.speakers) {
        hearing.speakers.emplace(*core_.hall.speaker_embedder());
    }
    bar_.expect(hearing.file.length.count());
    std::exception_ptr failure;
    try {
        co_await hear(bytes, hearing);
    } catch (...) {
        failure = std::current_exception();
    }
    bar_.done((hearing.file.length - hearing.heard).count());
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (hearing.speakers) {
        hearing.file.passages = hearing.speakers->passages();
    }
    co_return Transcribed{.file = std::move(hearing.file), .state = contents.state};
}

awaitable<void> Transcriber::hear(const std::string& bytes, Hearing& hearing) {
    auto executor = co_await asio::this_coro::executor;
    bool over = false;
    const auto note = [&hearing, &over, executor](Result<hearing::RecordedLine> line) {
        if (over || hearing.fault) {
            return;  // those that are looked at are being joined
        }
        if (!line) {
            hearing.fault = line.error();
            return;
        }
        const auto& words = line->transcript.words;
        auto end = words.empty() ? line->end : std::max(line->end, line->start + words.back().end);
        if (hearing.speakers) {
            auto length = static_cast<std::size_t>((end - line->start).count()) * audio::speech_rate / 1000;
            line->sound.resize(std::min(line->sound.size(), length));  // without the silence behind
            hearing.looking.emplace_back(executor, hearing.speakers->add(line->start, std::move(line->sound),
                                                                         std::move(line->transcript)));
        } else {
            hearing.file.passages.push_back(
                {.start = line->start, .end = end, .transcript = std::move(line->transcript)});
        }
    };
    hearing::RecordedRoom room(executor, core_.ears, wishes_.room, places_, note);
    if (hearing.speakers) {
        room.keep_sound();
    }
    std::exception_ptr failure;
    try {
        auto decoding = open(bytes);
        while (auto pcm = co_await decoding->next()) {
            co_await room.push(pcm->samples);
            auto length = std::chrono::duration_cast<milliseconds>(
                audio::duration_of(pcm->samples.size(), audio::speech_rate));
            hearing.heard += length;
            bar_.done(length.count());
            while (hearing.looking.size() > most_looked_at) {
                co_await hearing.looking.front().join();
                hearing.looking.pop_front();
            }
            if (hearing.fault) {
                break;  // it would be a transcript with a gap
            }
        }
        if (!hearing.fault) {
            co_await room.finish();
        }
        for (auto& looking : hearing.looking) {
            co_await looking.join();
        }
    } catch (...) {
        failure = std::current_exception();
    }
    // They refer to all of this, so they end first, whatever went wrong.
    bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    over = true;
    for (auto& looking : hearing.looking) {
        co_await looking.stop();
    }
    co_await room.close();
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (hearing.fault) {
        throw Failure(*hearing.fault);
    }
}

awaitable<milliseconds> Transcriber::length_of(const std::string& bytes) {
    auto decoding = open(bytes);
    std::size_t samples = 0;
    while (auto pcm = co_await decoding->next()) {
        samples += pcm->samples.size();
    }
    co_return std::chrono::duration_cast<milliseconds>(audio::duration_of(samples, audio::speech_rate));
}

std::unique_ptr<engines::DecoderStream> Transcriber::open(const std::string& bytes) {
    auto all = std::as_bytes(std::span(bytes));
    auto decoder = core_.hall.decoder_for(all.first(std::min<std::size_t>(all.size(), 64)));
    if (!decoder) {
        throw Failure(decoder.error());
    }
    auto stream = (*decoder)->start({.longest = longest_recording});
    stream->push(all);
    stream->finish();
    return stream;
}

}  // namespace repartee::app
