#include "engines/cartesia/sonic_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace repartee::engines::cartesia {

namespace {

// A context lives for a second after its last sound left Cartesia. Half of that is for the way here and
// back.
constexpr Duration context_life = 500ms;

// Before a second attempt when all places are taken.
constexpr Duration breath = 300ms;

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

}  // namespace

SonicReply::SonicReply(Manner manner, int rate, std::string id, Duration patience)
    : manner_(std::move(manner)),
      id_(std::move(id)),
      patience_(patience),
      narration_(rate, manner_.speed()) {}

void SonicReply::say(std::string_view sentence) {
    if (finished_ || sentence.empty()) {
        return;
    }
    narration_.text(sentence);
    sentences_.push_back({blanked_where_malformed(sentence), said_, is_speakable(sentence)});
    said_ += sentence.size();
}

void SonicReply::take(const SonicEvent& event, TimePoint now) {
    if (event.context != context_ || context_.empty()) {
        return;
    }
    progress_at_ = now;
    switch (event.type) {
        case SonicEvent::Type::Chunk: take_sound(event.sound); break;
        case SonicEvent::Type::Timestamps:
            for (const auto& word : event.words) {
                narration_.word(word.text, word.ends_at);
            }
            break;
        case SonicEvent::Type::FlushDone:
            if (owed_ > 0) {
                end_sentence();
                context_proved_ = true;
            }
            break;
        case SonicEvent::Type::Done:
            while (owed_ > 0) {
                end_sentence();
            }
            context_.clear();
            break;
        case SonicEvent::Type::Error: {
            // Text for a context that has died meanwhile is no fault of the text.
            auto why = event.error;
            if (context_proved_ && why.kind == ErrorKind::Unavailable) {
                why.kind = ErrorKind::ProviderBroke;
            }
            come_to_nothing(why, now);
            break;
        }
        case SonicEvent::Type::Other: break;
    }
}

void SonicReply::take_sound(std::string_view bytes) {
    half_sample_ += bytes;
    std::vector<audio::Sample> samples(half_sample_.size() / sizeof(audio::Sample));
    std::memcpy(samples.data(), half_sample_.data(), samples.size() * sizeof(audio::Sample));
    half_sample_.erase(0, samples.size() * sizeof(audio::Sample));
    narration_.sound(samples);
}

void SonicReply::lose_connection(const Error& why, TimePoint now) {
    come_to_nothing(why, now);
}

void SonicReply::come_to_nothing(const Error& why, TimePoint now) {
    context_.clear();
    requests_.clear();
    if (owed_ == 0) {
        return;  // nothing was lost by it
    }
    if (narration_.sounding() || second_attempt_ || !may_pass(why.kind)) {
        failure_ = why;
        return;
    }
    second_attempt_ = true;
    not_before_ = why.kind == ErrorKind::Busy ? now + breath : now;
    asked_for_ = 0;
    owed_ = 0;
}

void SonicReply::end_sentence() {
    narration_.sentence_ended();
    sentences_.pop_front();
    --asked_for_;
    --owed_;
    second_attempt_ = false;
    settle_the_silent();
}

// What cannot be spoken is done with as soon as all before it is.
void SonicReply::settle_the_silent() {
    while (!sentences_.empty() && !sentences_.front().speakable) {
        narration_.sentence_ended();
        sentences_.pop_front();
        asked_for_ -= asked_for_ > 0 ? 1 : 0;
    }
}

void SonicReply::pump(TimePoint now, bool room) {
    if (failure_) {
        return;
    }
    settle_the_silent();
    if (owed_ > 0 && now > progress_at_ + context_life && owed_is_told()) {
        while (owed_ > 0) {
            end_sentence();
        }
    }
    if (owed_ > 0 && now >= progress_at_ + patience_) {
        failure_ =
            Error{ErrorKind::ProviderLate, "Cartesia stopped in the middle of a reply.",
                  fmt::format("nothing came for {} ms, {} sentences were owed", patience_ / 1ms, owed_)};
        return;
    }
    while (room && now >= not_before_ && asked_for_ < sentences_.size()) {
        if (!sentences_[asked_for_].speakable) {
            ++asked_for_;
            continue;
        }
        bool dead = owed_ == 0 && now > progress_at_ + context_life;
        if (context_.empty() || dead) {
            context_ = fmt::format("{}-{}", id_, ++contexts_);
            context_ended_ = false;
            context_proved_ = false;
            context_text_.clear();
            half_sample_.clear();
            narration_.section();
        }
        progress_at_ = now;
        ask_for_the_next();
    }
    // Tells Cartesia that it need not keep the context for us.
    if (finished_ && asked_for_ == sentences_.size() && !context_.empty() && !context_ended_) {
        requests_.push_back({context_, manner_.request(context_, "", Manner::More::No)});
        context_ended_ = true;
    }
}

// Whether all words that are owed have been told, and have sounded: a server that says nothing of sentences
// has spoken them then.
bool SonicReply::owed_is_told() const {
    if (!narration_.told_is_sounded()) {
        return false;
    }
    auto last = asked_for_;
    while (last > 0 && !sentences_[last - 1].speakable) {
        --last;
    }
    if (last == 0 || narration_.told_bytes() <= sentences_[last - 1].begin) {
        return false;
    }
    auto told = narration_.told_bytes() - sentences_[last - 1].begin;
    return !is_speakable(
        std::string_view(sentences_[last - 1].text).substr(std::min(told, sentences_[last - 1].text.size())));
}

void SonicReply::ask_for_the_next() {
    const auto& sentence = sentences_[asked_for_].text;
    // Texts of one context are joined as they are.
    bool apart = context_text_.empty() || is_space(context_text_.back()) || is_space(sentence.front());
    auto text = apart ? sentence : " " + sentence;
    context_text_ = text;
    requests_.push_back({context_, manner_.request(context_, text, Manner::More::Follows)});
    ++asked_for_;
    ++owed_;
}

std::optional<std::string> SonicReply::open_context() const {
    if (context_.empty() || (context_ended_ && owed_ == 0)) {
        return std::nullopt;
    }
    return context_;
}

}  // namespace repartee::engines::cartesia
