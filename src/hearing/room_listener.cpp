#include "hearing/room_listener.h"

#include "base/together.h"
#include "hearing/seam.h"

#include <utility>

namespace repartee::hearing {

namespace {

// How long a label may take: less than a line takes to be of no use, and far more than a busy processor
// needs.
constexpr auto label_limit = std::chrono::seconds(5);
// Lines that wait for their label. More are told without one.
constexpr std::size_t most_unlabelled = 8;

// Two thirds of the longest: after that a shorter silence is enough.
ListenerOptions listening(const RoomOptions& options) {
    ListenerOptions listening{.language = options.language,
                              .translate_to = options.translate_to,
                              .pre_roll = options.pre_roll,
                              .only_what_sounds_like_speech = true};
    listening.bounds.end_silence = options.end_silence;
    listening.bounds.least_voice = options.least_voice;
    listening.bounds.longest = options.longest;
    listening.bounds.tiring = options.longest * 2 / 3;
    listening.most_waiting = options.most_waiting;
    return listening;
}

}  // namespace

struct RoomListener::Telling {
    struct Waiting {
        RoomNews news;
        TimePoint speech_end;
        std::vector<audio::Sample> sound;        // empty: it needs no label
        std::shared_ptr<RoomSpeakers> speakers;  // who it may be
    };

    // The line in the parts of its speakers, and what is known better of others before.
    void tell_parts(Waiting done, std::vector<VoicedPart> parts) {
        const auto& whole = std::get<RoomLine>(done.news);
        auto placing = done.speakers->place(std::move(parts), next_id);
        const auto lag = clock.now() - done.speech_end;
        for (std::size_t i = 0; i < placing.parts.size() && tell; ++i) {
            auto& placed = placing.parts[i];
            bool is_last = i + 1 == placing.parts.size();
            tell(RoomLine{.id = placed.id,
                          .transcript = std::move(placed.part.transcript),
                          .begin = whole.begin + placed.part.start,
                          .end = is_last ? whole.end : whole.begin + placed.part.end,
                          .lag = lag,
                          .speaker = placed.speaker});
        }
        if (!placing.changes.empty() && tell) {
            tell(RoomRevision{std::move(placing.changes)});
        }
    }

