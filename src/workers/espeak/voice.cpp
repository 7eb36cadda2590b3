#include "workers/espeak/voice.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <espeak-ng/speak_lib.h>

namespace repartee::workers::espeak {

namespace {

// Of sound in one piece: short enough that the first comes at once.
constexpr int piece_ms = 20;

// The library's neutral values.
constexpr int natural_pitch = 50;
constexpr int natural_volume = 100;

int rate_of_voice = 0;

// What is being spoken. The library's callback takes no argument of ours.
struct Speaking {
    const std::string* text = nullptr;
    const Sink* sink = nullptr;
    std::vector<std::size_t> ends;  // byte offset behind each character
    std::size_t spoken = 0;         // bytes
    bool wanted = true;
} speaking;

std::vector<std::size_t> character_ends(const std::string& text) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 1; i <= text.size(); ++i) {
        if (i == text.size() || (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
            ends.push_back(i);
        }
    }
    return ends;
}

// A word is announced with the sound it begins in: then all before it has been spoken.
void follow(const espeak_EVENT* events) {
    for (; events->type != espeakEVENT_LIST_TERMINATED; ++events) {
        if (events->type == espeakEVENT_WORD && events->text_position > 1) {
            auto before = static_cast<std::size_t>(events->text_position) - 2;
            if (before < speaking.ends.size()) {
                speaking.spoken = std::max(speaking.spoken, speaking.ends[before]);
            }
        }
    }
}

int take(short* sound, int count, espeak_EVENT* events) {
    if (sound == nullptr) {
        return 0;
    }
    follow(events);
    if (count > 0 && speaking.wanted) {
        speaking.wanted = (*speaking.sink)({sound, static_cast<std::size_t>(count)}, speaking.spoken);
    }
    return speaking.wanted ? 0 : 1;
}

int scaled(double factor, int natural, int least, int most) {
    return std::clamp(static_cast<int>(std::lround(factor * natural)), least, most);
}

bool choose_language(const std::string& language) {
    espeak_VOICE wish{};
    wish.languages = language.c_str();
    // Falls back to any voice when it knows none, so what it chose is looked at.
    if (espeak_SetVoiceByProperties(&wish) != EE_OK) {
        return false;
    }
    const auto* chosen = espeak_GetCurrentVoice();
    return chosen != nullptr && chosen->languages != nullptr &&
           std::string_view(chosen->languages + 1).starts_with(language.substr(0, language.find('-')));
}

}  // namespace

void Voice::load() {
    rate_of_voice =
        espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, piece_ms, nullptr, espeakINITIALIZE_DONT_EXIT);
    if (rate_of_voice <= 0) {
        throw Failure(ErrorKind::Unavailable, "eSpeak NG's data is missing: apt install espeak-ng-data");
    }
    espeak_SetSynthCallback(&take);
}

int Voice::rate() {
    return rate_of_voice;
}

std::vector<VoiceName> Voice::voices() {
    std::vector<VoiceName> voices;
    for (const auto** voice = espeak_ListVoices(nullptr); voice != nullptr && *voice != nullptr; ++voice) {
        VoiceName name{.name = (*voice)->name != nullptr ? (*voice)->name : "", .languages = {}};
        // A list of: a byte of priority, then a name that ends with a zero.
        for (const char* language = (*voice)->languages; language != nullptr && *language != 0;) {
            name.languages.emplace_back(language + 1);
            language += name.languages.back().size() + 2;
        }
        voices.push_back(std::move(name));
    }
    return voices;
}

void Voice::choose(const std::string& name, const std::string& language) {
    if (!name.empty() && espeak_SetVoiceByName(name.c_str()) == EE_OK) {
        return;
    }
    std::string tag = language.empty() ? "en" : language;
    std::ranges::transform(tag, tag.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (; !tag.empty(); tag.resize(tag.rfind('-') == std::string::npos ? 0 : tag.rfind('-'))) {
        if (choose_language(tag)) {
            return;
        }
    }
    throw Failure(ErrorKind::Unsupported, fmt::format("There is no voice for the language '{}'.", language));
}

void Voice::adapt(const Manner& manner) {
    espeak_SetParameter(espeakRATE,
                        scaled(manner.speed, espeakRATE_NORMAL, espeakRATE_MINIMUM, espeakRATE_MAXIMUM), 0);
    espeak_SetParameter(espeakPITCH, scaled(manner.pitch, natural_pitch, 0, 100), 0);
    espeak_SetParameter(espeakVOLUME, scaled(manner.volume, natural_volume, 0, 200), 0);
}

bool Voice::speak(const std::string& text, const Sink& sink) {
    speaking = {.text = &text, .sink = &sink, .ends = character_ends(text)};
    auto error =
        espeak_Synth(text.c_str(), text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, nullptr);
    if (error != EE_OK) {
        throw Failure(ErrorKind::ProviderBroke, "The voice failed.",
                      fmt::format("eSpeak NG says {}", static_cast<int>(error)));
    }
    return speaking.wanted;
}

}  // namespace repartee::workers::espeak
