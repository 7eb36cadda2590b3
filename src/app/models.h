// `repartee models`: what can be fetched and what is there, fetching, looking through and removing it.
#pragma once

#include "app/settings.h"
#include "models/manifest.h"

#include <filesystem>
#include <string>
#include <vector>

namespace repartee::app {

// All of these return the exit code: 0 well, 1 when something did not work out, 2 for a name that is none.

// A table for people, or JSON for scripts.
enum class ListFormat { Text, Json };
int list_models(Settings& settings, Parts& parts, ListFormat format);

// One after the other, by whatever people call them; one that fails does not keep the others from coming.
// Ctrl-C stops and keeps what has come.
int pull_models(const Settings& settings, const std::vector<std::string>& names);

// Every byte, whatever is remembered of them; all that are there when none is named.
int verify_models(const Settings& settings, const std::vector<std::string>& names);

int remove_models(const Settings& settings, const std::vector<std::string>& names);

// What `pull` does once it knows what is meant. Tells of it on standard error.
enum class PullOutcome { Done, Failed, Interrupted };
PullOutcome pull(const ModelSettings& settings, const std::filesystem::path& folder,
                 const std::vector<const models::KnownModel*>& wanted);

}  // namespace repartee::app
