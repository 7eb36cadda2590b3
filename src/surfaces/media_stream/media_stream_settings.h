// What can be set about calls: the table [surfaces.media_stream]. Manners are the agents' own.
#pragma once

#include "base/fields.h"

#include <cstdint>

namespace repartee::surfaces::media_stream {

struct MediaStreamSettings {
    // On which calls are taken besides; 0: on none; whatever_config_json_says: there, or on the original's.
    std::int64_t port = whatever_config_json_says;
    std::int64_t history_messages = 10;

    static constexpr std::int64_t whatever_config_json_says = -1;
    static constexpr std::uint16_t original_port = 5050;
};

void describe(Fields& fields, MediaStreamSettings& settings);

}  // namespace repartee::surfaces::media_stream
