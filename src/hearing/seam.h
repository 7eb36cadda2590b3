// Where speech without a pause has to be cut, both sides hear the sound around the cut, so that no word is
// lost to it. What both understood of that is said once. Pure.
#pragma once

#include "vocabulary/transcript.h"

namespace repartee::hearing {

// `next` without the words at its beginning that end `previous` too, at most as many as fit into `overlap`.
Transcript without_repetition(const Transcript& previous, Transcript next, std::chrono::milliseconds overlap);

}  // namespace repartee::hearing
