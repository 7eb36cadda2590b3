#include "hearing/listener.h"

#include <algorithm>
#include <utility>

namespace repartee::hearing {

namespace {

// Finals on their way. Somebody who says more than that before the first is understood is not heard.
constexpr std::size_t most_utterances = 4;

// Things heard that nobody has asked for yet. Past this only what matters later is kept.
constexpr std::size_t most_events = 64;

}  // namespace

struct Listener::Utterance {
    Utterance(std::unique_ptr<engines::RecogniserStream> the_recogniser, Timeline the_timeline,
              Clock& the_clock)
        : recogniser(std::move(the_recogniser)), timeline(the_timeline), clock(the_clock) {}

    std::unique_ptr<engines::RecogniserStream> recogniser;
    Timeline timeline;
    Clock& clock;
};

struct Listener::Notes {
    std::deque<Hearing> events;
    Bell news;

    void add(Hearing event) {
        bool dispensable = !std::holds_alternative<HeardAll>(event);
        if (dispensable && events.size() >= most_events) {
            return;
        }
        events.push_back(std::move(event));
        news.ring();
    }
};

Listener::Listener(const Executor& executor, const Ears& ears, ListenerOptions options)
    : executor_(executor),
      ears_(ears),
      options_(std::move(options)),
      detector_(ears.detector.start()),
      bounds_(options_.bounds),
      notes_(std::make_shared<Notes>()) {}

Listener::~Listener() = default;

void Listener::push(std::span<const audio::Sample> samples) {
    while (!samples.empty()) {
        auto taken = std::min(samples.size(), frame_samples - filled_);
        std::ranges::copy(samples.first(taken), partial_.begin() + static_cast<std::ptrdiff_t>(filled_));
        filled_ += taken;
        samples = samples.subspan(taken);
        if (filled_ == frame_samples) {
            filled_ = 0;
            hear(partial_);
        }
    }
}

void Listener::hear(std::span<const audio::Sample> frame) {
    static constexpr std::array<audio::Sample, frame_samples> silence{};
    auto activity = detector_->push(frame);
    bool ours = own_voice_.may_be_echo(activity.level, ears_.clock.now());
    if (ours) {
        frame = silence;
    }
    auto change = bounds_.push(activity.speech && !ours, frame_length);
    if (change == SpeechBounds::Change::Began) {
        begin();
        notes_->add(SpeechBegan{});
    }
    if (open_) {
        open_->utterance->recogniser->push(frame);
    }
    before_.insert(before_.end(), frame.begin(), frame.end());
    auto kept = static_cast<std::size_t>(options_.pre_roll.count()) * audio::speech_rate / 1000;
    if (before_.size() > kept) {
        before_.erase(before_.begin(), before_.end() - static_cast<std::ptrdiff_t>(kept));
    }
    switch (change) {
        case SpeechBounds::Change::GoesOn:
        case SpeechBounds::Change::Resumed: notes_->add(SpeechGoesOn{}); break;
        case SpeechBounds::Change::Paused: notes_->add(SpeechPaused{}); break;
        case SpeechBounds::Change::Ended: end(); break;
        case SpeechBounds::Change::Dropped: open_.reset(); break;
        case SpeechBounds::Change::None:
        case SpeechBounds::Change::Began: break;
    }
}

void Listener::begin() {
    std::erase_if(ended_, [](const Following& one) { return !one.task.running(); });
    if (ended_.size() >= most_utterances) {
        return;
    }
    auto recogniser = ears_.recogniser.start({.language = options_.language, .partials = true});
    std::vector<audio::Sample> before(before_.begin(), before_.end());
    recogniser->push(before);
    auto utterance = std::make_shared<Utterance>(std::move(recogniser), Timeline{}, ears_.clock);
    open_ = Following{utterance, Task(executor_, follow(utterance, notes_))};
}

void Listener::end() {
    if (!open_) {
        return;
    }
    open_->utterance->timeline.stamp(Moment::SpeechEnd, ears_.clock.now() - bounds_.silence());
    open_->utterance->recogniser->finish();
    ended_.push_back(std::move(*open_));
    open_.reset();
}

awaitable<Hearing> Listener::next() {
    while (notes_->events.empty()) {
        co_await notes_->news.wait();
    }
    auto event = std::move(notes_->events.front());
    notes_->events.pop_front();
    co_return event;
}

// Owns all it touches.
awaitable<void> Listener::follow(std::shared_ptr<Utterance> utterance, std::shared_ptr<Notes> notes) {
    HeardAll all{.heard = Transcript{.is_final = true}, .timeline = {}};
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
    }
    all.timeline = utterance->timeline;
    all.timeline.stamp(Moment::FinalText, utterance->clock.now());
    notes->add(std::move(all));
}

}  // namespace repartee::hearing
