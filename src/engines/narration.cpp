#include "engines/narration.h"

#include "base/utf8.h"

#include <algorithm>
#include <cmath>

namespace repartee::engines {

namespace {

// What people say in a second of unhurried speech, spaces included; corrected as sentences end.
constexpr double natural_rate = 14;  // characters per second

// A chunk's length: some tens of milliseconds.
constexpr int chunks_per_second = 20;

// Kept back until more sound comes or the sentence has ended, so that the end of a sentence is always
// said by a chunk of its own.
constexpr int held_back_per_second = 50;  // a fiftieth of a second

// For a sentence without any sound.
constexpr int silences_per_second = 100;

// How far behind the last word the next one is looked for: tags and numbers stand between.
constexpr std::size_t word_reach = 200;  // bytes

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Punctuation, symbols and pictures beyond ASCII, in rough blocks.
bool is_sign(char32_t code) {
    struct Block {
        char32_t first;
        char32_t last;
    };
    static constexpr Block blocks[] = {
        {0x80, 0xA9},     {0xAB, 0xB1},     {0xB4, 0xB4},     {0xB6, 0xB8},       {0xBB, 0xBB},
        {0xBF, 0xBF},     {0xD7, 0xD7},     {0xF7, 0xF7},     {0x60C, 0x60C},     {0x61B, 0x61F},
        {0x6D4, 0x6D4},   {0x964, 0x965},   {0x2000, 0x206F}, {0x2190, 0x2BFF},   {0x3000, 0x303F},
        {0xFE00, 0xFE6F}, {0xFF01, 0xFF0F}, {0xFFF0, 0xFFFF}, {0x1F000, 0x1FAFF}, {0xE0000, 0xE01EF}};
    return std::ranges::any_of(blocks, [&](const Block& b) { return code >= b.first && code <= b.last; });
}

}  // namespace

bool is_speakable(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        auto character = decode_utf8(text, at);
        auto code = character.code;
        bool is_ascii_word =
            (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
        if (is_ascii_word || (code >= 0x80 && !is_sign(code))) {
            return true;
        }
        at += character.length;
    }
    return false;
}

std::string blanked_where_malformed(std::string_view text) {
    std::string clean(text);
    for (std::size_t at = 0; at < clean.size();) {
        auto character = decode_utf8(clean, at);
        if (character.code == replacement_character && character.length == 1) {
            clean[at] = ' ';
        }
        at += character.length;
    }
    return clean;
}

Narration::Narration(int rate, double speed)
    : rate_(rate), characters_per_second_(natural_rate * std::clamp(speed, 0.25, 4.0)) {}

void Narration::text(std::string_view sentence) {
    auto begin = text_.size();
    text_ += sentence;
    sentences_.push_back({begin, text_.size()});
}

void Narration::more_text(std::string_view text) {
    if (sentences_left() == 0) {
        sentences_.push_back({text_.size(), text_.size()});
    }
    text_ += text;
    sentences_.back().end = text_.size();
}

void Narration::sound(std::span<const audio::Sample> samples) {
    waiting_.insert(waiting_.end(), samples.begin(), samples.end());
    total_ += samples.size();
}

void Narration::section() {
    section_begins_at_ = total_;
}

void Narration::word(std::string_view word, double ends_at) {
    constexpr double longest_section = 24 * 3600;  // seconds
    if (word.empty() || !(ends_at >= 0) || ends_at > longest_section) {
        return;
    }
    auto reach = std::string_view(text_).substr(0, word_cursor_ + word.size() + word_reach);
    auto found = reach.find(word, word_cursor_);
    if (found == std::string_view::npos) {
        return;
    }
    word_cursor_ = found + word.size();
    told_words_ = true;
    auto sample = section_begins_at_ + static_cast<std::size_t>(ends_at * rate_);
    if (!words_.empty()) {
        sample = std::max(sample, words_.back().sample);
    }
    words_.push_back({sample, word_cursor_});
    last_word_ends_ = sample;
}

bool Narration::told_is_sounded() const {
    // Times are rounded, and the end of a word is quiet.
    auto slack = static_cast<std::size_t>(rate_ / 10);
    return last_word_ends_ <= total_ + slack;
}

void Narration::sentence_ended() {
    if (ended_ == sentences_.size()) {
        return;
    }
    auto& sentence = sentences_[ended_];
    if (!sounding()) {
        std::vector<audio::Sample> moment(static_cast<std::size_t>(rate_ / silences_per_second));
        sound(moment);
    }
    sentence.begins_at = begins_at_;
    sentence.ends_at = total_;
    learn_rate(sentence);
    ++ended_;
    begins_at_ = total_;
    // Words of it that are said to end behind its sound would hold up those that follow.
    while (!words_.empty() && words_.back().byte <= sentence.end && words_.back().sample >= total_) {
        words_.pop_back();
    }
    word_cursor_ = std::max(word_cursor_, sentence.end);
}

void Narration::spoken_until(std::size_t byte) {
    byte = std::min(byte, text_.size());
    if (sentences_left() == 0) {
        if (!sounding()) {
            return;
        }
        sentences_.push_back({text_.size(), text_.size()});  // sound behind all the words
    }
    // Those that have ended with it are one by now, and what lies behind it is the next.
    auto first = sentences_.begin() + static_cast<std::ptrdiff_t>(ended_);
    auto last = first;
    while (last->end < byte) {
        ++last;
    }
    Sentence ended{.begin = first->begin, .end = std::max(byte, first->begin)};
    Sentence rest{.begin = ended.end, .end = last->end};
    auto at = sentences_.erase(first, last + 1);
    if (rest.begin < rest.end) {
        at = sentences_.insert(at, rest);
    }
    sentences_.insert(at, ended);
    sentence_ended();
}

std::size_t Narration::supposed_bytes() const {
    auto begin = sentences_left() == 0 ? text_.size() : sentences_[ended_].begin;
    auto since = static_cast<double>(total_ - begins_at_) / rate_;
    auto at = begin;
    for (auto left = static_cast<std::size_t>(since * characters_per_second_); left > 0 && at < text_.size();
         --left) {
        at += decode_utf8(text_, at).length;
    }
    return at;
}

void Narration::learn_rate(const Sentence& sentence) {
    auto seconds = static_cast<double>(sentence.ends_at - sentence.begins_at) / rate_;
    auto characters = static_cast<double>(characters_in(text_of(sentence)));
    // Short ones say more about pauses than about speech.
    if (seconds >= 0.5 && characters >= 5) {
        characters_per_second_ = std::clamp(characters / seconds, 2.0, 60.0);
    }
}

std::string_view Narration::text_of(const Sentence& sentence) const {
    return std::string_view(text_).substr(sentence.begin, sentence.end - sentence.begin);
}

std::optional<SpeechChunk> Narration::next() {
    auto end = given_ + static_cast<std::size_t>(rate_ / chunks_per_second);
    auto certain = begins_at_;
    if (given_away_ < ended_) {
        end = std::min(end, sentences_[given_away_].ends_at);
    } else if (auto held_back = static_cast<std::size_t>(rate_ / held_back_per_second); total_ > held_back) {
        certain = std::max(certain, total_ - held_back);
    }
    if (end > certain || end == given_) {
        return std::nullopt;
    }
    SpeechChunk chunk{.rate = rate_};
    auto begin = waiting_.begin() + static_cast<std::ptrdiff_t>(taken_);
    chunk.samples.assign(begin, begin + static_cast<std::ptrdiff_t>(end - given_));
    taken_ += end - given_;
    given_ = end;
    // A long sentence that waits is not moved up for every chunk.
    if (2 * taken_ >= waiting_.size()) {
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken_));
        taken_ = 0;
    }
    chunk.spoken_bytes = spoken_by(end);
    return chunk;
}

