// How likely it is that a word was really said: from what the decoder knows of it, by numbers that were
// fitted to what it gets right and wrong. Pure.
//
// The decoder's own probability of a word compares it with what else the decoder thought of, and in noise it
// has thought of little. So that number is one of several signs here, and what they mean was learnt from
// speech whose words are known: tests/bench/word_confidence.py makes the speech, fits the numbers in
// confidence.cpp and tells how good they are on sentences and voices that they were not fitted to;
// docs/engines.md has the result.
#pragma once

namespace repartee::engines::pocketsphinx {

// What the decoder knows of a word. Logarithms are natural ones.
struct WordEvidence {
    float posterior = 0;  // logarithm of the probability among all that was thought of; at most 0
    float acoustic = 0;   // log likelihood of a frame, against the best of all sounds; at most 0
    float language = 0;   // log probability behind the words before; at most 0
    int frames = 1;       // how long it is, in frames of 10 ms
    int letters = 1;      // how long it is written
};

// And of the section in which it stands.
struct SectionEvidence {
    float dynamics = 0;  // decibels between loud and quiet frames: about what speech stands above noise
    float density = 0;   // of what was thought of: ends of words a frame
};

// 0 to 1, whatever the numbers.
float chance_right(const WordEvidence& word, const SectionEvidence& section);

}  // namespace repartee::engines::pocketsphinx
