// What can be set about calls: the table [surfaces.media_stream].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::surfaces::media_stream {

struct MediaStreamSettings {
    // The original's port, on which calls are taken besides; 0: on none.
    std::int64_t port = 5050;
    // Of a call, as the original has it.
    std::chrono::milliseconds longest_call = std::chrono::minutes(5);
    // What the agent says first; empty: it waits for the caller.
    std::string greeting;
    // How far sound that has left may be ahead of the caller's ear.
    std::chrono::milliseconds lead{300};
    // How long the caller may pause within an utterance.
    std::chrono::milliseconds end_silence{700};
    // Voice that goes on for so long interrupts a reply, also without words that are understood.
    std::chrono::milliseconds sustained{250};
    std::int64_t history_messages = 10;
};

void describe(Fields& fields, MediaStreamSettings& settings);

}  // namespace repartee::surfaces::media_stream