std::size_t Narration::spoken_by(std::size_t sample) {
    if (!told_words_) {
        spoken_ = std::max(spoken_, guess(sample));
    }
    while (!words_.empty() && words_.front().sample <= sample) {
        spoken_ = std::max(spoken_, words_.front().byte);
        words_.pop_front();
    }
    while (given_away_ < ended_ && sentences_[given_away_].ends_at <= sample) {
        spoken_ = std::max(spoken_, sentences_[given_away_].end);
        ++given_away_;
    }
    return spoken_;
}

// How far the sentence that sounds at `sample` is spoken: by its length where that is known, else by the
// rate of speech. Its last word counts at its end only.
std::size_t Narration::guess(std::size_t sample) const {
    if (given_away_ == sentences_.size()) {
        return 0;
    }
    const auto& sentence = sentences_[given_away_];
    auto words = text_of(sentence);
    auto characters = static_cast<double>(characters_in(words));
    auto begins_at = given_away_ < ended_ ? sentence.begins_at : begins_at_;
    auto since = static_cast<double>(sample > begins_at ? sample - begins_at : 0);
    if (given_away_ < ended_) {
        characters *= since / static_cast<double>(sentence.ends_at - sentence.begins_at);
    } else {
        characters = std::min(characters, since / rate_ * characters_per_second_);
    }
    // Where nothing stands between words, any character may end one.
    bool spaced = std::ranges::any_of(words, is_space);
    std::size_t boundary = 0;
    std::size_t at = 0;
    for (auto left = static_cast<std::size_t>(characters); left > 0 && at < words.size(); --left) {
        at += decode_utf8(words, at).length;
        if (at < words.size() && (!spaced || is_space(words[at]))) {
            boundary = at;
        }
    }
    return sentence.begin + boundary;
}

}  // namespace repartee::engines
