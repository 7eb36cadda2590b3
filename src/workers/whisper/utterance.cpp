#include "workers/whisper/utterance.h"

#include "audio/pcm.h"
#include "workers/whisper/words.h"

#include <algorithm>

namespace repartee::workers::whisper {

namespace {

using std::chrono::milliseconds;

// Less is not worth decoding before it has ended.
constexpr std::size_t shortest_partial = audio::speech_rate / 2;

// A partial text costs as much as the sound is long. Behind this what is certain is not heard again.
constexpr std::size_t longest_window = std::size_t{12} * audio::speech_rate;

// What is kept of one utterance: half an hour, 115 MB.
constexpr std::size_t longest_kept = std::size_t{30} * 60 * audio::speech_rate;

constexpr std::size_t samples_in(milliseconds time) {
    return static_cast<std::size_t>(time.count()) * (audio::speech_rate / 1000);
}

milliseconds length_of(std::size_t samples) {
    return milliseconds(samples * 1000 / audio::speech_rate);
}

std::vector<Word> later(std::vector<Word> words, milliseconds by) {
    for (auto& word : words) {
        word.start += by;
        word.end += by;
    }
    return words;
}

void append(std::vector<Word>& to, const std::vector<Word>& words) {
    to.insert(to.end(), words.begin(), words.end());
}

Understood failed(const std::exception& fault) {
    Understood understood{.is_final = true};
    const auto* failure = dynamic_cast<const Failure*>(&fault);
    understood.failure = failure != nullptr ? failure->error()
                                            : Error{ErrorKind::ProviderBroke,
                                                    "The speech could not be recognised.", fault.what()};
    return understood;
}

}  // namespace

Utterance::Utterance(Desk& desk, UtteranceOptions options, Tell tell)
    : desk_(desk), options_(std::move(options)), tell_(std::move(tell)) {}

void Utterance::push(std::span<const float> sound) {
    std::size_t heard = 0;
    std::size_t since = 0;
    {
        std::lock_guard lock(mutex_);
        if (sound_.size() + sound.size() > longest_kept) {
            throw Failure(ErrorKind::TooLarge, "Nobody speaks for so long.", "half an hour of one utterance");
        }
        sound_.insert(sound_.end(), sound.begin(), sound.end());
        heard = begin_ + sound_.size();
        since = heard - decoded_;
    }
    bool is_time =
        options_.partials && !paused_ && heard >= shortest_partial && since >= samples_in(options_.step);
    if (!is_time || ticket_.pending()) {
        return;
    }
    try {
        ticket_ = desk_.ask(Rank::Partial, [this](Decoder& decoder, const std::atomic<bool>& abort) {
            understand_some(decoder, abort);
        });
    } catch (const Failure&) {
        // Too many wait: this one does without partial texts for now.
    }
}

void Utterance::pause() {
    {
        std::lock_guard lock(mutex_);
        // Who waits for a recording rather has it thorough; and before the first word there is nothing to
        // read.
        if (options_.final_rank != Rank::Final || begin_ + sound_.size() < shortest_partial) {
            return;
        }
    }
    forget_the_pause();
    paused_ = true;
    try {
        ticket_ = desk_.ask(Rank::Partial, [this](Decoder& decoder, const std::atomic<bool>& abort) {
            understand_ahead(decoder, abort);
        });
    } catch (const Failure&) {
        // Too many wait: the final is made when it is asked for.
    }
}

void Utterance::resume() {
    if (paused_) {
        forget_the_pause();
    }
}

void Utterance::forget_the_pause() {
    ticket_.withdraw();
    paused_ = false;
    std::lock_guard lock(mutex_);
    ahead_ = Ahead::None;
}

void Utterance::finish() {
    if (paused_ && is_finished_by_the_pause()) {
        return;
    }
    ticket_.withdraw();
    ticket_ = desk_.ask(options_.final_rank, [this](Decoder& decoder, const std::atomic<bool>& abort) {
        understand_all(decoder, abort);
    });
}

// What is read ahead is told as the final: now, or when it has been made.
bool Utterance::is_finished_by_the_pause() {
    {
        std::lock_guard lock(mutex_);
        if (!nobody_spoke_since(length_of(decoded_))) {
            return false;
        }
        if (ahead_ == Ahead::BeingMade) {
            ahead_ = Ahead::BeingMadeForTheFinal;
            return true;
        }
        if (ahead_ != Ahead::Made) {
            return false;
        }
    }
    ticket_.wait();  // it has nothing left to do; the words are this thread's now
    tell_(final_of(std::move(read_ahead_)));
    return true;
}

// Where no detector hears along, the pause is believed. Under the mutex.
bool Utterance::nobody_spoke_since(milliseconds end) const {
    return !voice_ || voice_->last <= end;
}

void Utterance::set_voice(const VoiceHeard& voice) {
    std::lock_guard lock(mutex_);
    voice_ = voice;
}

Utterance::Sound Utterance::sound_to_decode() {
    std::lock_guard lock(mutex_);
    decoded_ = begin_ + sound_.size();
    return {.samples = sound_, .end = length_of(decoded_)};
}

Evidence Utterance::evidence_in(const Decoding& decoding) const {
    std::lock_guard lock(mutex_);
    return {.text = joined(decoding.words, written_in(decoding)),
            .language = written_in(decoding),
            .no_speech = decoding.no_speech,
            .mean_log_prob = decoding.mean_log_prob,
            .voice = voice_};
}

void Utterance::understand_some(Decoder& decoder, const std::atomic<bool>& abort) {
    try {
        auto [sound, end] = sound_to_decode();
        auto begin = length_of(begin_);
        auto wishes = options_.wishes;
        wishes.word_times = sound.size() > longest_window;
        auto decoding = decoder.decode(sound, wishes, abort);
        if (!decoding || doubt_in(evidence_in(*decoding))) {
            return;
        }
        auto understood = partial_of(*decoding, begin, end);
        if (wishes.word_times) {
            settle(begin, *decoding);
        }
        if (!understood.certain.empty() || !understood.uncertain.empty()) {
            tell_(std::move(understood));
        }
    } catch (const std::exception&) {
        // The final will say so.
    }
}

Understood Utterance::partial_of(const Decoding& decoding, milliseconds begin, milliseconds end) {
    Understood understood{
        .heard = end, .language = decoding.language, .translated_to = decoding.translated_to};
    understood.certain = agreement_.take(later(decoding.words, begin));
    understood.uncertain = agreement_.uncertain();
    return understood;
}

// What is certain is not heard again: the window begins behind it.
void Utterance::settle(milliseconds window, const Decoding& decoding) {
    const auto& certain = agreement_.certain();
    if (certain.empty() || decoding.words.empty()) {
        return;
    }
    auto end = certain.back().end - window;
    if (end <= milliseconds(0)) {
        return;
    }
    append(certain_, certain);
    agreement_ = {};
    std::lock_guard lock(mutex_);
    auto samples = std::min(samples_in(end), sound_.size());
    sound_.erase(sound_.begin(), sound_.begin() + static_cast<std::ptrdiff_t>(samples));
    begin_ += samples;
}

void Utterance::understand_all(Decoder& decoder, const std::atomic<bool>& abort) {
    try {
        if (auto reading = read_all(decoder, abort)) {
            tell_(final_of(std::move(*reading)));
        }
    } catch (const std::exception& fault) {
        tell_(failed(fault));
    }
}

void Utterance::understand_ahead(Decoder& decoder, const std::atomic<bool>& abort) {
    {
        std::lock_guard lock(mutex_);
        ahead_ = Ahead::BeingMade;
    }
    try {
        auto reading = read_all(decoder, abort);
        if (!reading) {
            return;
        }
        if (options_.partials && !doubt_in(evidence_in(reading->decoding))) {
            tell_(partial_of(reading->decoding, reading->begin, reading->end));
        }
        std::unique_lock lock(mutex_);
        read_ahead_ = std::move(*reading);
        if (std::exchange(ahead_, Ahead::Made) == Ahead::BeingMadeForTheFinal) {
            lock.unlock();
            tell_(final_of(std::move(read_ahead_)));
        }
    } catch (const std::exception& fault) {
        std::unique_lock lock(mutex_);
        if (std::exchange(ahead_, Ahead::None) == Ahead::BeingMadeForTheFinal) {
            lock.unlock();
            tell_(failed(fault));
        }
    }
}

std::optional<Utterance::Reading> Utterance::read_all(Decoder& decoder, const std::atomic<bool>& abort) {
    auto [sound, end] = sound_to_decode();
    Reading reading{.begin = length_of(begin_), .end = end};
    auto wishes = options_.wishes;
    wishes.word_times = true;
    wishes.thorough = options_.final_rank == Rank::Recording;
    if (!sound.empty()) {
        auto began = std::chrono::steady_clock::now();
        auto decoding = decoder.decode(sound, wishes, abort);
        if (!decoding) {
            return std::nullopt;  // nobody wants it any more
        }
        reading.decoding = std::move(*decoding);
        reading.computing =
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    }
    return reading;
}

Understood Utterance::final_of(Reading reading) {
    Understood understood{.heard = reading.end,
                          .computing = reading.computing,
                          .language = reading.decoding.language,
                          .translated_to = reading.decoding.translated_to,
                          .is_final = true,
                          .doubt = doubt_in(evidence_in(reading.decoding))};
    auto words =
        understood.doubt ? std::vector<Word>() : later(std::move(reading.decoding.words), reading.begin);
    understood.certain = certain_;
    append(understood.certain, agreement_.finish(std::move(words)));
    if (!understood.certain.empty()) {
        understood.doubt.reset();
    }
    return understood;
}

}  // namespace repartee::workers::whisper
