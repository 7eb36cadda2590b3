#include "hearing/listener.h"

#include <algorithm>
#include <map>
#include <utility>

namespace repartee::hearing {

namespace {

// Of the sound before a voice that begins while we sound ourselves. As much as a quiet beginning is long:
// before that it would be our own words.
constexpr std::chrono::milliseconds over_own_voice{120};

std::string what_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "of no known kind";
    }
}

}  // namespace

struct Listener::Utterance {
    Utterance(std::unique_ptr<engines::RecogniserStream> the_recogniser, Timeline the_timeline,
              Clock& the_clock)
        : recogniser(std::move(the_recogniser)), timeline(the_timeline), clock(the_clock) {}

    std::unique_ptr<engines::RecogniserStream> recogniser;
    Timeline timeline;
    Clock& clock;
    SpeechLikeness likeness;
    std::optional<std::vector<audio::Sample>> sound = {};  // where it is kept

    void hear(std::span<const audio::Sample> samples) {
        recogniser->push(samples);
        if (sound) {
            sound->insert(sound->end(), samples.begin(), samples.end());
        }
    }
    std::chrono::milliseconds start{0};
    std::chrono::milliseconds end{0};
    bool over = false;                 // understood, or given up
    std::optional<std::size_t> place;  // among those that ended before they were over
};

struct Listener::Notes {
    Tell tell;  // nothing: nobody listens any more

    void add(Hearing event) const {
        if (tell) {
            tell(std::move(event));
        }
    }

    // Finals are told in the order in which the utterances ended, also where one is understood later than
    // the next. Nothing: there is none for that place.
    void settle(std::size_t place, std::optional<HeardAll> all) {
        finals.insert_or_assign(place, std::move(all));
        for (auto next = finals.find(told); next != finals.end(); next = finals.find(++told)) {
            if (next->second) {
                add(std::move(*next->second));
            }
            finals.erase(next);
        }
    }

    std::size_t ended = 0;                                  // utterances
    std::size_t told = 0;                                   // of these, settled without a gap
    std::map<std::size_t, std::optional<HeardAll>> finals;  // behind the gap
};

Listener::Listener(const Executor& executor, const Ears& ears, ListenerOptions options, Tell tell)
    : executor_(executor),
      ears_(ears),
      options_(std::move(options)),
      detector_(ears.detector.start(executor, {.threshold = options_.threshold})),
      bounds_(options_.bounds),
      before_(options_.pre_roll),
      notes_(std::make_shared<Notes>()) {
    notes_->tell = std::move(tell);
}

Listener::~Listener() {
    notes_->tell = nullptr;
}

void Listener::push(std::span<const audio::Sample> samples) {
    while (!samples.empty()) {
        if (partial_.empty() && samples.size() >= frame_samples) {
            hear(samples.first(frame_samples));
            samples = samples.subspan(frame_samples);
            continue;
        }
        auto taken = samples.first(std::min(samples.size(), frame_samples - partial_.size()));
        partial_.reserve(frame_samples);
        partial_.insert(partial_.end(), taken.begin(), taken.end());
        samples = samples.subspan(taken.size());
        if (partial_.size() == frame_samples) {
            hear(partial_);
            partial_.clear();
        }
    }
}

void Listener::hear(std::span<const audio::Sample> frame) {
    position_ += frame_length;
    auto activity = detector_->push(frame);
    bool ours = own_voice_.may_be_echo(activity.level, ears_.clock.now());
    since_own_voice_ = ours ? 0ms : std::min(since_own_voice_ + frame_length, options_.pre_roll);
    auto change = bounds_.push(activity.speech && !ours, frame_length);
    if (change == SpeechBounds::Change::Began) {
        notes_->add(SpeechBegan{});  // first: a recogniser may know something at once
        begin();
    }
    if (open_) {
        open_->utterance->hear(frame);
        if (options_.only_what_sounds_like_speech) {
            open_->utterance->likeness.push(frame, activity.speech);
        }
    }
    before_.push(frame);
    bool over = change == SpeechBounds::Change::Ended || change == SpeechBounds::Change::Dropped;
    if (over && !bounds_.paused()) {
        notes_->add(SpeechPaused{});  // where an utterance may not pause at all, too
    }
    switch (change) {
        case SpeechBounds::Change::GoesOn: notes_->add(SpeechGoesOn{}); break;
        case SpeechBounds::Change::Resumed:
            if (open_) {
                open_->utterance->recogniser->resume();
            }
            notes_->add(SpeechBegan{});
            break;
        case SpeechBounds::Change::Paused:
            if (open_) {
                open_->utterance->recogniser->pause();
            }
            notes_->add(SpeechPaused{});
            break;
        case SpeechBounds::Change::Ended: end(); break;
        case SpeechBounds::Change::Dropped:
            open_.reset();
            notes_->add(HeardAll{.heard = Transcript{.is_final = true}, .timeline = {}});
            break;
        case SpeechBounds::Change::None:
        case SpeechBounds::Change::Began: break;
    }
}

