// The words of the push-to-talk protocol, in both directions. Pure.
#pragma once

#include "base/error.h"
#include "conversation/outlet.h"
#include "vocabulary/timeline.h"

#include <string>
#include <string_view>
#include <variant>

namespace repartee::surfaces::assistant {

// --- client to server ---

struct Start {};
struct End {};
struct Ping {};
struct Options {
    bool speech = false;    // the reply as sound, too
    bool timeline = false;  // the turn's time line after each reply
};
struct UnknownAction {
    std::string action;  // as Python would print it: an absent one is "None"
};
struct NotAMessage {};
using ClientMessage = std::variant<Start, End, Ping, Options, UnknownAction, NotAMessage>;

ClientMessage parse_client_message(std::string_view text);

// --- server to client ---

std::string ready();
std::string pong();
std::string acknowledge_start();
std::string acknowledge_end(std::size_t bytes);
std::string acknowledge_options(const Options& options);
std::string chunk_received(std::size_t bytes, std::size_t total);
std::string error(std::string_view message);
std::string too_short(std::size_t bytes);

std::string transcript(std::string_view text);
std::string transcript_failed(std::string_view why);

std::string reply_began(std::string_view model, std::string_view prompt);
std::string reply_delta(std::string_view delta);
std::string reply_ended(std::string_view text);
std::string reply_failed(std::string_view why);
std::string reply_skipped();

std::string speech_began(int sample_rate);
std::string speech_ended();
std::string speech_failed(std::string_view why);

// {"type":"timeline","outcome":"complete","moments":{...}}, as in surfaces/moments.h.
std::string timeline(conversation::Outcome outcome, const Timeline& timeline);

}  // namespace repartee::surfaces::assistant
