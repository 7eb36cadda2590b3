#include "memory/same_fact.h"

#include "memory/claim.h"

#include <algorithm>

namespace repartee::memory {

namespace {

// Above this two texts that share their words in another order say the same.
constexpr double same_words_nearness = 0.95;
// Above this a text that adds no word to another adds nothing.
constexpr double less_said_nearness = 0.75;
// Above this other words for the same are taken for just that.
constexpr double same_meaning_nearness = 0.98;

std::vector<std::u32string> sorted(std::vector<std::u32string> words) {
    std::ranges::sort(words);
    return words;
}

bool is_part_of(const std::vector<std::u32string>& part, const std::vector<std::u32string>& whole) {
    return std::ranges::includes(sorted(whole), sorted(part));
}

bool comes_in_order(const std::vector<std::u32string>& part, const std::vector<std::u32string>& whole) {
    std::size_t next = 0;
    for (const auto& word : whole) {
        next += next < part.size() && word == part[next] ? 1 : 0;
    }
    return next == part.size();
}

std::vector<std::u32string> numbers_in(const std::vector<std::u32string>& words) {
    std::vector<std::u32string> numbers;
    std::ranges::copy_if(words, std::back_inserter(numbers),
                         [](const std::u32string& word) { return word[0] >= U'0' && word[0] <= U'9'; });
    return numbers;
}

FactRelation relation_of_claims(const Claim& known, const Claim& told) {
    if (known.relation != told.relation || known.subject != told.subject || known.kind != told.kind) {
        return FactRelation::Unrelated;
    }
    return is_part_of(told.value, known.value) ? FactRelation::Same : FactRelation::Contradicts;
}

}  // namespace

FactRelation relation_of(std::string_view known_text, std::string_view told_text, double nearness) {
    const auto known = read_statement(known_text);
    const auto told = read_statement(told_text);
    const bool same_sense = known.denied == told.denied;
    if (known.words == told.words) {
        return same_sense ? FactRelation::Same : FactRelation::Contradicts;
    }
    if (known.claim && told.claim) {
        if (known.claim->relation == told.claim->relation && known.claim->subject == told.claim->subject) {
            return same_sense ? relation_of_claims(*known.claim, *told.claim) : FactRelation::Unrelated;
        }
    }
    if (!same_sense || told.words.empty() || known.words.empty()) {
        return FactRelation::Unrelated;
    }
    if (nearness >= same_words_nearness && sorted(known.words) == sorted(told.words)) {
        return FactRelation::Same;
    }
    if (nearness >= less_said_nearness && told.words.size() < known.words.size() &&
        comes_in_order(told.words, known.words)) {
        return FactRelation::Same;
    }
    const bool means_the_same = nearness >= same_meaning_nearness && !told.claim && !known.claim &&
                                numbers_in(known.words) == numbers_in(told.words);
    return means_the_same ? FactRelation::Same : FactRelation::Unrelated;
}

Judgment judge(std::string_view told, const std::vector<stores::FoundMemory>& near) {
    Judgment judgment;
    for (std::size_t i = 0; i < near.size(); ++i) {
        auto relation = relation_of(near[i].memory.text, told, near[i].score);
        if (relation == FactRelation::Same) {
            return {.kind = Judgment::Kind::Known, .which = i};
        }
        // A document says what it says.
        if (relation == FactRelation::Contradicts && judgment.kind == Judgment::Kind::New &&
            near[i].memory.source != "ingested") {
            judgment = {.kind = Judgment::Kind::Corrects, .which = i};
        }
    }
    return judgment;
}

}  // namespace repartee::memory
