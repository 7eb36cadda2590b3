#include "engines/takeover_speech.h"

#include "base/error.h"
#include "engines/takeover_hearing.h"

#include <algorithm>

namespace repartee::engines {

namespace {

// Longer words hardly exist; scripts that write none between spaces do.
constexpr std::size_t longest_word = 60;  // bytes

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

std::size_t beginning_of_word(std::string_view text, std::size_t at) {
    at = std::min(at, text.size());
    if (at == text.size() || is_space(text[at])) {
        return at;
    }
    auto begin = at;
    while (begin > 0 && !is_space(text[begin - 1])) {
        --begin;
    }
    if (at - begin <= longest_word) {
        return begin;
    }
    while (at > 0 && continues_character(text[at])) {
        --at;
    }
    return at;
}

TakeoverSpeech::TakeoverSpeech(Roster& roster, std::deque<std::size_t> candidates, SpeechRequest request,
                               Log log)
    : roster_(roster), untried_(std::move(candidates)), request_(std::move(request)), log_(std::move(log)) {
    begin_with_next();
    // A voice is called by its own engine's name for it; the others choose for the language.
    request_.voice.name.clear();
}

void TakeoverSpeech::begin_with_next() {
    at_ = untried_.front();
    untried_.pop_front();
    stream_ = static_cast<Synthesiser&>(roster_.at(at_)).start(request_);
}

void TakeoverSpeech::say(std::string sentence) {
    if (finished_ || sentence.empty()) {
        return;
    }
    said_ += sentence;
    ends_.push_back(said_.size());
    stream_->say(std::move(sentence));
}

void TakeoverSpeech::finish() {
    finished_ = true;
    stream_->finish();
}

awaitable<std::optional<SpeechChunk>> TakeoverSpeech::next() {
    while (!over_) {
        over_ = true;  // stays so when the wait is cancelled
        std::optional<Error> failure;
        std::optional<SpeechChunk> chunk;
        try {
            chunk = co_await stream_->next();
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (!failure) {
            over_ = !chunk;
            auto sound = chunk ? placed(std::move(*chunk)) : rest_of_sound();
            if (sound || over_) {
                co_return sound;
            }
            continue;
        }
        if (is_lasting(failure->kind)) {
            roster_.gave_up(at_, *failure);
        }
        auto from = where_to_go_on();
        if (finished_ && from == said_.size()) {
            co_return rest_of_sound();  // it broke off behind its last word
        }
        if (untried_.empty()) {
            throw Failure(*failure);
        }
        auto failed_kind = roster_.at(at_).info().kind;
        begin_with_next();
        log_.warning("synthesiser failed, the next takes over", {{"engine", failed_kind},
                                                                 {"next", roster_.at(at_).info().kind},
                                                                 {"spoken_bytes", spoken_},
                                                                 {"left_bytes", said_.size() - from},
                                                                 {"reason", failure->message},
                                                                 {"detail", failure->detail}});
        say_again(from);
        over_ = false;
    }
    co_return std::nullopt;
}

// At the beginning of the word that was broken off. Sentences follow each other with or without a space.
std::size_t TakeoverSpeech::where_to_go_on() const {
    auto from = beginning_of_word(said_, spoken_);
    for (auto end : ends_) {
        from = end <= spoken_ ? std::max(from, end) : from;
    }
    return from;
}

void TakeoverSpeech::say_again(std::size_t from) {
    begin_ = from;
    resampler_.reset();
    for (auto end : ends_) {
        if (end > from) {
            stream_->say(said_.substr(from, end - from));
            from = end;
        }
    }
    if (finished_) {
        stream_->finish();
    }
}

std::optional<SpeechChunk> TakeoverSpeech::placed(SpeechChunk chunk) {
    spoken_ = std::max(spoken_, std::min(said_.size(), begin_ + chunk.spoken_bytes));
    chunk.spoken_bytes = spoken_;
    if (rate_ == 0) {
        rate_ = chunk.rate;
    }
    if (chunk.rate != rate_) {
        if (!resampler_) {
            resampler_.emplace(chunk.rate, rate_);
        }
        std::vector<audio::Sample> samples;
        resampler_->push(chunk.samples, samples);
        chunk.samples = std::move(samples);
        chunk.rate = rate_;
    }
    return chunk.samples.empty() ? std::nullopt : std::optional(std::move(chunk));
}

std::optional<SpeechChunk> TakeoverSpeech::rest_of_sound() {
    SpeechChunk rest{.rate = rate_, .spoken_bytes = spoken_};
    if (resampler_) {
        resampler_->flush(rest.samples);
    }
    return rest.samples.empty() ? std::nullopt : std::optional(std::move(rest));
}

}  // namespace repartee::engines
