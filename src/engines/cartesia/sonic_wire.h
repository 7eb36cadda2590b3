// Cartesia's language while it speaks: requests into a WebSocket, events out of it. Pure.
//
// A context is a stretch of speech in one voice. Its requests are texts that are joined as they are; its
// events come in the order of the text. One socket carries many contexts.
#pragma once

#include "audio/pcm.h"
#include "engines/cartesia/cartesia_settings.h"
#include "vocabulary/voice.h"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::cartesia {

std::string sonic_url(const CartesiaSettings& settings);

// What the sonic models speak.
const std::vector<Language>& sonic_languages();

// The rate that is asked for: the settings', or the next one above that there is.
int rate_of(const CartesiaSettings& settings);

// How a voice speaks: all that is the same for every request of a context.
class Manner {
public:
    Manner(const CartesiaSettings& settings, const Voice& voice);

    enum class More { Follows, No };
    // `text` is valid UTF-8. An empty one with More::No ends a context.
    std::string request(std::string_view context, std::string_view text, More more) const;

    double speed() const { return speed_; }

private:
    double speed_;
    boost::json::object same_;
};

std::string cancel_request(std::string_view context);

struct SonicEvent {
    enum class Type { Chunk, Timestamps, FlushDone, Done, Error, Other };
    struct Word {
        std::string text;
        double ends_at = 0;  // seconds of the context's sound
    };

    Type type = Type::Other;
    std::string context;  // empty: none in particular
    std::string sound;    // bytes; a sample may be cut in two
    std::vector<Word> words;
    repartee::Error error;  // of Type::Error
};

// An Error for what is no event at all.
Result<SonicEvent> read_event(std::string_view message, const Provider& provider);

}  // namespace repartee::engines::cartesia
