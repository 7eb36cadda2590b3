// Cartesia's language while it hears: transcripts out of a WebSocket, two bare words into it. Pure.
#pragma once

#include "audio/pcm.h"
#include "engines/cartesia/cartesia_settings.h"
#include "engines/hearing_wire.h"
#include "vocabulary/language.h"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace repartee::engines::cartesia {

// The address that an utterance in this language is spoken to.
std::string ink_url(const CartesiaSettings& settings, const Language& language);

// What ink-whisper understands.
const std::vector<Language>& ink_languages();

class InkWire final : public HearingWire {
public:
    explicit InkWire(Provider provider) : provider_(std::move(provider)) {}

    std::optional<net::WsMessage> opening() const override { return std::nullopt; }
    std::vector<net::WsMessage> closing() override;
    net::WsMessage keepalive() const override;
    Result<Progress> take(const net::WsMessage& message) override;
    bool complete_at_close() const override { return final_since_closing_ || flushed_; }
    Transcript heard() const override;

private:
    Result<Progress> take_transcript(const boost::json::object& event);
    Progress progress() const;

    const Provider provider_;
    std::string settled_;  // the finals, verbatim: spaces are theirs
    std::string tail_;     // what came behind the last final and may still change
    Language language_;
    std::vector<Word> words_;
    bool closing_ = false;
    bool flushed_ = false;
    bool final_since_closing_ = false;
};

}  // namespace repartee::engines::cartesia
