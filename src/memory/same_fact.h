// Whether a fact that is told is known already, or takes the place of one that it contradicts. Decided by the
// words, whichever embedder found the candidates: vectors say what a text is about, not whether it says the
// same. Pure.
//
// Cautious where it must choose: a fact that is kept twice does no harm, one that is overwritten is gone. So
// only what can be true of one thing at a time is corrected: what somebody is called, where they live, an
// address, a favourite, a like and a dislike of the same.
#pragma once

#include "stores/memories.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::memory {

enum class FactRelation {
    Unrelated,   // both may be true
    Same,        // the known one says all of it
    Contradicts  // both cannot be true, or the new one says more
};

// `nearness`: the cosine of their vectors.
FactRelation relation_of(std::string_view known, std::string_view told, double nearness);

struct Judgment {
    enum class Kind { New, Known, Corrects };
    Kind kind = Kind::New;
    std::size_t which = 0;  // of the candidates: the known one, or the one whose place it takes
};

// `near`: what is known of the owner that lies near, best first.
Judgment judge(std::string_view told, const std::vector<stores::FoundMemory>& near);

}  // namespace repartee::memory
