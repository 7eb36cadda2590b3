#include "memory/claim.h"

#include "memory/word_list.h"
#include "vocabulary/words.h"

#include <algorithm>
#include <span>

namespace repartee::memory {

namespace {

using Words = std::vector<std::u32string>;
using Part = std::span<const std::u32string>;

// "Actually, my cat ..."; "Please remember that my cat ...".
constexpr std::array<std::u32string_view, 14> openings{
    U"actually",   U"no",   U"well", U"oh",  U"please", U"remember", U"that",
    U"correction", U"note", U"and",  U"but", U"so",     U"sorry",    U"now"};

constexpr std::array<std::u32string_view, 12> negations{
    U"not", U"never", U"no", U"cannot", U"nicht", U"kein", U"keine", U"नहीं", U"नही", U"न", U"pas", U"nunca"};
// What stands before the t of "don't".
constexpr std::array<std::u32string_view, 18> before_t{
    U"don",    U"doesn",  U"didn",    U"isn",   U"aren", U"wasn", U"weren", U"won",   U"can",
    U"couldn", U"wouldn", U"shouldn", U"haven", U"hasn", U"hadn", U"mustn", U"needn", U"ain"};

constexpr std::array<std::u32string_view, 8> likes{U"like",  U"likes",  U"love",  U"loves",
                                                   U"enjoy", U"enjoys", U"adore", U"adores"};
constexpr std::array<std::u32string_view, 8> dislikes{U"dislike", U"dislikes", U"hate",   U"hates",
                                                      U"detest",  U"detests",  U"loathe", U"loathes"};

constexpr std::array<std::u32string_view, 16> owners{U"my",   U"our",  U"mine",  U"the",  U"a",     U"an",
                                                     U"this", U"मेरा",  U"मेरी",   U"मेरे",   U"हमारा", U"हमारी",
                                                     U"हमारे", U"mein", U"meine", U"unser"};
constexpr std::array<std::u32string_view, 8> speakers{U"i",  U"we",  U"me",  U"मैं",
                                                      U"हम", U"ich", U"wir", U"मेरा"};

// What a person has one of at a time, so that "my ... is" has one value.
constexpr std::array<std::u32string_view, 28> attributes{
    U"name",     U"age",         U"birthday",    U"birthdate",   U"address",  U"number",   U"phone",
    U"email",    U"mail",        U"password",    U"pin",         U"code",     U"job",      U"profession",
    U"employer", U"hometown",    U"nationality", U"citizenship", U"weight",   U"height",   U"size",
    U"timezone", U"anniversary", U"nickname",    U"surname",     U"username", U"deadline", U"language"};

// One lives in these and in a town.
constexpr std::array<std::u32string_view, 20> dwellings{
    U"flat", U"apartment", U"house",     U"home",    U"room",     U"city",  U"village",
    U"town", U"country",   U"hostel",    U"street",  U"building", U"floor", U"cottage",
    U"farm", U"suburb",    U"dormitory", U"student", U"alone",    U"tower"};
// One works at these and for somebody.
constexpr std::array<std::u32string_view, 12> working_times{U"home",    U"night",   U"nights",  U"day",
                                                            U"days",    U"office",  U"weekend", U"weekends",
                                                            U"evening", U"morning", U"noon",    U"desk"};

// "The user" talks of themselves: so facts that a model has written down are as those that were said.
Words in_first_person(const Words& words) {
    Words said;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool article = words[i] == U"the" && i + 1 < words.size() && words[i + 1] == U"user";
        if (article) {
            continue;
        }
        if (words[i] != U"user") {
            said.push_back(words[i] == U"favourite" ? U"favorite" : words[i]);
        } else if (i + 1 < words.size() && words[i + 1] == U"s") {
            said.emplace_back(U"my");
            ++i;
        } else {
            said.emplace_back(U"i");
        }
    }
    return said;
}

Part without_opening(Part words) {
    while (words.size() > 2 && is_one_of(words[0], openings)) {
        words = words.subspan(1);
    }
    return words;
}

// Takes the denials out of the words, and says whether what is left is denied.
bool take_denials(Words& words) {
    bool denied = false;
    Words left;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool is_t = words[i] == U"t" && i > 0 && is_one_of(words[i - 1], before_t);
        if (is_t) {
            left.pop_back();
        }
        if (is_t || is_one_of(words[i], negations)) {
            denied = !denied;
        } else if (is_one_of(words[i], dislikes)) {
            denied = !denied;
            left.emplace_back(U"like");
        } else {
            left.push_back(is_one_of(words[i], likes) ? U"like" : words[i]);
        }
    }
    words = std::move(left);
    return denied;
}