void Listener::begin() {
    std::erase_if(ended_, [](const Following& one) { return !one.task.running(); });
    if (ended_.size() >= options_.most_waiting) {
        return;
    }
    auto recogniser =
        ears_.recogniser.start({.language = options_.language,
                                .translate_to = options_.translate_to,
                                .partials = !options_.wants_partials || options_.wants_partials()});
    auto not_ours = std::max(since_own_voice_, std::min(over_own_voice, options_.pre_roll));
    // What the last utterance heard already is not heard again.
    auto unheard = std::min(not_ours, position_ - frame_length - previous_end_);
    auto utterance = std::make_shared<Utterance>(std::move(recogniser), Timeline{}, ears_.clock);
    if (keeps_sound_) {
        utterance->sound.emplace();
    }
    std::size_t samples = frame_samples;
    for (auto part : before_.latest(unheard)) {
        if (!part.empty()) {
            utterance->hear(part);
            samples += part.size();
        }
    }
    utterance->start = position_ - std::chrono::duration_cast<std::chrono::milliseconds>(
                                       audio::duration_of(samples, audio::speech_rate));
    open_ = Following{utterance, Task(executor_, follow(utterance, notes_))};
}

void Listener::end() {
    auto voice_end = position_ - bounds_.silence();
    // Within a word, both sides of the cut hear what is around it.
    previous_end_ = bounds_.cut_off() ? position_ - options_.pre_roll : voice_end;
    if (!open_) {
        // Nobody listened, for there were too many: whoever waits for its words is told that there are none.
        notes_->add(HeardAll{.heard = Transcript{.is_final = true}, .timeline = {}, .left_out = true});
        return;
    }
    if (options_.only_what_sounds_like_speech && !open_->utterance->likeness.sounds_like_speech()) {
        open_.reset();
        notes_->add(HeardAll{.heard = Transcript{.is_final = true}, .timeline = {}});
        return;
    }
    open_->utterance->end = voice_end;
    open_->utterance->timeline.stamp(Moment::SpeechEnd, ears_.clock.now() - bounds_.silence());
    open_->utterance->recogniser->finish();
    if (!open_->utterance->over) {
        open_->utterance->place = notes_->ended++;
    }
    ended_.push_back(std::move(*open_));
    open_.reset();
}

// Owns all it touches.
awaitable<void> Listener::follow(std::shared_ptr<Utterance> utterance, std::shared_ptr<Notes> notes) {
    HeardAll all{.heard = Transcript{.is_final = true}, .timeline = {}};
    std::exception_ptr thrown;
    try {
        while (auto transcript = co_await utterance->recogniser->next()) {
            if (transcript->is_final) {
                all.heard = std::move(*transcript);
            } else {
                notes->add(HeardPartly{std::move(transcript->text)});
            }
        }
    } catch (const Failure& failure) {
        all.heard = failure.error();
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() == asio::cancellation_type::none) {
            // Whoever waits for the words is told that there are none, whatever broke.
            all.heard = Error{ErrorKind::Internal, "What was said could not be understood.", what_of(thrown)};
            thrown = nullptr;
        }
    }
    utterance->over = true;
    all.timeline = utterance->timeline;
    all.start = utterance->start;
    all.end = utterance->end;
    if (utterance->sound) {
        all.sound = std::move(*utterance->sound);
    }
    all.timeline.stamp(Moment::FinalText, utterance->clock.now());
    if (utterance->place) {
        notes->settle(*utterance->place, thrown ? std::nullopt : std::optional(std::move(all)));
    } else if (!thrown) {
        notes->add(std::move(all));  // given up before it had ended
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

}  // namespace repartee::hearing
