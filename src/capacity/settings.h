// What can be set about how much is taken on at a time: the table [capacity].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::capacity {

struct CapacitySettings {
    std::string mode = "auto";  // "auto": by measure, and within the limits; "fixed": the limits alone; "off"
    // At a time; 0: no limit but what is measured.
    std::int64_t calls = 0;
    std::int64_t turns = 0;
    std::int64_t chats = 0;
    // Of the cores we may use, the share that work in hand may take. What is left is for what comes at once:
    // with less, replies begin to wait for each other.
    double processor = 0.85;
    // How late an event loop may be on the average. Frames come each 20 ms; two of them late are heard.
    std::chrono::milliseconds loop_lag{50};
    // How long work may wait for a place at an engine, on the average. Some wait three times as long, and an
    // answer that comes a second late is taken for none.
    std::chrono::milliseconds engine_wait{250};
    std::int64_t least_memory = 128;  // mebibytes that stay free
    std::string least_step = "everything";
    // Who answers in the place of everybody's model when there is much to do; empty: the same.
    std::string small_model = {};       // a kind, as in engines.model
    std::string small_model_name = {};  // within it; empty: as its settings say
};

void describe(Fields& fields, CapacitySettings& settings);

}  // namespace repartee::capacity
