// Where other people's Wyoming services are, and what is wanted of them. The table [engines.wyoming].
#pragma once

#include "engines/address_book.h"

#include <chrono>
#include <string>

namespace repartee::engines::wyoming {

struct Settings {
    // A service that recognises.
    std::string recogniser;                      // where it listens, or several such; empty: none
    std::string model;                           // of those it offers; empty: its own choice
    std::chrono::milliseconds patience{20'000};  // for a transcript, once everything has been said

    // A service that speaks.
    std::string synthesiser;                            // where it listens; empty: none
    std::string voice;                                  // of those it offers; empty: its own choice
    std::string speaker;                                // of that voice, where it has several
    bool stream = true;                                 // where the service can
    std::chrono::milliseconds speech_patience{10'000};  // for the next sound

    AddressSettings addresses = {};  // of each, where there are several
};

}  // namespace repartee::engines::wyoming
