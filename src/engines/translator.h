// Text from one language into another by a language model, for those whose recogniser does not translate.
//
// Not everybody's model is asked: one that knows no languages (rules, scripts) never is, and somebody else's
// computer only where the settings say so, because what is said in a room would go there. A model that fails
// is not replaced by another in the same translation: the next might be no translator at all.
//
// Lives in the hall. Any thread; what it does runs on its caller's strand.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "engines/model.h"
#include "engines/roster.h"
#include "vocabulary/language.h"

#include <atomic>
#include <chrono>
#include <string>

namespace repartee::engines {

// How long a translation may take. Behind that the words are told as they were spoken.
inline constexpr auto translation_limit = std::chrono::seconds(10);

class Translator {
public:
    // `choice`: "auto", a model on this machine or in the house; "model", whichever is in use, in the cloud
    // as well; "off". `clock` outlives it.
    Translator(std::string choice, Clock& clock) : choice_(std::move(choice)), clock_(clock) {}

    // Whose models there are; outlives it. Once, before anything is asked of it.
    void use(const Roster& models) { models_ = &models; }

    // Whether there is a model that may be asked.
    bool is_there() const;

    // Unavailable, Busy (at most four at once), TooLarge (4 KB of text), ProviderLate, and whatever the model
    // says. Cancelling throws operation_aborted.
    awaitable<Result<std::string>> translate(std::string text, Language into);

private:
    class Seat;
    Model* model() const;

    const std::string choice_;
    Clock& clock_;
    const Roster* models_ = nullptr;
    std::atomic<int> at_work_{0};
};

// --- what decides; pure ---

// Whether this model may be asked, going by the choice.
bool may_translate(const EngineInfo& model, std::string_view choice);
// "English" for "en-GB"; the tag itself where we have no name for it.
std::string name_of_language(const Language& language);
Prompt translation_prompt(const std::string& text, const Language& into);

}  // namespace repartee::engines
