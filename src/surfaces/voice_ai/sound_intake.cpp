#include "surfaces/voice_ai/sound_intake.h"

#include "audio/sniff.h"
#include "surfaces/voice_ai/container_end.h"

#include <algorithm>
#include <cstring>

namespace repartee::surfaces::voice_ai {

namespace {

// Long enough that every utterance ends.
constexpr std::size_t samples_of_silence = std::size_t{2} * audio::speech_rate;

std::size_t bytes_of(Duration length) {
    return static_cast<std::size_t>(length / 1us) * audio::speech_rate * sizeof(audio::Sample) / 1'000'000;
}

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

SoundIntake::SoundIntake(const Executor& executor, const hearing::Ears& ears, Options options, Tell tell,
                         std::function<void()> began)
    : executor_(executor),
      ears_(ears),
      options_(std::move(options)),
      waiting_(options_.most_waiting_bytes),
      tell_(std::move(tell)),
      began_(std::move(began)) {}

void SoundIntake::push(std::string_view bytes, std::optional<bool> is_final) {
    bool is_last = is_final.value_or(false);
    if (state_ == State::Waiting) {
        head_ += bytes;
        says_when_it_ends_ = says_when_it_ends_ || is_final.has_value();
        if (head_.size() >= audio::sniff_bytes || (is_last && !head_.empty())) {
            begin();
        } else if (is_last) {
            says_when_it_ends_ = false;
            tell_(NothingCame{});
            return;
        }
    } else if (state_ == State::Recording) {
        add_to_recording(bytes);
    } else if (state_ == State::Listening) {
        add_to_listener(bytes);
    }
    if (is_last || (state_ == State::Recording && is_complete() && is_final.value_or(true))) {
        end(is_last ? Asked::Yes : Asked::No);
    } else if (state_ != State::Waiting || !head_.empty()) {
        // Pieces without sound hold nothing open.
        if (!bytes.empty() || !quiet_at_) {
            expect_more(is_final);
        }
    }
}

void SoundIntake::begin() {
    auto first = std::exchange(head_, {});
    if (options_.has_room && !options_.has_room()) {
        pass_over(TooMuchSound::Of::Everybody);
        return;
    }
    share_ = SoundShare(waiting_, options_.everybodys);
    first_at_ = ears_.clock.now();
    bool is_file = audio::sniff(as_bytes(first)) != audio::AudioFormat::Unknown;
    if (is_file || says_when_it_ends_) {
        state_ = State::Recording;
        hearing::RecordingOptions options{.language = options_.language};
        recording_ = std::make_unique<hearing::Recording>(executor_, ears_, std::move(options));
        began_();
        add_to_recording(first);
        return;
    }
    state_ = State::Listening;
    told_ = false;
    received_ = {};
    if (!listener_) {
        hearing::ListenerOptions options{.language = options_.language};
        listener_ = std::make_unique<hearing::Listener>(
            executor_, ears_, std::move(options), [this](hearing::Hearing heard) { hear(std::move(heard)); });
    }
    add_to_listener(first);
}

void SoundIntake::add_to_recording(std::string_view bytes) {
    const auto all = recording_->bytes() + bytes.size();
    if (all > options_.most_bytes) {
        pass_over(TooMuchSound::Of::Utterance);
        return;
    }
    if (!hold(all)) {
        return;
    }
    if (head_.size() < most_of_a_head) {
        head_ += bytes.substr(0, most_of_a_head - head_.size());
    }
    recording_->push(as_bytes(bytes));
}

void SoundIntake::add_to_listener(std::string_view bytes) {
    std::string whole;
    if (half_) {
        whole += *std::exchange(half_, std::nullopt);
    }
    whole += bytes;
    if (whole.size() % sizeof(audio::Sample) != 0) {
        half_ = whole.back();
        whole.pop_back();
    }
    std::vector<audio::Sample> samples(whole.size() / sizeof(audio::Sample));
    std::memcpy(samples.data(), whole.data(), whole.size());
    // A microphone brings a second in a second. Who sends a whole recording may be ahead by that.
    auto most_ahead =
        Duration(audio::duration_of(options_.most_bytes / sizeof(audio::Sample), audio::speech_rate));
    received_ += audio::duration_of(samples.size(), audio::speech_rate);
    const auto ahead = std::max(received_ - (ears_.clock.now() - first_at_), Duration::zero());
    if (ahead > most_ahead) {
        pass_over(TooMuchSound::Of::Utterance);
        return;
    }
    if (!hold(bytes_of(ahead))) {
        return;
    }
    listener_->push(samples);
}

// What waits to be understood is at most so much. False: it was more, and is passed over.
bool SoundIntake::hold(std::size_t bytes) {
    const auto verdict = share_.hold(bytes);
    if (verdict != SoundShare::Verdict::Granted) {
        pass_over(verdict == SoundShare::Verdict::SocketIsFull ? TooMuchSound::Of::Socket
                                                               : TooMuchSound::Of::Everybody);
    }
    return verdict == SoundShare::Verdict::Granted;
}

void SoundIntake::pass_over(TooMuchSound::Of of) {
    recording_.reset();
    share_ = {};
    head_.clear();
    state_ = State::PassingOver;
    tell_(TooMuchSound{of});
}

bool SoundIntake::is_complete() const {
    auto length = length_of_recording(as_bytes(head_));
    return length && recording_->bytes() >= *length;
}

void SoundIntake::end(Asked asked) {
    switch (std::exchange(state_, State::Waiting)) {
        case State::Recording: end_recording(); break;
        case State::Listening: end_listening(asked); break;
        case State::PassingOver:
        case State::Waiting: break;
    }
    head_.clear();
    half_.reset();
    says_when_it_ends_ = false;
    quiet_at_.reset();
}

void SoundIntake::end_recording() {
    RecordingEnded ended{std::move(recording_), ears_.clock.now(), std::move(share_)};
    tell_(std::move(ended));
}

void SoundIntake::end_listening(Asked asked) {
    if (asked == Asked::Yes && !voice_ && !told_) {
        tell_(NothingCame{});
    }
    answer_is_due_ = asked == Asked::Yes && voice_;
    static const std::vector<audio::Sample> silence(samples_of_silence);
    listener_->push(silence);
    share_ = {};
}

void SoundIntake::hear(hearing::Hearing heard) {
    if (std::holds_alternative<hearing::SpeechBegan>(heard)) {
        voice_ = true;
        began_();
        return;
    }
    auto* all = std::get_if<hearing::HeardAll>(&heard);
    if (all == nullptr) {
        return;
    }
    voice_ = false;
    // A noise is no reason to speak, unless somebody waits for an answer.
    bool was_due = std::exchange(answer_is_due_, false);
    if (!all->heard || !all->heard->text.empty() || was_due) {
        told_ = true;
        tell_(UtteranceHeard{std::move(all->heard), all->timeline});
    }
}

void SoundIntake::expect_more(std::optional<bool> is_final) {
    bool more_is_promised = is_final.has_value();  // and is false
    quiet_at_ = ears_.clock.now() + (more_is_promised ? long_patience : patience);
    if (state_ == State::Recording) {
        // Whoever speaks is done in the time that the longest takes to be spoken; a drop now and then holds
        // no room open that others want.
        auto longest = audio::duration_of(options_.most_bytes / sizeof(audio::Sample), audio::speech_rate);
        quiet_at_ = std::min<TimePoint>(*quiet_at_, first_at_ + Duration(longest) + long_patience);
    }
    something_.ring();
}

awaitable<void> SoundIntake::watch() {
    for (;;) {
        if (!quiet_at_) {
            co_await something_.wait();
        } else if (ears_.clock.now() < *quiet_at_) {
            co_await ears_.clock.sleep_until(*quiet_at_);
        } else {
            end(Asked::No);
        }
    }
}

}  // namespace repartee::surfaces::voice_ai