Words telling(Part words) {
    Words left;
    for (const auto& word : words) {
        if (!is_filler(word)) {
            left.emplace_back(stem_of(word));
        }
    }
    if (left.empty()) {
        left.assign(words.begin(), words.end());
    }
    return left;
}

// --- claims ---

std::u32string subject_of(Part words) {
    std::u32string subject;
    for (const auto& word : words) {
        if (word == U"s" || is_one_of(word, owners) || is_one_of(word, speakers)) {
            continue;
        }
        subject += (subject.empty() ? U"" : U" ") + std::u32string(stem_of(word));
    }
    return subject.empty() ? U"self" : subject;
}

bool has_number(Part words) {
    return std::ranges::any_of(words,
                               [](const std::u32string& word) { return word[0] >= U'0' && word[0] <= U'9'; });
}

std::optional<Claim> claim_of(std::string relation, Part subject, Part value) {
    if (subject.size() > 6 || value.empty()) {
        return std::nullopt;
    }
    return Claim{.relation = std::move(relation),
                 .subject = subject_of(subject),
                 .value = telling(value),
                 .kind = has_number(value) ? Claim::Kind::Number : Claim::Kind::Name};
}

std::optional<std::size_t> place_of_word(Part words, std::u32string_view word, std::size_t from = 0) {
    auto found = std::ranges::find(words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())),
                                   words.end(), word);
    return found == words.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(std::distance(words.begin(), found)));
}

bool is_copula(std::u32string_view word) {
    return word == U"is" || word == U"are" || word == U"s" || word == U"am" || word == U"m" ||
           word == U"was" || word == U"re";
}

// "... is called Ink", "... is named Ink".
std::optional<Claim> called(Part words) {
    for (std::size_t i = 1; i + 2 < words.size(); ++i) {
        const bool names = words[i + 1] == U"called" || words[i + 1] == U"named";
        if (names && is_copula(words[i])) {
            return claim_of("called", words.first(i), words.subspan(i + 2));
        }
    }
    if (words.size() > 2 && words[0] == U"call" && words[1] == U"me") {
        return claim_of("called", words.subspan(1, 1), words.subspan(2));
    }
    return std::nullopt;
}

// "My cat's name is Ink", "the name of my cat is Ink", "my favorite colour is green", "my address is ...".
std::optional<Claim> attribute(Part words) {
    std::optional<std::size_t> copula;
    for (std::size_t i = 1; i + 1 < words.size() && !copula; ++i) {
        if (words[i] == U"is" || words[i] == U"are") {
            copula = i;
        }
    }
    if (!copula) {
        return std::nullopt;
    }
    auto subject = words.first(*copula);
    auto value = words.subspan(*copula + 1);
    if (auto name = place_of_word(subject, U"name")) {
        const bool of = *name + 1 < subject.size() && subject[*name + 1] == U"of";
        if (of) {
            return claim_of("called", subject.subspan(*name + 2), value);
        }
        if (*name + 1 == subject.size()) {
            return claim_of("called", subject.first(*name), value);
        }
    }
    const bool has_one_value = place_of_word(subject, U"favorite") || is_one_of(subject.back(), attributes);
    return has_one_value ? claim_of("is", subject, value) : std::nullopt;
}

// "I live in Pune", "my mother works for the post", "I was born in 1984", "I moved to Pune", "I am from
// Pune".
std::optional<Claim> whereabouts(Part words) {
    auto is_of = [&](std::size_t i, std::u32string_view verb, std::u32string_view with_s) {
        return words[i] == verb || words[i] == with_s;
    };
    for (std::size_t i = 1; i + 2 < words.size(); ++i) {
        const auto& next = words[i + 1];
        auto subject = words.first(i);
        if (is_copula(subject.back()) && subject.size() > 1) {
            subject = subject.first(subject.size() - 1);
        }
        auto value = words.subspan(i + 2);
        const bool lives = is_of(i, U"live", U"lives") || words[i] == U"living";
        if ((lives && (next == U"in" || next == U"at")) || (words[i] == U"moved" && next == U"to") ||
            (words[i] == U"wohne" && next == U"in")) {
            auto claim = claim_of("lives", subject, value);
            const bool in_a_building = std::ranges::any_of(
                value, [](const std::u32string& word) { return is_one_of(word, dwellings); });
            if (claim && in_a_building) {
                claim->kind = Claim::Kind::Place;
            }
            return claim;
        }
        const bool works = is_of(i, U"work", U"works") || words[i] == U"working";
        if (works && (next == U"at" || next == U"for" || next == U"as")) {
            auto claim = claim_of(next == U"as" ? "works as" : "works for", subject, value);
            const bool at_a_time = std::ranges::any_of(
                value, [](const std::u32string& word) { return is_one_of(word, working_times); });
            if (claim && at_a_time) {
                claim->kind = Claim::Kind::Place;
            }
            return claim;
        }
        if (words[i] == U"born" && (next == U"in" || next == U"on" || next == U"at")) {
            return claim_of("born", subject, value);
        }
        const bool comes = is_copula(words[i]) || is_of(i, U"come", U"comes");
        if (comes && next == U"from") {
            return claim_of("from", words.first(i), value);
        }
    }
    return std::nullopt;
}

