// For tests of skills: a memory that notes what it is told and says what it was told to say.
#pragma once

#include "base/error.h"
#include "skills/remembering.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repartee::skills {

class NotingMemory final : public Remembering {
public:
    Outcome outcome = Outcome::New;
    std::vector<std::string> to_forget;
    std::optional<Error> trouble;

    std::vector<std::pair<std::string, std::string>> learned;  // fact, category
    std::vector<std::string> forgotten;
    std::vector<std::string> pieces;
    std::string origin;

    awaitable<Outcome> learn(std::string fact, std::string category) override {
        fail_if_told();
        learned.emplace_back(std::move(fact), std::move(category));
        co_return outcome;
    }
    awaitable<std::vector<std::string>> forget(std::string what) override {
        fail_if_told();
        forgotten.push_back(std::move(what));
        co_return to_forget;
    }
    awaitable<std::size_t> ingest(std::vector<std::string> all, std::string where) override {
        fail_if_told();
        pieces = std::move(all);
        origin = std::move(where);
        co_return pieces.size();
    }

private:
    void fail_if_told() const {
        if (trouble) {
            throw Failure(*trouble);
        }
    }
};

}  // namespace repartee::skills
