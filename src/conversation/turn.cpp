#include "conversation/turn.h"

#include "base/together.h"
#include "conversation/speech_text.h"

#include <algorithm>
#include <utility>

namespace repartee::conversation {

namespace {

constexpr std::size_t text_capacity = 64;      // deltas, a second or two of a fast model
constexpr std::size_t sentence_capacity = 64;  // pieces; a long reply waits here while it is spoken
constexpr std::size_t sound_capacity = 2;      // chunks of some tens of ms, beside what is at the client

// Sound that leaves at the pace of the ear leaves in pieces: each costs both sides the same, however short it
// is. Short beside the lead, which is never used up while the next is on its way.
constexpr Duration longest_piece = std::chrono::milliseconds(150);
Duration piece_within(Duration lead) {
    return std::min(longest_piece, lead / 2);
}

std::size_t samples_in(Duration length, int rate) {
    return static_cast<std::size_t>(length.count() * rate / std::chrono::nanoseconds(1s).count());
}

// How many of `left` samples leave together: a short rest goes with the last.
std::size_t piece_of(std::size_t left, std::size_t longest) {
    return left <= longest ? left : longest * 2 / 3;
}

// How long a reply is held for somebody of whom nothing more is heard.
constexpr auto longest_hold = std::chrono::seconds(3);

// Samples; what is said again after a false alarm is no longer than a long word.
constexpr std::size_t most_since_a_word = 24'000;

}  // namespace

Turn::Turn(const Executor& executor, Setting setting, Occasion occasion)
    : setting_(std::move(setting)),
      occasion_(std::move(occasion)),
      aloud_(setting_.outlet.takes_audio()),
      text_(executor, text_capacity),
      sentences_(executor, sentence_capacity),
      sound_(executor, sound_capacity),
      splitter_({.first_clause_words = setting_.manner.first_clause_words}),
      lead_(setting_.outlet.playback_lead()) {
    if (auto* question = std::get_if<Question>(&occasion_)) {
        timeline_ = question->timeline;
    }
}

awaitable<void> Turn::run() {
    auto prompt = co_await recall();
    if (aloud_) {
        co_await together(think(std::move(prompt)), deliver(), speak(), play());
    } else {
        co_await together(think(std::move(prompt)), deliver());
    }
    if (broke_off_) {
        throw Failure(*broke_off_);
    }
    stamp(Moment::ReplyEnd);
}

// --- deliver: text to the client ---

awaitable<void> Turn::deliver() {
    while (auto delta = co_await text_.next()) {
        auto bytes = delta->size();
        co_await setting_.outlet.reply_text(std::move(*delta));
        delivered_bytes_ += bytes;
        if (!aloud_) {
            stamp(Moment::FirstPlayed);
        }
    }
    if (!broke_off_) {
        co_await setting_.outlet.reply_text_ended(reply_);
    }
}

// --- speak: sentences to sound ---

awaitable<void> Turn::speak() {
    engines::SpeechRequest request{.voice = setting_.agent.voice};
    auto speech = setting_.voicebox.synthesiser.start(request);
    co_await together(say_sentences(*speech), collect_sound(*speech));
}

awaitable<void> Turn::say_sentences(engines::SpeechStream& speech) {
    SpeechText speakable_text;
    std::size_t said = 0;
    while (auto piece = co_await sentences_.next()) {
        auto words = speakable_text.push(piece->text);
        said += words.size();
        milestones_.push_back({said, piece->end});
        if (!words.empty()) {
            speech.say(std::move(words));
        }
    }
    speech.finish();
}

awaitable<void> Turn::collect_sound(engines::SpeechStream& speech) {
    while (auto chunk = co_await speech.next()) {
        stamp_sound(Moment::FirstAudio);
        co_await sound_.push(std::move(*chunk));
    }
    sound_.close();
}

// --- play: sound to the client ---

awaitable<void> Turn::play() {
    auto rate = setting_.outlet.audio_rate();
    std::optional<audio::Resampler> resampler;  // from the rate of the first chunk
    std::vector<audio::Sample> samples;
    while (auto chunk = co_await sound_.next()) {
        if (!resampler) {
            resampler.emplace(chunk->rate, rate);
        }
        samples.clear();
        resampler->push(chunk->samples, samples);
        if (lead_) {
            gather(*chunk, *resampler, samples);
            co_await play_in_pace(samples, chunk->spoken_bytes);
        } else {
            co_await send_sound(samples, chunk->spoken_bytes);
        }
    }
    samples.clear();
    if (resampler) {
        resampler->flush(samples);
    }
    if (!samples.empty() && !lead_) {
        co_await send_sound(samples, spoken_bytes_);
    }
    if (lead_) {
        co_await play_in_pace(samples, spoken_bytes_);
        co_await setting_.outlet.reply_audio_ended();
        // The turn lasts as long as it is heard: until then it can be interrupted.
        while (held_ || setting_.voicebox.clock.now() < heard_.silent_at()) {
            co_await wait_for_the_ear(heard_.silent_at());
        }
    }
}

// Of what is there already, enough for a piece; what is not there yet is not waited for.
void Turn::gather(engines::SpeechChunk& chunk, audio::Resampler& resampler,
                  std::vector<audio::Sample>& samples) {
    auto enough = samples_in(piece_within(*lead_), setting_.outlet.audio_rate()) * 2 / 3;
    while (heard_.began() && samples.size() < enough) {
        auto next = sound_.try_next();
        if (!next) {
            return;
        }
        resampler.push(next->samples, samples);
        chunk.spoken_bytes = next->spoken_bytes;
    }
}

// In pieces small enough to stop between them.
awaitable<void> Turn::play_in_pace(std::span<const audio::Sample> samples, std::size_t spoken_bytes) {
    auto rate = setting_.outlet.audio_rate();
    auto longest = piece_within(*lead_);
    // Room for the longest, whatever goes: so they leave evenly.
    auto room_at = [&] { return heard_.silent_at() - (*lead_ - longest); };
    while (!samples.empty() || !to_say_again_.empty()) {
        auto part = samples.first(piece_of(samples.size(), samples_in(longest, rate)));
        if (held_ || setting_.voicebox.clock.now() < room_at()) {
            co_await wait_for_the_ear(room_at());
            continue;
        }
        if (!to_say_again_.empty()) {
            auto again = std::exchange(to_say_again_, {});
            since_word_.clear();
            co_await play_in_pace(again, spoken_bytes_);
            continue;
        }
        samples = samples.subspan(part.size());
        since_word_.reserve(since_word_.size() + part.size());  // no more: there is one in every call
        since_word_.insert(since_word_.end(), part.begin(), part.end());
        co_await send_sound(part, samples.empty() ? spoken_bytes : spoken_bytes_);
    }
}

// Until then; while the floor is somebody else's, until it is ours again.
awaitable<void> Turn::wait_for_the_ear(TimePoint when) {
    if (held_) {
        co_await wait_for_the_floor(floor_);
    } else {
        co_await setting_.voicebox.clock.sleep_until(when);
    }
}

awaitable<void> Turn::wait_for_the_floor(Bell& bell) {
    // Somebody who has begun to speak and is not heard any more has switched the microphone off.
    auto resumed = co_await first_of(bell.wait(), setting_.voicebox.clock.sleep(longest_hold));
    if (resumed == 1) {
        resume();
    }
}

awaitable<void> Turn::send_sound(std::span<const audio::Sample> samples, std::size_t spoken_bytes) {
    co_await setting_.outlet.reply_audio(samples);
    stamp_sound(Moment::FirstPlayed);
    heard_.sent(setting_.voicebox.clock.now(),
                audio::duration_of(samples.size(), setting_.outlet.audio_rate()), spoken_bytes);
    if (spoken_bytes > spoken_bytes_ || since_word_.size() > most_since_a_word) {
        since_word_.clear();
        spoken_bytes_ = std::max(spoken_bytes_, spoken_bytes);
    }
}

void Turn::hold() {
    held_ = true;
}

void Turn::resume() {
    if (std::exchange(held_, false)) {
        to_say_again_ = since_word_;
        floor_.ring();
        floor_for_skills_.ring();
    }
}

// --- the record ---

std::string Turn::heard_text(Outcome outcome) const {
    if (outcome == Outcome::Complete) {
        return reply_;
    }
    return heard_by(setting_.voicebox.clock.now());
}

std::string Turn::heard_by(TimePoint when) const {
    if (!aloud_) {
        return reply_.substr(0, delivered_bytes_);
    }
    auto said = heard_.heard_bytes(when);
    Milestone from{0, 0};
    for (const auto& milestone : milestones_) {
        if (said < milestone.said_bytes) {
            // Within a sentence, what was cleaned away is spread evenly.
            auto length = milestone.said_bytes - from.said_bytes;
            auto of_reply = milestone.reply_bytes - from.reply_bytes;
            return heard_part(reply_, from.reply_bytes + (said - from.said_bytes) * of_reply / length);
        }
        from = milestone;
    }
    return heard_part(reply_, from.reply_bytes);
}

std::vector<Message> Turn::exchange(Outcome outcome) const {
    auto heard = heard_text(outcome);
    bool heard_of_it = !heard.empty();
    return exchange_with(std::move(heard), outcome == Outcome::Complete, heard_of_it);
}

std::vector<Message> Turn::exchange_left_at(TimePoint when) const {
    return exchange_with(heard_by(when), false, true);
}

// `by_client`, `by_conversation`: whether what each is to do happens.
std::vector<Message> Turn::exchange_with(std::string heard, bool by_client, bool by_conversation) const {
    std::vector<Message> messages;
    auto* question = std::get_if<Question>(&occasion_);
    if (question != nullptr) {
        messages.push_back({.role = Role::User, .content = question->transcript.text});
    }
    messages.insert(messages.end(), skill_messages_.begin(), skill_messages_.end());
    for (const auto& promise : promises_) {
        bool kept = promise.by == Promise::By::Client ? by_client : by_conversation;
        if (!kept && promise.message < skill_messages_.size()) {
            messages[messages.size() - skill_messages_.size() + promise.message].content =
                "This was cancelled.";
        }
    }
    if (!heard.empty()) {
        messages.push_back({.role = Role::Assistant, .content = std::move(heard)});
    }
    return messages;
}

std::vector<skills::Effect> Turn::take_effects() {
    std::vector<skills::Effect> taken;
    for (auto& [skill, effect] : effects_) {
        taken.push_back(std::move(effect));
    }
    effects_.clear();
    return taken;
}

void Turn::drop_effects() {
    for (const auto& [skill, effect] : effects_) {
        skill->undo(effect);
    }
    effects_.clear();
}

}  // namespace repartee::conversation
