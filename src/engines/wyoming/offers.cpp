#include "engines/wyoming/offers.h"

#include "engines/json_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace repartee::engines::wyoming {

namespace {

namespace json = boost::json;

// The objects of a list that are there at all: what comes from outside may be anything.
std::vector<const json::object*> objects_at(const json::object& object, std::string_view key) {
    std::vector<const json::object*> objects;
    const auto* list = array_at(object, key);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (const auto* one = (*list)[i].if_object()) {
            objects.push_back(one);
        }
    }
    return objects;
}

std::vector<std::string> texts_at(const json::object& object, std::string_view key) {
    std::vector<std::string> texts;
    const auto* list = array_at(object, key);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (const auto* text = (*list)[i].if_string()) {
            texts.emplace_back(text->data(), text->size());
        }
    }
    return texts;
}

OfferedModel model_in(const json::object& object) {
    OfferedModel model{.name = std::string(text_at(object, "name")),
                       .languages = texts_at(object, "languages"),
                       .translates = flag_at(object, "translates")};
    for (const auto* speaker : objects_at(object, "speakers")) {
        model.speakers.emplace_back(text_at(*speaker, "name"));
    }
    return model;
}

std::vector<Language> languages_of(const std::vector<OfferedModel>& models) {
    std::vector<Language> languages;
    for (const auto& model : models) {
        languages.insert(languages.end(), model.languages.begin(), model.languages.end());
    }
    std::ranges::sort(languages);
    auto doubled = std::ranges::unique(languages);
    languages.erase(doubled.begin(), doubled.end());
    return languages;
}

// "en_GB" and "en-gb" are one.
bool same_tag(std::string_view one, std::string_view other) {
    auto plain = [](unsigned char c) { return c == '_' ? '-' : std::tolower(c); };
    return std::ranges::equal(one, other, {}, plain, plain);
}

}  // namespace

const OfferedModel* OfferedSpeech::model_named(std::string_view name) const {
    auto found = std::ranges::find(models, name, &OfferedModel::name);
    return found == models.end() ? nullptr : &*found;
}

OfferedSpeech offered_in(const repartee::wyoming::Event& info, std::string_view trade) {
    bool recognises = trade == "asr";
    for (const auto* program : objects_at(info.data, trade)) {
        if (!flag_at(*program, "installed")) {
            continue;
        }
        OfferedSpeech offered{.name = std::string(text_at(*program, "name")),
                              .streams = flag_at(*program, recognises ? "supports_transcript_streaming"
                                                                      : "supports_synthesize_streaming"),
                              .tells_spoken_bytes = flag_at(*program, "tells_spoken_bytes")};
        for (const auto* model : objects_at(*program, recognises ? "models" : "voices")) {
            if (flag_at(*model, "installed")) {
                offered.models.push_back(model_in(*model));
            }
        }
        offered.languages = languages_of(offered.models);
        return offered;
    }
    return {};
}

Language language_among(const std::vector<Language>& offered, std::string_view wanted) {
    auto found = std::ranges::find_if(offered, [&](const auto& tag) { return same_tag(tag, wanted); });
    if (found == offered.end()) {
        found = std::ranges::find_if(offered, [&](const auto& tag) { return serves(tag, wanted); });
    }
    return found == offered.end() ? Language() : *found;
}

std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t most = 5;
    auto shown = std::min(names.size(), most);
    auto list =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    return shown == names.size() ? list : fmt::format("{} and {} more", list, names.size() - shown);
}

std::string names_listed(const std::vector<OfferedModel>& models) {
    std::vector<std::string> names;
    names.reserve(models.size());
    for (const auto& model : models) {
        names.push_back(model.name);
    }
    return listed(names);
}

}  // namespace repartee::engines::wyoming
