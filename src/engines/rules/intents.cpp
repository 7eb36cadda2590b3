#include "engines/rules/intents.h"

#include "engines/rules/pattern.h"
#include "engines/rules/topics.h"

#include <fmt/format.h>

#include <cstdint>

namespace repartee::engines::rules {

namespace {

enum class Script { Latin, Devanagari, Other };

// The script of most letters. Only lead bytes count, and broken UTF-8 does no harm.
Script script_of(std::string_view text) {
    std::size_t latin = 0;
    std::size_t devanagari = 0;
    std::size_t other = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<std::uint8_t>(text[at]);
        const auto next = at + 1 < text.size() ? static_cast<std::uint8_t>(text[at + 1]) : std::uint8_t{0};
        if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') {
            ++latin;
        } else if (byte >= 0xC3 && byte <= 0xC9) {
            ++latin;  // letters with accents
        } else if (byte == 0xE0 && (next == 0xA4 || next == 0xA5)) {
            ++devanagari;
        } else if ((byte >= 0xCA && byte <= 0xDF) || byte == 0xE0 || (byte >= 0xE3 && byte <= 0xED)) {
            ++other;  // Greek to Korean; not punctuation, not emoji
        }
    }
    if (devanagari > latin) {
        return Script::Devanagari;
    }
    return other > latin ? Script::Other : Script::Latin;
}

constexpr std::string_view only_english =
    "I understand only English, because no language model is set up. Install Ollama and set OLLAMA_MODEL.";
// The same in Hindi.
constexpr std::string_view only_english_hindi =
    "\u092E\u0941\u091D\u0947 \u0905\u092D\u0940 \u0915\u0947\u0935\u0932 "
    "\u0905\u0902\u0917\u094D\u0930\u0947\u091C\u093C\u0940 \u0906\u0924\u0940 \u0939\u0948, "
    "\u0915\u094D\u092F\u094B\u0902\u0915\u093F \u0915\u094B\u0908 \u092D\u093E\u0937\u093E "
    "\u092E\u0949\u0921\u0932 \u0938\u0947\u091F \u0928\u0939\u0940\u0902 \u0939\u0948\u0964";
constexpr std::string_view not_understood =
    "I can't answer that, because no language model is set up. Install Ollama and set OLLAMA_MODEL, or run "
    "repartee doctor to see what is missing.";

// Courtesies and hesitations around what matters, one at a time. As it was when there is none.
Words without_courtesy(Words words) {
    const auto leading = match_any(
        {"hey|hi|hello|please|okay|ok|so|well|and|then|now|oh|just|yes|no|thanks|alright|right|also *",
         "good morning|afternoon|evening|day *", "thank you *", "excuse me *", "i am sorry *", "sorry *",
         "can|could|would|will you *", "can|could|may i *", "tell me *", "let me know *", "i want to know *",
         "i would like to know *", "i need to know *", "do you know *", "i want|need you to *",
         "i would like you to *", "i was wondering *", "go ahead and *", "repartee|computer|assistant *"},
        words);
    if (leading) {
        return leading->front();
    }
    const auto trailing = match_any({"* please|thanks|now|then|okay|ok|again|repartee|computer",
                                     "* thank you", "* right now", "* for me", "* if you can|could"},
                                    words);
    return trailing ? trailing->front() : words;
}

}  // namespace

Decision lacking(std::string_view what) {
    return Say{fmt::format("I have no {} in this conversation.", what)};
}

Decision decide(const Situation& situation) {
    if (const auto script = script_of(situation.utterance); script != Script::Latin) {
        return Say{std::string(script == Script::Devanagari ? only_english_hindi : only_english)};
    }
    const auto all_words = split_words(situation.utterance);
    if (all_words.empty()) {
        return Say{"Sorry, I didn't catch that."};
    }
    Words words = all_words;
    for (;;) {
        for (const auto topic :
             {about_repeating, about_timers, about_time, about_sums, small_talk, about_memory, about_deeds}) {
            if (auto decision = topic(words, situation)) {
                return std::move(*decision);
            }
        }
        const Words fewer = without_courtesy(words);
        if (fewer.size() == words.size()) {
            return Say{std::string(not_understood)};
        }
        words = fewer;
    }
}

}  // namespace repartee::engines::rules
