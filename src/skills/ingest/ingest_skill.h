// Reads a text or a web page into a person's long-term memory: `ingest`.
#pragma once

#include "net/public_address.h"
#include "skills/skill.h"

#include <functional>

namespace repartee::skills::ingest {

inline constexpr std::int64_t usual_piece = 500;  // words
// What fits into one memory, and what one asks the memory to take in at a time.
inline constexpr std::size_t longest_passage = 2000;  // bytes
inline constexpr std::size_t most_passages = 500;

class IngestSkill final : public Skill {
public:
    using MayAsk = std::function<bool(const asio::ip::address&)>;

    // `http` and `memory` may be null. `may_ask`: where web pages may come from.
    IngestSkill(Clock& clock, net::HttpClient* http, Remembering* memory,
                MayAsk may_ask = net::is_public_address)
        : clock_(clock), http_(http), memory_(memory), may_ask_(std::move(may_ask)) {}

    SharedSchema schema() const override;
    SkillManners manners() const override { return {.effect = EffectClass::MayRepeat}; }
    // Throws Failure as net::fetch_public and Remembering.
    awaitable<SkillResult> run(boost::json::object arguments) override;

private:
    awaitable<SkillResult> take_in(std::string text, std::string origin, std::int64_t piece);

    Clock& clock_;
    net::HttpClient* http_;
    Remembering* memory_;
    MayAsk may_ask_;
};

}  // namespace repartee::skills::ingest