// "I am 34 years old", "my son is 7 years old", "my age is 34" (which is an attribute).
std::optional<Claim> age(Part words) {
    auto years = place_of_word(words, U"years");
    const bool is_age = years && *years >= 2 && *years + 1 < words.size() && words[*years + 1] == U"old" &&
                        is_copula(words[*years - 2]);
    return is_age ? claim_of("old", words.first(*years - 2), words.subspan(*years - 1, 1)) : std::nullopt;
}

// "I prefer tea to coffee": of the two.
std::optional<Claim> preference(Part words) {
    auto verb = place_of_word(words, U"prefer");
    if (!verb || *verb == 0) {
        return std::nullopt;
    }
    auto rest = words.subspan(*verb + 1);
    auto border = place_of_word(rest, U"to");
    border = border ? border : place_of_word(rest, U"over");
    if (!border || *border == 0 || *border + 1 == rest.size()) {
        return std::nullopt;
    }
    auto claim = claim_of("prefers", words.first(*verb), rest.first(*border));
    if (claim) {
        Words both = telling(rest.first(*border));
        std::ranges::copy(telling(rest.subspan(*border + 1)), std::back_inserter(both));
        std::ranges::sort(both);
        for (const auto& word : both) {
            claim->subject += U" " + word;
        }
    }
    return claim;
}

bool is_hindi_is(std::u32string_view word) {
    return word == U"है" || word == U"हैं" || word == U"हूँ" || word == U"हूं" || word == U"था" || word == U"थी";
}

// "मेरी बिल्ली का नाम स्याही है", "मेरा नाम आशा है", "मैं पुणे में रहता हूँ".
std::optional<Claim> hindi(Part words) {
    if (words.size() < 4 || !is_hindi_is(words.back())) {
        return std::nullopt;
    }
    auto said = words.first(words.size() - 1);
    if (auto name = place_of_word(said, U"नाम"); name && *name > 0 && *name + 1 < said.size()) {
        auto subject = said.first(*name);
        const bool of = subject.back() == U"का" || subject.back() == U"की" || subject.back() == U"के";
        return claim_of("called", of ? subject.first(subject.size() - 1) : subject, said.subspan(*name + 1));
    }
    auto in = place_of_word(said, U"में");
    const bool lives = in && *in + 2 == said.size() && said.back().starts_with(U"रहत") && *in > 1;
    if (!lives) {
        return std::nullopt;
    }
    const std::size_t subject = is_one_of(said[0], speakers) && said[0] != U"मेरा" ? 1 : 2;
    return *in > subject ? claim_of("lives", said.first(subject), said.subspan(subject, *in - subject))
                         : std::nullopt;
}

// "Meine Katze heißt Tinte", "ich heiße Asha".
std::optional<Claim> german(Part words) {
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        if (words[i] == U"heißt" || words[i] == U"heiße") {
            return claim_of("called", words.first(i), words.subspan(i + 1));
        }
    }
    return std::nullopt;
}

std::optional<Claim> claim_in(Part words) {
    for (auto reading : {called, age, attribute, preference, whereabouts, hindi, german}) {
        if (auto claim = reading(words)) {
            return claim;
        }
    }
    return std::nullopt;
}

}  // namespace

Statement read_statement(std::string_view text) {
    const auto said = in_first_person(words_in(text));
    auto opened = without_opening(said);
    Words words(opened.begin(), opened.end());
    Statement statement;
    statement.denied = take_denials(words);
    statement.words = telling(words);
    statement.claim = claim_in(words);
    return statement;
}

std::vector<std::u32string> telling_words(std::string_view text) {
    return telling(in_first_person(words_in(text)));
}

}  // namespace repartee::memory
