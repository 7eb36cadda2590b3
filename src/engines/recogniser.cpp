#include "engines/recogniser.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines {

namespace {

bool has(const std::vector<Language>& languages, const Language& wanted) {
    return std::ranges::any_of(languages, [&](const Language& one) { return serves(one, wanted); });
}

}  // namespace

bool wants_translation(const RecognitionRequest& request) {
    return !request.translate_to.empty() &&
           (request.language.empty() || !serves(request.language, request.translate_to));
}

bool understands(const RecogniserCapabilities& capabilities, const RecognitionRequest& request) {
    return capabilities.languages.empty() || has(capabilities.languages, request.language);
}

bool translates(const RecogniserCapabilities& capabilities, const RecognitionRequest& request) {
    return !wants_translation(request) || capabilities.translates_to_any ||
           has(capabilities.translates_to, request.translate_to);
}

Error lacks_translation(std::string_view who, const RecognitionRequest& request) {
    return {ErrorKind::Unsupported,
            fmt::format("{} does not translate into '{}'.", who, primary_subtag(request.translate_to)),
            {}};
}

}  // namespace repartee::engines
