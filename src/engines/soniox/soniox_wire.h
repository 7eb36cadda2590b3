// Soniox's language: one message of settings and the sound into a WebSocket, tokens out of it. Pure.
//
// Tokens are pieces of words, spaces included. Those that are final come once; the others are guesses at
// what was said behind them and come anew with every message. Where a translation is asked for, the tokens
// of what was said come too, before those of the translation; what is in the wanted language already comes
// once, as it was said.
#pragma once

#include "engines/hearing_wire.h"
#include "engines/recogniser.h"
#include "engines/soniox/soniox_settings.h"

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <vector>

namespace repartee::engines::soniox {

std::string soniox_url(const SonioxSettings& settings);

// What Soniox understands, and what it translates into.
const std::vector<Language>& soniox_languages();

// The first message of an utterance.
std::string opening_message(const SonioxSettings& settings, const RecognitionRequest& request);

class SonioxWire final : public HearingWire {
public:
    SonioxWire(const SonioxSettings& settings, const RecognitionRequest& request)
        : provider_(provider_of(settings)),
          opening_(opening_message(settings, request)),
          wanted_(wants_translation(request) ? primary_subtag(request.translate_to) : "") {}

    std::optional<net::WsMessage> opening() const override;
    std::vector<net::WsMessage> closing() override;
    net::WsMessage keepalive() const override;
    Result<Progress> take(const net::WsMessage& message) override;
    bool complete_at_close() const override { return finished_; }
    Transcript heard() const override;

private:
    struct Token {
        std::string text;
        std::optional<std::chrono::milliseconds> start;
        std::optional<std::chrono::milliseconds> end;
        std::optional<double> confidence;
    };

    void take_token(const boost::json::object& entry);
    std::vector<Word> words() const;

    const Provider provider_;
    const std::string opening_;
    const Language wanted_;  // that the text is to be in; empty: the spoken one
    std::vector<Token> settled_;
    std::string settled_text_;
    std::string tail_;                      // the guesses of the last message
    std::map<std::string, int> languages_;  // how often each token was of it
    bool translated_ = false;               // some of the text is
    bool closing_ = false;
    bool finished_ = false;
};

}  // namespace repartee::engines::soniox
