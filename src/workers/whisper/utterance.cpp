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
    bool is_time = options_.partials && heard >= shortest_partial && since >= samples_in(options_.step);
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

void Utterance::finish() {
    ticket_.withdraw();
    ticket_ = desk_.ask(options_.final_rank, [this](Decoder& decoder, const std::atomic<bool>& abort) {
        understand_all(decoder, abort);
    });
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
    return {.text = joined(decoding.words, decoding.language),
            .language = decoding.language,
            .no_speech = decoding.no_speech,
            .mean_log_prob = decoding.mean_log_prob,
            .voice = voice_};
}

void Utterance::understand_some(Decoder& decoder, const std::atomic<bool>& abort) {
    try {
        auto [sound, end] = sound_to_decode();
        auto wishes = options_.wishes;
        wishes.word_times = sound.size() > longest_window;
        auto decoding = decoder.decode(sound, wishes, abort);
        if (!decoding || doubt_in(evidence_in(*decoding))) {
            return;
        }
        auto offset = length_of(begin_);
        Understood understood{.heard = end, .language = decoding->language};
        understood.certain = agreement_.take(later(decoding->words, offset));
        understood.uncertain = agreement_.uncertain();
        if (wishes.word_times) {
            settle(offset, *decoding);
        }
        if (!understood.certain.empty() || !understood.uncertain.empty()) {
            tell_(std::move(understood));
        }
    } catch (const std::exception&) {
        // The final will say so.
    }
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
    Understood understood{.is_final = true};
    try {
        auto [sound, end] = sound_to_decode();
        understood.heard = end;
        auto wishes = options_.wishes;
        wishes.word_times = true;
        wishes.thorough = options_.final_rank == Rank::Recording;
        std::optional<Decoding> decoding = Decoding{};
        if (!sound.empty()) {
            auto began = std::chrono::steady_clock::now();
            decoding = decoder.decode(sound, wishes, abort);
            understood.computing = std::chrono::duration_cast<std::chrono::microseconds>(
                std::chrono::steady_clock::now() - began);
        }
        if (!decoding) {
            return;  // nobody wants it any more
        }
        understood.language = decoding->language;
        understood.doubt = doubt_in(evidence_in(*decoding));
        auto offset = length_of(begin_);
        auto words = understood.doubt ? std::vector<Word>() : later(std::move(decoding->words), offset);
        understood.certain = certain_;
        append(understood.certain, agreement_.finish(std::move(words)));
        if (!understood.certain.empty()) {
            understood.doubt.reset();
        }
    } catch (const Failure& failure) {
        understood.failure = failure.error();
    } catch (const std::exception& fault) {
        understood.failure =
            Error{ErrorKind::ProviderBroke, "The speech could not be recognised.", fault.what()};
    }
    tell_(std::move(understood));
}

}  // namespace repartee::workers::whisper
