// What work there is, and what is done without when there is too much of it. Words for everybody here.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace repartee::capacity {

// What is let in or not.
enum class Work {
    Call,  // as long as somebody is on the line
    Turn,  // push-to-talk: from the first sound of a recording to the end of the reply
    Chat,  // one typed message and its reply
    Job,   // an upload, which waits in a queue of its own
};
inline constexpr std::array all_work{Work::Call, Work::Turn, Work::Chat, Work::Job};
inline constexpr std::size_t work_count = all_work.size();

// What is done without, one after the other, before anybody is refused. Each has those before it in it.
enum class Step {
    Everything,
    NoPartials,    // calls are not told what they look like while they are spoken
    ShortClauses,  // a reply is spoken from its first clause on, however short
    SmallModel,    // a smaller model answers, where the settings name one
    Refusing,      // nothing is taken on beyond what is in hand, and of that less and less
};
inline constexpr std::size_t step_count = 5;

// "call", "turn", "chat", "job"
std::string_view name_of(Work work);
// "everything", "no_partials", "short_clauses", "small_model", "refusing"
std::string_view name_of(Step step);

}  // namespace repartee::capacity
