// How Milvus turns us down, by what is done about it. It tells most failures with HTTP 200 and a code.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <optional>
#include <string>

namespace repartee::stores::milvus {

enum class Trouble {
    Away,           // nobody answers, or not in time, or what answers is no Milvus
    NotReady,       // it starts, or lacks something for the moment: again in a moment
    Throttled,      // we ask too much: again later
    NoCollection,   // there is none of that name: make it
    NotLoaded,      // the collection is not in memory: load it
    NotPermitted,   // it does not know us, or does not let us do that
    NoDatabase,     // the database of the settings is not there
    Misunderstood,  // it cannot make sense of what we have sent
    Misfit,         // the collection of that name is not as ours are
    Unexpected,     // anything else
};

// Nothing where all is well. `code`: of the body, 0 where there is none to be had.
std::optional<Trouble> trouble_of(int http_status, std::int64_t code);

// Whether the same call may go well a little later.
bool may_pass(Trouble trouble);

// Whether it is over as soon as Milvus answers anything at all; else what was asked has to go well first.
bool is_over_with_an_answer(Trouble trouble);

class MilvusFailure : public Failure {
public:
    MilvusFailure(Trouble trouble, std::string detail);
    Trouble trouble() const noexcept { return trouble_; }

private:
    Trouble trouble_;
};

// What a person can do about it.
std::string advice_for(Trouble trouble);

}  // namespace repartee::stores::milvus
