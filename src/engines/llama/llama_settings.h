// Which model thinks on this machine, and how much of the machine it may have. Section [engines.llama].
#pragma once

#include "base/fields.h"
#include "engines/wishes.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::engines::llama {

struct LlamaSettings {
    std::string model = {};        // a name, or a file; empty: the best that is there
    std::string server = {};       // a llama-server; empty: the engine kit's, else the system's
    std::int64_t context = 4096;   // tokens of each conversation
    std::int64_t slots = 2;        // conversations that are remembered at once
    std::int64_t threads = 0;      // 0: the server decides
    std::string device = "auto";   // "auto", "cpu", or names that llama-server knows
    std::int64_t memory = 0;       // mebibytes that it may take; 0: what the machine has
    std::string thinking = "off";  // whether models that can reason before they answer do
    std::chrono::milliseconds patience{120'000};      // to the first word
    std::chrono::milliseconds stall_timeout{15'000};  // between any two
};

void describe(Fields& fields, LlamaSettings& settings);

// The settings as somebody wants them.
LlamaSettings wished(LlamaSettings settings, const Wishes& wishes);

}  // namespace repartee::engines::llama
