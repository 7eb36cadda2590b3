// What the web says about something, as a search service found it that the settings name.
#pragma once

#include "skills/search/search_settings.h"
#include "skills/skill.h"

#include <boost/json/value.hpp>

namespace repartee::skills::search {

inline constexpr std::size_t most_results = 3;

class SearchSkill final : public Skill {
public:
    // `http` may be null.
    SearchSkill(SearchSettings settings, Clock& clock, net::HttpClient* http)
        : settings_(std::move(settings)), clock_(clock), http_(http) {}

    SharedSchema schema() const override;
    // Throws Failure as ask_web_service.
    awaitable<SkillResult> run(boost::json::object arguments) override;

private:
    const SearchSettings settings_;
    Clock& clock_;
    net::HttpClient* http_;
};

// What is asked for these words.
std::string search_request(const SearchSettings& settings, std::string_view query);

// The first results of an answer, each with its source; empty for an answer that has none. Pure.
std::string told_results(const SearchSettings& settings, const boost::json::value& answer);

}  // namespace repartee::skills::search
