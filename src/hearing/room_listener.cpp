#include "hearing/room_listener.h"

#include "hearing/seam.h"

#include <utility>

namespace repartee::hearing {

namespace {

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

RoomListener::RoomListener(const Executor& executor, const Ears& ears, const RoomOptions& options, Tell tell)
    : options_(options),
      fixed_(options.threshold ? std::optional<FixedThreshold>(*options.threshold) : std::nullopt),
      ears_{ears.recogniser, fixed_ ? static_cast<engines::Detector&>(*fixed_) : ears.detector,
            ears.decoder_for, ears.clock},
      tell_(std::move(tell)),
      listener_(executor, ears_, listening(options_), [this](Hearing heard) { note(std::move(heard)); }) {}

void RoomListener::break_off() {
    const std::vector<audio::Sample> silence(
        static_cast<std::size_t>((options_.end_silence + 100ms).count()) * audio::speech_rate / 1000);
    listener_.push(silence);
}

void RoomListener::note(Hearing heard) {
    if (auto* part = std::get_if<HeardPartly>(&heard)) {
        partly_told_ = partly_told_ || !part->text.empty();
        tell_(RoomPart{std::move(part->text)});
    } else if (auto* all = std::get_if<HeardAll>(&heard)) {
        note_all(std::move(*all));
    }
}

void RoomListener::note_all(HeardAll all) {
    bool partly_told = std::exchange(partly_told_, false);
    if (all.left_out) {
        tell_(RoomLoss{
            {ErrorKind::Busy, "More is said than can be understood in time: some of it is left out.", {}}});
        return;
    }
    if (!all.heard) {
        tell_(RoomLoss{all.heard.error()});
        return;
    }
    auto transcript = *all.heard;
    if (all.start < previous_end_) {
        transcript = without_repetition(previous_, std::move(transcript), previous_end_ - all.start);
    }
    previous_ = std::move(*all.heard);
    previous_end_ = std::max(previous_end_, all.end);
    if (transcript.text.empty()) {
        if (partly_told) {
            tell_(RoomPart{});
        }
        return;
    }
    auto now = ears_.clock.now();
    auto lag = now - all.timeline.at(Moment::SpeechEnd).value_or(now);
    if (lag > options_.stale) {
        tell_(RoomLoss{{ErrorKind::ProviderLate,
                        "Understanding takes too long: some of what was said is left out.",
                        {}}});
        return;
    }
    auto end = ears_.clock.wall() - lag;
    tell_(RoomLine{
        .transcript = std::move(transcript), .begin = end - (all.end - all.start), .end = end, .lag = lag});
}

}  // namespace repartee::hearing
