#include "surfaces/frugality.h"

namespace repartee::surfaces {

namespace {

// A reply is spoken from its first clause on, a lone "Well," too.
constexpr std::size_t words_of_a_short_clause = 1;

}  // namespace

std::optional<net::Response> refusal_without_place(const Stage& stage, const net::Request& request,
                                                   capacity::Work work, capacity::Claim claim) {
    auto error = stage.capacity.reserve(work, request.id, claim);
    return error ? std::optional(net::error_response(request, *error)) : std::nullopt;
}

capacity::Ticket place_for(const Stage& stage, capacity::Work work) {
    return stage.capacity.admit(work).value();
}

std::function<conversation::Manner()> manner_of_turns(const Stage& stage, Model model) {
    const auto& settings = stage.capacity.settings();
    engines::Model* small = nullptr;
    if (model == Model::Everybodys && stage.capacity.has_small_model()) {
        engines::Wishes wishes{.model = settings.small_model_name};
        small = &stage.engines.model(settings.small_model, wishes);
    }
    return [&gate = stage.capacity, small] {
        conversation::Manner manner;
        if (gate.wants_short_clauses()) {
            manner.first_clause_words = words_of_a_short_clause;
        }
        manner.model = gate.wants_small_model() ? small : nullptr;
        return manner;
    };
}

std::function<bool()> wants_partials(const Stage& stage) {
    return [&gate = stage.capacity] { return gate.wants_partials(); };
}

}  // namespace repartee::surfaces
