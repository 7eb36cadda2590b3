#include "engines/pocketsphinx/decoder_pool.h"

#include "engines/pocketsphinx/words.h"

#include <algorithm>
#include <utility>

namespace repartee::engines::pocketsphinx {

namespace {

// Lets others in for the length of a scope.
class Unlocked {
public:
    explicit Unlocked(std::unique_lock<std::mutex>& lock) : lock_(lock) { lock_.unlock(); }
    ~Unlocked() { lock_.lock(); }
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;

private:
    std::unique_lock<std::mutex>& lock_;
};

bool has_work(const Utterance& utterance) {
    return utterance.standing.finished || utterance.audio.size() - utterance.given >= step_samples;
}

std::vector<audio::Sample> take_step(Utterance& utterance) {
    auto begin = utterance.audio.begin() + static_cast<std::ptrdiff_t>(utterance.given);
    auto size = std::min(step_samples, utterance.audio.size() - utterance.given);
    utterance.given += size;
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

Transcript final_of(std::vector<Word> words) {
    auto text = text_of(words);
    auto confidence = confidence_of(words);
    return {.text = std::move(text),
            .is_final = true,
            .language = "en",
            .words = std::move(words),
            .confidence = confidence};
}

std::size_t most_decoders(const Settings& settings) {
    return settings.decoders > 0 ? static_cast<std::size_t>(settings.decoders)
                                 : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

DecoderPool::DecoderPool(const Settings& settings, Clock& clock, Log log,
                         std::function<void(Duration)> waited)
    : settings_(settings),
      most_decoders_(pocketsphinx::most_decoders(settings)),
      clock_(clock),
      log_(std::move(log)),
      waited_(std::move(waited)) {}

DecoderPool::~DecoderPool() {
    for (auto& thread : threads_) {
        thread.request_stop();
    }
    threads_.clear();  // joins
}

// --- the clients ---

void DecoderPool::prepare() {
    {
        std::lock_guard lock(mutex_);
        if (std::exchange(prepared_, true)) {
            return;
        }
    }
    try {
        auto decoder = make_decoder();
        std::lock_guard lock(mutex_);
        spare_.push_back(std::move(decoder));
    } catch (...) {
        std::lock_guard lock(mutex_);
        prepared_ = false;
        throw;
    }
}

std::shared_ptr<Utterance> DecoderPool::open(bool partials, Urgency urgency) {
    auto utterance = std::make_shared<Utterance>(partials);
    utterance->standing.urgency = urgency;
    std::lock_guard lock(mutex_);
    if (utterances_.size() >= static_cast<std::size_t>(settings_.streams)) {
        utterance->over = true;
        utterance->outbox.fail({.kind = ErrorKind::Busy,
                                .message = "Too many people are speaking. Please try again in a moment.",
                                .detail = "all recogniser streams are open"});
        return utterance;
    }
    utterance->standing.since = utterance->standing.last_audio = clock_.now();
    utterances_.push_back(utterance);
    return utterance;
}

void DecoderPool::push(Utterance& utterance, std::span<const audio::Sample> samples) {
    std::lock_guard lock(mutex_);
    auto& standing = utterance.standing;
    if (utterance.over || standing.finished || samples.empty()) {
        return;
    }
    utterance.received += samples.size();
    if (audio::duration_of(utterance.received, audio::speech_rate) > settings_.longest_utterance) {
        end(utterance);
        utterance.outbox.fail(
            {.kind = ErrorKind::TooLarge, .message = "The recording is too long.", .detail = {}});
        return;
    }
    utterance.audio.insert(utterance.audio.end(), samples.begin(), samples.end());
    standing.last_audio = clock_.now();
    // One wake-up for every step, not for every frame.
    if (!has_work(utterance)) {
        return;
    }
    standing.has_work = true;
    if (standing.has_decoder) {
        utterance.news.notify_one();
    } else {
        arrange();
    }
}

void DecoderPool::finish(Utterance& utterance) {
    std::lock_guard lock(mutex_);
    auto& standing = utterance.standing;
    if (utterance.over || standing.finished) {
        return;
    }
    standing.finished = true;
    standing.since = clock_.now();
    standing.has_work = true;
    if (utterance.received == 0) {
        end(utterance);
        utterance.outbox.final(final_of({}));
    } else if (standing.has_decoder) {
        note_wait(Duration::zero());
        utterance.news.notify_one();
    } else {
        arrange();
    }
}

void DecoderPool::abandon(Utterance& utterance) {
    std::lock_guard lock(mutex_);
    utterance.outbox.abandon();
    end(utterance);
}

// --- who is served; all with the lock held ---

// The utterance leaves the pool. A thread that serves it notices after its present step.
void DecoderPool::end(Utterance& utterance) {
    utterance.over = true;
    utterance.audio.clear();
    utterance.given = 0;
    utterance.news.notify_one();
    std::erase_if(utterances_, [&](const auto& one) { return one.get() == &utterance; });
}

std::vector<Standing> DecoderPool::standings() const {
    std::vector<Standing> standings;
    standings.reserve(utterances_.size());
    for (const auto& utterance : utterances_) {
        standings.push_back(utterance->standing);
    }
    return standings;
}

Utterance& DecoderPool::at(std::size_t index) const {
    return **std::next(utterances_.begin(), static_cast<std::ptrdiff_t>(index));
}

void DecoderPool::note_wait(Duration waited) const {
    if (waited_) {
        waited_(waited);
    }
}

// Finds decoders for those who wait: on a free thread, on a new one, or somebody else's.
void DecoderPool::arrange() {
    auto now = clock_.now();
    auto all = standings();
    auto coming =
        free_threads_ + static_cast<std::size_t>(std::ranges::count(all, true, &Standing::giving_back));
    for (auto waiting = next_to_serve(all, now); waiting; waiting = next_to_serve(all, now)) {
        auto who = all[*waiting];
        all[*waiting].has_work = false;  // seen to, for now
        if (coming > 0) {
            --coming;
            work_.notify_one();
        } else if (threads_.size() < most_decoders_) {
            ++free_threads_;
            threads_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
        } else if (auto revoked = next_to_revoke(all, who, now)) {
            all[*revoked].giving_back = true;
            auto& utterance = at(*revoked);
            utterance.standing.giving_back = true;
            utterance.news.notify_one();
        }
    }
}

// Called whenever a thread has done a step: if finished utterances wait at all, then because every
// thread is busy, so this is asked often enough. A job may have to wait for many live ones; its owner
// knows how long.
void DecoderPool::turn_away_late() {
    auto now = clock_.now();
    auto late = [&](const std::shared_ptr<Utterance>& one) {
        const auto& standing = one->standing;
        return standing.finished && !standing.has_decoder && standing.urgency == Urgency::Live &&
               now - standing.since > settings_.longest_wait;
    };
    for (auto found = std::ranges::find_if(utterances_, late); found != utterances_.end();
         found = std::ranges::find_if(utterances_, late)) {
        auto utterance = *found;
        note_wait(now - utterance->standing.since);
        end(*utterance);
        utterance->outbox.fail({.kind = ErrorKind::Busy,
                                .message = "The server is busy. Please try again in a moment.",
                                .detail = "no recogniser came free in time"});
    }
}

// --- the threads ---

void DecoderPool::serve(const std::stop_token& stop) {
    std::unique_ptr<Decoder> decoder;
    Lock lock(mutex_);
    while (auto utterance = next_utterance(lock, stop)) {
        try {
            if (!decoder) {
                Unlocked others(lock);
                decoder = take_decoder();
            }
            transcribe(lock, *decoder, *utterance, stop);
            if (!stop.stop_requested()) {
                // Now, rather than when the next utterance waits for it.
                Unlocked others(lock);
                decoder->forget();
            }
        } catch (...) {
            auto error = error_of(std::current_exception());
            log_.error("recogniser failed", {{"engine", "pocketsphinx"}, {"detail", error.detail}});
            if (decoder) {
                decoder->abandon();
                decoder.reset();
            }
            end(*utterance);
            utterance->outbox.fail(std::move(error));
        }
        utterance->standing.has_decoder = false;
        utterance->standing.giving_back = false;
        ++free_threads_;
        arrange();
    }
}

std::shared_ptr<Utterance> DecoderPool::next_utterance(Lock& lock, const std::stop_token& stop) {
    std::optional<std::size_t> next;
    work_.wait(lock, stop, [&] {
        turn_away_late();
        next = next_to_serve(standings(), clock_.now());
        return next.has_value();
    });
    if (stop.stop_requested()) {
        return nullptr;
    }
    --free_threads_;
    auto utterance = *std::next(utterances_.begin(), static_cast<std::ptrdiff_t>(*next));
    utterance->standing.has_decoder = true;
    if (utterance->standing.finished) {
        note_wait(clock_.now() - utterance->standing.since);
    }
    return utterance;
}

std::unique_ptr<Decoder> DecoderPool::take_decoder() {
    {
        std::lock_guard lock(mutex_);
        if (!spare_.empty()) {
            auto decoder = std::move(spare_.back());
            spare_.pop_back();
            return decoder;
        }
    }
    auto decoder = make_decoder();
    std::lock_guard lock(mutex_);
    prepared_ = true;
    return decoder;
}

std::unique_ptr<Decoder> DecoderPool::make_decoder() {
    if (auto missing = missing_model(settings_)) {
        throw Failure(ErrorKind::Unavailable, "The speech recogniser's model is missing.", *missing);
    }
    // One at a time: reading models is not what the library was made to do on several threads.
    std::lock_guard making(making_);
    if (unusable_) {
        throw Failure(*unusable_);
    }
    try {
        return std::make_unique<Decoder>(settings_);
    } catch (const Failure& failure) {
        unusable_ = failure.error();
        throw;
    }
}

void DecoderPool::transcribe(Lock& lock, Decoder& decoder, Utterance& utterance,
                             const std::stop_token& stop) {
    auto& standing = utterance.standing;
    utterance.given = 0;
    standing.invested = 0;
    Transcription transcription(decoder, utterance.progress);
    std::string told;
    for (;;) {
        utterance.news.wait(lock, stop,
                            [&] { return utterance.over || standing.giving_back || has_work(utterance); });
        if (stop.stop_requested() || utterance.over) {
            return;
        }
        if (must_give_back(standing)) {
            utterance.given = 0;
            standing.has_work = has_work(utterance);
            log_.debug("decoder revoked", {{"engine", "pocketsphinx"}, {"samples", standing.invested}});
            return;
        }
        auto settled = utterance.progress.samples;
        auto step = take_step(utterance);
        auto caught_up = !has_work(utterance);
        standing.has_work = !caught_up;
        auto last = standing.finished && utterance.given == utterance.audio.size();
        auto heard = settled + utterance.given;
        auto tell = utterance.partials && caught_up && heard > utterance.told;
        {
            Unlocked others(lock);
            if (!step.empty()) {
                transcription.feed(step);
            }
            if (last) {
                transcription.finish();
            } else if (auto text = tell ? transcription.text() : std::string();
                       text != told && !text.empty()) {
                told = text;
                utterance.outbox.partial({.text = std::move(text), .language = "en"});
            }
        }
        if (utterance.over) {
            return;
        }
        if (last) {
            end(utterance);
            utterance.outbox.final(final_of(std::move(utterance.progress.words)));
            return;
        }
        // Audio whose words are settled is not needed again.
        auto done = utterance.progress.samples - settled;
        utterance.audio.erase(utterance.audio.begin(),
                              utterance.audio.begin() + static_cast<std::ptrdiff_t>(done));
        utterance.given -= done;
        utterance.told = std::max(utterance.told, heard);
        standing.invested = utterance.given;
        turn_away_late();
    }
}

}  // namespace repartee::engines::pocketsphinx
