// What a character is to someone who cuts text into sentences or reads it aloud.
//
// The house has no Unicode library; these are the few properties it needs, as code points and
// ranges after the Unicode character database (blocks, Sentence_Terminal, Terminal_Punctuation,
// Extended_Pictographic), coarse where coarse does no harm.
#pragma once

namespace repartee::conversation {

bool is_space(char32_t character);
bool is_digit(char32_t character);  // ASCII

// Letters, digits and the marks that belong to them, in any script: what can be said.
bool is_word_character(char32_t character);

// Only where letters have case: Latin, Greek, Cyrillic, Armenian.
bool is_lowercase(char32_t character);
bool is_uppercase(char32_t character);

// Scripts that put no space between words (Han, kana, Thai, Lao, Khmer, Myanmar, Tibetan).
bool is_unspaced(char32_t character);
// Whether such a text may be cut between these two.
bool may_break_between(char32_t left, char32_t right);

// Ends a sentence even with no space behind it: 。！？ danda, Arabic, Ethiopic, Khmer and more.
bool ends_sentence_at_once(char32_t character);
// Ends a clause so: the commas of unspaced scripts, and the long dash.
bool ends_clause_at_once(char32_t character);
// Ends a clause where a space follows: , ; : and their like in spaced scripts.
bool ends_clause_at_space(char32_t character);

// Closing quotes and brackets, which stay with the sentence they close. Straight quotes count.
bool is_closer(char32_t character);
bool is_quote(char32_t character);

// Emoji, dingbats, arrows, box drawing and the invisible joints of emoji (variation selectors,
// skin tones, flags, tags, keycaps); not the zero width joiner, which some scripts need.
bool is_pictograph(char32_t character);

// Never to be heard nor shown: controls, soft hyphens, direction marks, private use, noncharacters.
bool is_invisible(char32_t character);

}  // namespace repartee::conversation
