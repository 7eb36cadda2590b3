#include "engines/silero/silero_stream.h"

#include <algorithm>
#include <utility>

namespace repartee::engines::silero {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t run_up_samples =
    static_cast<std::size_t>(SileroStream::run_up.count()) * (audio::speech_rate / 1000);

}  // namespace

Activity SileroStream::push(std::span<const audio::Sample> frame) {
    auto question = ask(frame);
    bool shut = question.step == LoudnessGate::Step::Shut;
    shut_ = shut ? shut_ + question.length : milliseconds(0);
    if (shut_ >= kept) {
        feed_.reset();
    }
    return answer(question, news());
}

// Silence parts what is asked about, so each part is settled by itself.
awaitable<std::vector<Activity>> SileroStream::judge(std::span<const audio::Sample> sound) {
    std::vector<Question> questions;
    std::vector<Activity> answers;
    answers.reserve(sound.size() / judged_frame);
    for (; sound.size() >= judged_frame; sound = sound.subspan(judged_frame)) {
        questions.push_back(ask(sound.first(judged_frame)));
        if (questions.back().step == LoudnessGate::Step::Closes) {
            co_await settle(questions, answers);
        }
    }
    co_await settle(questions, answers);
    co_return answers;
}

awaitable<void> SileroStream::settle(std::vector<Question>& questions, std::vector<Activity>& answers) {
    if (feed_) {
        co_await feed_->caught_up();
    }
    for (const auto& question : questions) {
        // Of a beginning that fills no window yet, the first one that it helped to fill.
        auto window = std::max(question.windows, first_window_ + 1) - 1;
        answers.push_back(answer(question, feed_ ? feed_->probability(window) : std::nullopt));
    }
    questions.clear();
    if (feed_) {
        feed_->drop_before(feed_->answered() - std::min<std::size_t>(feed_->answered(), 1));
    }
}

SileroStream::Question SileroStream::ask(std::span<const audio::Sample> frame) {
    auto activity = loudness_->push(frame);
    auto length =
        std::chrono::duration_cast<milliseconds>(audio::duration_of(frame.size(), audio::speech_rate));
    auto step = gate_.push(activity.speech, length);
    switch (step) {
        case LoudnessGate::Step::Shut: remember(frame); break;
        case LoudnessGate::Step::Opens: open(); [[fallthrough]];
        case LoudnessGate::Step::Open:
            if (feed_) {
                feed_->push(frame);
            }
            break;
        case LoudnessGate::Step::Closes:
            if (feed_) {
                feed_->forget();
            }
            remember(frame);
            break;
    }
    return {.activity = activity, .step = step, .length = length, .windows = feed_ ? feed_->asked() : 0};
}

Activity SileroStream::answer(const Question& question, std::optional<float> probability) {
    auto activity = question.activity;
    if (question.step == LoudnessGate::Step::Opens) {
        decision_.begin();
    }
    if (question.step == LoudnessGate::Step::Shut || question.step == LoudnessGate::Step::Closes) {
        activity.speech = false;
    } else if (network_is_there() || probability) {
        auto waited = feed_ ? feed_->waited() : Duration(0);
        activity.speech = decision_.is_speech(activity.speech, probability, waited);
        activity.probability = probability.value_or(activity.probability);
    }
    return activity;
}

// The latest answer about this opening of the gate, where it is new or nothing else is owed.
std::optional<float> SileroStream::news() {
    if (!feed_) {
        return std::nullopt;
    }
    auto answered = feed_->answered();
    bool is_new = answered > std::exchange(answers_seen_, answered);
    if (answered <= first_window_ || (!is_new && answered < feed_->asked())) {
        return std::nullopt;
    }
    feed_->drop_before(answered - 1);
    return feed_->probability(answered - 1);
}

void SileroStream::open() {
    if (!network_is_there()) {
        feed_ = connect_();
        answers_seen_ = 0;
    }
    if (feed_) {
        first_window_ = feed_->asked();
        feed_->push(before_);
    }
    before_.clear();
}

void SileroStream::remember(std::span<const audio::Sample> frame) {
    before_.insert(before_.end(), frame.begin(), frame.end());
    if (before_.size() > run_up_samples) {
        before_.erase(before_.begin(), before_.end() - static_cast<std::ptrdiff_t>(run_up_samples));
    }
}

}  // namespace repartee::engines::silero
