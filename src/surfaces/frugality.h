// What the house's capacity (capacity/gate.h) means for what a surface begins, in the words of those who ask:
// a place or a refusal for clients, and for conversations and listeners what they do without.
#pragma once

#include "conversation/turn.h"
#include "net/http.h"
#include "surfaces/surface.h"

#include <functional>
#include <optional>

namespace repartee::surfaces {

// For a WebSocket that is work as long as it lasts, before its 101: nothing where there is a place, which the
// handler then takes up (Gate::take_up, by request.id); else 503 with when to come back.
std::optional<net::Response> refusal_without_place(const Stage& stage, const net::Request& request,
                                                   capacity::Work work,
                                                   capacity::Claim claim = capacity::Claim::New);

// A place; throws Failure{Busy} where there is none.
capacity::Ticket place_for(const Stage& stage, capacity::Work work);

// For a Voicebox: how a turn is carried out that begins now. What it refers to is the stage's.
enum class Model { Everybodys, OfItsOwn };  // of one's own: nobody else takes its place
std::function<conversation::Manner()> manner_of_turns(const Stage& stage, Model model);

// For a Listener (ListenerOptions::wants_partials).
std::function<bool()> wants_partials(const Stage& stage);

}  // namespace repartee::surfaces
