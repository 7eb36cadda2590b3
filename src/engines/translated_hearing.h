// An utterance whose recogniser does not translate, and whose words a language model puts into the language
// that was asked for, once they are final. Partial texts are left out: they would be in another language.
//
// An engine's stream like any other, on its caller's strand. Made by AutomaticRecogniser. Where the
// translation fails or takes too long, the final says what was heard as it was spoken, without
// `translated_to`.
#pragma once

#include "base/log.h"
#include "engines/recogniser.h"
#include "engines/translator.h"

namespace repartee::engines {

class TranslatedHearing final : public RecogniserStream {
public:
    // The translator outlives it. `hearing` has been asked for no translation.
    TranslatedHearing(std::unique_ptr<RecogniserStream> hearing, Language into, Translator& translator,
                      Log log)
        : hearing_(std::move(hearing)),
          into_(std::move(into)),
          translator_(translator),
          log_(std::move(log)) {}

    void push(std::span<const audio::Sample> samples) override { hearing_->push(samples); }
    void pause() override { hearing_->pause(); }
    void resume() override { hearing_->resume(); }
    void finish() override { hearing_->finish(); }
    awaitable<std::optional<Transcript>> next() override;

private:
    const std::unique_ptr<RecogniserStream> hearing_;
    const Language into_;
    Translator& translator_;
    const Log log_;
    bool over_ = false;
};

}  // namespace repartee::engines
