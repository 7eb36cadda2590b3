// What somebody means who wants something forgotten. Pure.
#pragma once

#include "stores/memories.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::memory {

struct ToForget {
    enum class Kind {
        These,       // those of the candidates, if any
        TheLast,     // "that": what was remembered just now
        Everything,  // "everything about me"
    };
    Kind kind = Kind::These;
    std::vector<std::size_t> these = {};
};

// Whether it is about something in particular, before anything is looked for.
ToForget::Kind kind_of_forgetting(std::string_view what);

// Which of these are meant; `found` best first. All that have every word of `what` and are nearly as near as
// the nearest; where none has them, the nearest, if it means nearly the same.
std::vector<std::size_t> meant_by(std::string_view what, const std::vector<stores::FoundMemory>& found);

}  // namespace repartee::memory
