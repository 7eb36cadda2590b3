// What a Wyoming service says that it offers. Pure.
#pragma once

#include "vocabulary/language.h"
#include "wyoming/event.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::wyoming {

// A model that recognises, or a voice that speaks.
struct OfferedModel {
    std::string name = {};
    std::vector<Language> languages = {};    // spelled as the service does
    std::vector<std::string> speakers = {};  // of a voice that has several
    bool translates = false;                 // ours: into English, where it is asked to
};

struct OfferedSpeech {
    std::string name = {};                  // of the program; empty: it offers nothing of the kind
    std::vector<OfferedModel> models = {};  // that are installed
    std::vector<Language> languages = {};   // of all of them
    bool streams = false;                   // texts, or sound, before everything has been said
    bool tells_spoken_bytes = false;        // ours: each piece of sound says how far the text is spoken

    // Null where it does not offer that.
    const OfferedModel* model_named(std::string_view name) const;
};

// The first installed program of `info` for this trade: "asr" with its models, or "tts" with its voices.
OfferedSpeech offered_in(const repartee::wyoming::Event& info, std::string_view trade);

// The tag among `offered` that serves `wanted`, the same one first; empty where there is none.
Language language_among(const std::vector<Language>& offered, std::string_view wanted);

// "a, b, c and 4 more", for people.
std::string listed(const std::vector<std::string>& names);
std::string names_listed(const std::vector<OfferedModel>& models);

}  // namespace repartee::engines::wyoming
