#include "engines/flite/synthesiser.h"

#include "base/error.h"
#include "base/task.h"
#include "base/worker_stream.h"
#include "engines/flite/speak.h"

#include <deque>
#include <limits>
#include <utility>

namespace repartee::engines::flite {

namespace {

// Samples. A phrase is begun when less than this is waiting to be taken: enough that no phrase
// comes late, little enough that a reply which nobody hears to the end is not made to the end.
constexpr std::int64_t enough_ahead = audio::speech_rate;

// The stream of chunks needs no bound of its own: one phrase and `enough_ahead` is all there can be.
constexpr auto unbounded = std::numeric_limits<std::size_t>::max();

// A phrase and where it lies among all the text given to `say`.
struct Line {
    Phrase phrase;
    std::size_t sentence_begin = 0;  // bytes
    std::size_t from = 0;            // bytes of the sentence spoken before the phrase
};

// What is still to be spoken. On the stream's strand.
struct Script {
    std::deque<Line> lines;
    bool finished = false;
    std::int64_t samples_ahead = 0;  // made and not yet taken; below zero while a phrase is being made
    std::shared_ptr<Timer> changed;  // cancelled to wake `next_line`

    void wake() {
        if (changed) {
            changed->cancel();
        }
    }
};

using Chunks = WorkerStream<SpeechChunk>;

// The next line once it is time for it; nothing when all is said.
awaitable<std::optional<Line>> next_line(std::shared_ptr<Script> script) {
    while (script->lines.empty() ? !script->finished : script->samples_ahead >= enough_ahead) {
        script->changed->expires_at(Timer::time_point::max());
        co_await script->changed->async_wait(asio::as_tuple(use_awaitable));
    }
    if (script->lines.empty()) {
        co_return std::nullopt;
    }
    std::optional<Line> line(std::move(script->lines.front()));
    script->lines.pop_front();
    co_return line;
}

// Returns the number of samples made. On a worker thread.
std::int64_t narrate(const Line& line, const Manner& manner, Chunks& chunks, const std::stop_token& stop) {
    std::int64_t made = 0;
    speak(line.phrase, line.from, manner, [&](std::span<const audio::Sample> samples, std::size_t spoken) {
        made += static_cast<std::int64_t>(samples.size());
        return !stop.stop_requested() && chunks.push({.samples = {samples.begin(), samples.end()},
                                                      .spoken_bytes = line.sentence_begin + spoken});
    });
    return made;
}

// Shares the ownership of all it touches, for it may outlive the stream by the length of a chunk.
awaitable<void> perform(std::shared_ptr<Script> script, std::shared_ptr<Chunks> chunks, Manner manner,
                        WorkerPool& pool) {
    try {
        while (auto line = co_await next_line(script)) {
            auto narration = [&](const std::stop_token& stop) {
                return narrate(*line, manner, *chunks, stop);
            };
            script->samples_ahead += co_await pool.run(narration);
        }
        chunks->finish();
    } catch (...) {
        chunks->fail(std::current_exception());
    }
}

class FliteStream final : public SpeechStream {
public:
    FliteStream(const Manner& manner, bool understood, WorkerPool& pool)
        : manner_(manner), understood_(understood), pool_(pool) {}

    ~FliteStream() override { end(); }

    void say(std::string sentence) override {
        if (ended_ || script_->finished) {
            return;
        }
        std::size_t from = 0;
        for (auto& phrase : phrases_of(sentence)) {
            auto end = phrase.end;
            script_->lines.push_back({.phrase = std::move(phrase), .sentence_begin = said_, .from = from});
            from = end;
        }
        said_ += sentence.size();
        script_->wake();
    }

    void finish() override {
        script_->finished = true;
        script_->wake();
    }

    awaitable<std::optional<SpeechChunk>> next() override {
        if (ended_) {
            co_return std::nullopt;
        }
        if (!understood_) {
            end();
            throw Failure(ErrorKind::Unsupported, "This voice speaks English only.");
        }
        if (!chunks_) {
            begin(co_await asio::this_coro::executor);
        }
        try {
            auto chunk = co_await chunks_->next();
            if (chunk) {
                script_->samples_ahead -= static_cast<std::int64_t>(chunk->samples.size());
                script_->wake();
            }
            co_return chunk;
        } catch (...) {
            end();
            throw;
        }
    }

private:
    void begin(const Executor& executor) {
        script_->changed = std::make_shared<Timer>(executor);
        chunks_ = std::make_shared<Chunks>(executor, unbounded);
        performance_ = Task(executor, perform(script_, chunks_, manner_, pool_));
    }

    void end() {
        ended_ = true;
        if (chunks_) {
            chunks_->abandon();  // the voice stops at its next chunk
        }
        performance_.cancel();
    }

    Manner manner_;
    bool understood_;
    WorkerPool& pool_;
    std::size_t said_ = 0;  // bytes
    bool ended_ = false;
    // Shared with the coroutine that performs it.
    std::shared_ptr<Script> script_ = std::make_shared<Script>();
    std::shared_ptr<Chunks> chunks_;
    Task performance_;
};

}  // namespace

EngineInfo Flite::info() const {
    return {.kind = "flite", .model = std::string(voice_name), .place = Place::Embedded};
}

awaitable<Health> Flite::check() {
    prepare();
    Health health{.usable = true, .reason = "built in, English"};
    co_return health;
}

SynthesiserCapabilities Flite::capabilities() const {
    return {.languages = {"en"}};
}

std::unique_ptr<SpeechStream> Flite::start(const SpeechRequest& request) {
    const auto& voice = request.voice;
    Manner manner{.speed = settings_.speed * voice.speed,
                  .pitch = settings_.pitch * voice.pitch,
                  .volume = voice.volume};
    return std::make_unique<FliteStream>(manner, serves("en", voice.language), pool_);
}

}  // namespace repartee::engines::flite