    Tell tell;  // nothing: nobody listens any more
    Clock& clock;
    std::function<std::uint64_t()> next_id;
    std::shared_ptr<RoomSpeakers> speakers = {};  // null: nobody asks who it is
    std::deque<Waiting> waiting = {};
    bool busy = false;  // somebody looks after those that wait
};

RoomListener::RoomListener(const Executor& executor, const Ears& ears, const RoomOptions& options, Tell tell)
    : executor_(executor),
      options_(options),
      fixed_(options.threshold ? std::optional<FixedThreshold>(*options.threshold) : std::nullopt),
      ears_{ears.recogniser, fixed_ ? static_cast<engines::Detector&>(*fixed_) : ears.detector,
            ears.decoder_for, ears.clock},
      telling_(std::make_shared<Telling>(std::move(tell), ears.clock, options.next_id)),
      listener_(executor, ears_, listening(options_), [this](Hearing heard) { note(std::move(heard)); }) {
    if (!telling_->next_id) {
        telling_->next_id = [count = std::uint64_t{0}]() mutable { return ++count; };
    }
}

RoomListener::~RoomListener() {
    telling_->tell = nullptr;
}

void RoomListener::tell_apart(std::shared_ptr<RoomSpeakers> speakers) {
    listener_.keep_sound(speakers != nullptr);
    telling_->speakers = std::move(speakers);
}

void RoomListener::break_off() {
    const std::vector<audio::Sample> silence(
        static_cast<std::size_t>((options_.end_silence + 100ms).count()) * audio::speech_rate / 1000);
    listener_.push(silence);
}

void RoomListener::note(Hearing heard) {
    if (auto* part = std::get_if<HeardPartly>(&heard)) {
        partly_told_ = partly_told_ || !part->text.empty();
        telling_->tell(RoomPart{std::move(part->text)});
    } else if (auto* all = std::get_if<HeardAll>(&heard)) {
        note_all(std::move(*all));
    }
}

void RoomListener::note_all(HeardAll all) {
    bool partly_told = std::exchange(partly_told_, false);
    if (all.left_out) {
        tell_in_order(RoomLoss{
            {ErrorKind::Busy, "More is said than can be understood in time: some of it is left out.", {}}});
        return;
    }
    if (!all.heard) {
        tell_in_order(RoomLoss{all.heard.error()});
        return;
    }
    auto transcript = *all.heard;
    if (all.start < previous_end_) {
        transcript = without_repetition(previous_, std::move(transcript), previous_end_ - all.start);
    }
    if (transcript.confidence.value_or(1) < options_.least_confidence) {
        transcript.text.clear();
    }
    if (all.end > 0ms) {  // else a noise, of which nobody asked what was said: it may come between two halves
        previous_ = std::move(*all.heard);
        previous_end_ = std::max(previous_end_, all.end);
    }
    if (transcript.text.empty()) {
        if (partly_told) {
            telling_->tell(RoomPart{});
        }
        return;
    }
    auto now = ears_.clock.now();
    auto lag = now - all.timeline.at(Moment::SpeechEnd).value_or(now);
    if (lag > options_.stale) {
        tell_in_order(RoomLoss{{ErrorKind::ProviderLate,
                                "Understanding takes too long: some of what was said is left out.",
                                {}}});
        return;
    }
    auto end = ears_.clock.wall() - lag;
    RoomLine line{
        .transcript = std::move(transcript), .begin = end - (all.end - all.start), .end = end, .lag = lag};
    tell_in_order(std::move(line), now - lag, std::move(all.sound));
}

// What comes behind a line that waits for its label waits, too.
void RoomListener::tell_in_order(RoomNews news, TimePoint speech_end, std::vector<audio::Sample> sound) {
    if (!telling_->speakers || telling_->waiting.size() >= most_unlabelled) {
        sound.clear();
    }
    if (telling_->waiting.empty() && sound.empty()) {
        if (auto* line = std::get_if<RoomLine>(&news)) {
            line->id = telling_->next_id();
        }
        telling_->tell(std::move(news));
        return;
    }
    telling_->waiting.push_back({std::move(news), speech_end, std::move(sound), telling_->speakers});
    if (!std::exchange(telling_->busy, true)) {
        telling_task_ = Task(executor_, tell_labelled(telling_));
    }
}

// Owns all it touches.
awaitable<void> RoomListener::tell_labelled(std::shared_ptr<Telling> telling) {
    while (!telling->waiting.empty() && telling->tell) {
        auto& first = telling->waiting.front();  // stays there: others are put behind it
        auto* line = std::get_if<RoomLine>(&first.news);
        if (line == nullptr || first.sound.empty()) {
            if (line != nullptr) {
                line->id = telling->next_id();
                line->lag = telling->clock.now() - first.speech_end;
            }
            auto news = std::move(first.news);
            telling->waiting.pop_front();
            telling->tell(std::move(news));
            continue;
        }
        std::vector<VoicedPart> voiced;
        bool is_unknown = false;
        std::exception_ptr thrown;
        try {
            auto looking = voices_in(first.speakers->embedder(), first.sound, line->transcript);
            Error late{ErrorKind::ProviderLate, "Telling speakers apart takes too long.", {}};
            voiced = co_await with_deadline(telling->clock, label_limit, std::move(looking), std::move(late));
        } catch (const Failure&) {
            is_unknown = true;
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) {
            auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) {
                std::rethrow_exception(thrown);
            }
            is_unknown = true;  // whatever broke: those that wait behind it are told
        }
        if (is_unknown) {
            voiced.push_back({.transcript = line->transcript});
        }
        if (!telling->tell) {
            co_return;
        }
        auto done = std::move(telling->waiting.front());
        telling->waiting.pop_front();
        telling->tell_parts(std::move(done), std::move(voiced));
    }
    telling->busy = false;
}

}  // namespace repartee::hearing
