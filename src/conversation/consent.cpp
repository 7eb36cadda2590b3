#include "conversation/consent.h"

#include "base/utf8.h"
#include "vocabulary/language.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace repartee::conversation {

namespace {

// Of what an argument says, and of how many arguments: a question has to be listened to.
constexpr std::size_t longest_argument = 80;  // bytes
constexpr std::size_t most_arguments = 6;

// Words that agree ...
constexpr auto yes_words = std::to_array<std::string_view>(
    {"yes", "yeah", "yep", "yup", "sure", "ok", "okay", "certainly", "absolutely", "definitely", "agreed",
     // Hindi, in Latin letters and in its own script
     "haan", "han", "haa", "bilkul", "zaroor", "\u0939\u093e\u0901", "\u0939\u093e\u0902",
     "\u092c\u093f\u0932\u094d\u0915\u0941\u0932", "\u091c\u093c\u0930\u0942\u0930",
     "\u091c\u0930\u0942\u0930",
     // German, French, Spanish, Italian, Portuguese, Dutch
     "ja", "jawohl", "gerne", "klar", "oui", "ouais", "s\u00ed", "si", "claro", "vale", "s\u00ec", "sim",
     "certo"});
// ... words that may stand beside them ...
constexpr auto polite_words = std::to_array<std::string_view>(
    {"please", "thanks",       "thank", "you",     "of",    "course",       "ji",
     "jee",    "\u091c\u0940", "kar",   "do",      "karo",  "\u0915\u0930", "\u0926\u094b",
     "bitte",  "danke",        "mach",  "das",     "s'il",  "vous",         "pla\u00eet",
     "merci",  "por",          "favor", "gracias", "graag", "it",           "go",
     "ahead",  "that",         "right", "fine",    "all"});
// ... and sentences that are a yes without such a word.
constexpr auto yes_sentences = std::to_array<std::string_view>(
    {"do it", "do that", "go ahead", "please do", "please do it", "of course", "go for it", "that's right",
     "d'accord", "bien s\u00fbr", "por supuesto", "mach das", "mach es", "kar do", "theek hai",
     "\u0920\u0940\u0915 \u0939\u0948", "\u0915\u0930 \u0926\u094b"});

bool is_mark_between(char32_t code) {
    constexpr std::u32string_view marks = U" \t\r\n.,!;:-\u2026\u0964";
    return marks.find(code) != std::u32string_view::npos;
}

// In small letters of ASCII, without marks. A question mark stays: who asks back has not agreed.
std::vector<std::string> said_words(std::string_view text) {
    std::vector<std::string> words(1);
    for (std::size_t at = 0; at < text.size();) {
        auto character = decode_utf8(text, at);
        if (!is_mark_between(character.code)) {
            for (char byte : text.substr(at, character.length)) {
                words.back() += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
            }
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
        at += character.length;
    }
    if (words.back().empty()) {
        words.pop_back();
    }
    return words;
}

template <class Words>
bool among(const Words& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

// "turn_off" as it is said.
std::string spoken_name(std::string_view name) {
    std::string spoken(name);
    std::ranges::replace(spoken, '_', ' ');
    std::ranges::replace(spoken, '-', ' ');
    return spoken;
}

std::string spoken_arguments(const boost::json::object& arguments) {
    std::string spoken;
    std::size_t count = 0;
    for (const auto& [key, value] : arguments) {
        if (++count > most_arguments) {
            spoken += ", \u2026";
            break;
        }
        auto text = value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
        auto shown = std::string(truncate_utf8(text, longest_argument));
        auto name = spoken_name(truncate_utf8(key, longest_argument));
        spoken += fmt::format("{}{}: {}{}", spoken.empty() ? "" : ", ", name, shown,
                              shown.size() < text.size() ? "\u2026" : "");
    }
    return spoken;
}

struct Questions {
    std::string_view language;
    std::string_view without;  // {0}: what
    std::string_view with;     // {0}: what, {1}: with what
};
constexpr std::array<Questions, 5> questions{{
    {"en", "Shall I really do this: {0}? Please say yes or no.",
     "Shall I really do this: {0}, with {1}? Please say yes or no."},
    {"de", "Soll ich das wirklich tun: {0}? Bitte sagen Sie ja oder nein.",
     "Soll ich das wirklich tun: {0}, mit {1}? Bitte sagen Sie ja oder nein."},
    {"hi", "क्या मैं सच में यह करूँ: {0}? कृपया हाँ या नहीं कहें।", "क्या मैं सच में यह करूँ: {0}, {1}? कृपया हाँ या नहीं कहें।"},
    {"fr", "Dois-je vraiment faire ceci : {0} ? Dites oui ou non, s'il vous plaît.",
     "Dois-je vraiment faire ceci : {0}, avec {1} ? Dites oui ou non, s'il vous plaît."},
    {"es", "¿De verdad debo hacer esto: {0}? Diga sí o no, por favor.",
     "¿De verdad debo hacer esto: {0}, con {1}? Diga sí o no, por favor."},
}};

}  // namespace

std::string consent_question(std::string_view language, const SkillCall& call) {
    const auto* found = std::ranges::find(questions, primary_subtag(language), &Questions::language);
    const auto& question = found == questions.end() ? questions.front() : *found;
    auto what = spoken_name(call.name);
    auto with = spoken_arguments(call.arguments);
    return with.empty() ? fmt::format(fmt::runtime(question.without), what)
                        : fmt::format(fmt::runtime(question.with), what, with);
}

bool is_consent(std::string_view text) {
    auto words = said_words(text);
    std::string sentence;
    for (const auto& word : words) {
        sentence += (sentence.empty() ? "" : " ") + word;
    }
    if (among(yes_sentences, sentence)) {
        return true;
    }
    return std::ranges::any_of(words, [](const auto& word) { return among(yes_words, word); }) &&
           std::ranges::all_of(
               words, [](const auto& word) { return among(yes_words, word) || among(polite_words, word); });
}

}  // namespace repartee::conversation
