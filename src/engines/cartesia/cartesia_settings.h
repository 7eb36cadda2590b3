// How to reach Cartesia, and how it hears and speaks for us. Section [engines.cartesia].
#pragma once

#include "base/fields.h"
#include "engines/provider.h"
#include "engines/wishes.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::engines::cartesia {

struct CartesiaSettings {
    Secret api_key = {};
    std::string base_url = "https://api.cartesia.ai";
    std::string version = "2026-03-01";  // of the protocol; errors are structured from this one on
    std::chrono::milliseconds patience{5'000};
    std::int64_t spare_connections = 1;
    std::chrono::milliseconds keep_warm{5 * 60'000};

    std::string recogniser_model = "ink-whisper";
    std::string recogniser_language = "en";

    std::string synthesiser_model = "sonic-3";
    std::string voice = "f786b574-daa5-4673-aa0c-cbe3e8534c02";  // Katie, one of Cartesia's own
    std::int64_t sample_rate = 16'000;                           // Hz
    double speed = 1.0;
    double volume = 1.0;
    std::string emotion = {};
    std::int64_t replies_per_connection = 16;
};

void describe(Fields& fields, CartesiaSettings& settings);

// The settings as somebody wants them of the recogniser, or of the voices.
CartesiaSettings wished_recogniser(CartesiaSettings settings, const Wishes& wishes);
CartesiaSettings wished_synthesiser(CartesiaSettings settings, const Wishes& wishes);

Provider provider_of(const CartesiaSettings& settings);

// Said with every handshake.
net::Headers headers_of(const CartesiaSettings& settings);

// The settings' base, or Cartesia's own where it was emptied.
std::string base_of(const CartesiaSettings& settings);

}  // namespace repartee::engines::cartesia
