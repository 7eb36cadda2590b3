// What can be set about pocketsphinx: the table [engines.pocketsphinx].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <string>

namespace repartee::engines::pocketsphinx {

struct Settings {
    // Paths; the defaults are those of the system's package.
    std::string acoustic_model;  // a folder
    std::string dictionary;
    std::string language_model;

    std::int64_t decoders = 0;  // how many utterances are decoded at once; 0: one per core
    std::int64_t streams = 32;  // how many utterances may be open at once
    // How long a finished utterance may wait for a decoder.
    std::chrono::milliseconds longest_wait = std::chrono::seconds(20);
    // Of an utterance. Decoding it costs time in proportion; memory it does not, see decoder_pool.h.
    std::chrono::milliseconds longest_utterance = std::chrono::minutes(15);

    Settings();
};

void describe(Fields& fields, Settings& settings);

}  // namespace repartee::engines::pocketsphinx
