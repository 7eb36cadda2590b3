// For a client that waits for the whole reply: collects it, and tells meanwhile how far it is, should
// somebody like to know.
#pragma once

#include "conversation/outlet.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::conversation {

class WholeReply final : public Outlet {
public:
    std::string text;
    std::optional<skills::ClientAction> action;
    std::optional<Error> failure;
    std::function<void(std::string_view)> told = {};  // each piece of the text, as it comes

    bool takes_audio() const override { return false; }
    int audio_rate() const override { return audio::speech_rate; }
    awaitable<void> heard(const Transcript&, const Error*) override { co_return; }
    awaitable<void> skipped() override { co_return; }
    awaitable<void> reply_began(const ReplyHead&) override { co_return; }
    awaitable<void> reply_text(std::string delta) override {
        if (told) {
            told(delta);
        }
        co_return;
    }
    awaitable<void> reply_text_ended(const std::string&) override { co_return; }
    awaitable<void> reply_audio(std::span<const audio::Sample>) override { co_return; }
    awaitable<void> reply_ended(const ReplyEnd& end) override {
        text = end.text;
        action = end.action;
        if (end.outcome == Outcome::Failed) {
            failure = end.error;
        }
        co_return;
    }
};

}  // namespace repartee::conversation

#pragma GCC diagnostic pop
