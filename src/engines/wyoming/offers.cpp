#include "engines/wyoming/offers.h"

#include "engines/json_parts.h"

#include <algorithm>

namespace repartee::engines::wyoming {

namespace {

namespace json = boost::json;

void add_languages(const json::object& program, std::string_view models, std::vector<Language>& languages) {
    const auto* list = array_at(program, models);
    for (std::size_t m = 0; list != nullptr && m < list->size(); ++m) {
        const auto* model = (*list)[m].if_object();
        const auto* spoken = model && flag_at(*model, "installed") ? array_at(*model, "languages") : nullptr;
        for (std::size_t l = 0; spoken != nullptr && l < spoken->size(); ++l) {
            if (const auto* language = (*spoken)[l].if_string()) {
                languages.emplace_back(language->data(), language->size());
            }
        }
    }
    std::ranges::sort(languages);
    auto doubled = std::ranges::unique(languages);
    languages.erase(doubled.begin(), doubled.end());
}

}  // namespace

OfferedSpeech offered_in(const repartee::wyoming::Event& info, std::string_view trade) {
    bool recognises = trade == "asr";
    const auto* programs = array_at(info.data, trade);
    for (std::size_t p = 0; programs != nullptr && p < programs->size(); ++p) {
        const auto* program = (*programs)[p].if_object();
        if (program == nullptr || !flag_at(*program, "installed")) {
            continue;
        }
        OfferedSpeech offered{.name = std::string(text_at(*program, "name")),
                              .streams = flag_at(*program, recognises ? "supports_transcript_streaming"
                                                                      : "supports_synthesize_streaming")};
        add_languages(*program, recognises ? "models" : "voices", offered.languages);
        return offered;
    }
    return {};
}

}  // namespace repartee::engines::wyoming
