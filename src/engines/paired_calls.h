// A history as providers want it: behind each of a model's calls exactly one answer, and no answer
// without its call. Histories are cut short, and barge-in ends a turn between call and answer.
#pragma once

#include "vocabulary/message.h"

#include <vector>

namespace repartee::engines {

// The messages in their order. Where an answer is missing one is put in that says so; answers to calls
// that nobody made are left out. Pure.
std::vector<Message> with_paired_calls(const std::vector<Message>& messages);

}  // namespace repartee::engines
