// The controller's language, without the network. Pure functions over strings; whatever comes in,
// nothing here throws or asserts.
#pragma once

#include "base/error.h"
#include "engines/alena/alena_settings.h"
#include "engines/model.h"

#include <optional>
#include <string>
#include <string_view>

namespace repartee::engines::alena {

// The settings' URL with a scheme and without a slash at its end, followed by `path`.
std::string url_of(const AlenaSettings& settings, std::string_view path);

// The body of POST /generate: the user's last words and nothing else. Nothing where there are none:
// the controller refuses an empty prompt.
std::optional<std::string> generate_body(const Prompt& prompt);

// The answer in a reply to POST /generate, or the error it means for the turn.
Result<std::string> answer_in(int status, std::string_view body);

// For a peer that does not answer at all.
Error unreachable(const AlenaSettings& settings, std::string detail);

// What a reply to GET /health says about our chances.
Health health_from_reply(int status, std::string_view body, const AlenaSettings& settings);
Health health_when_unreachable(const AlenaSettings& settings, std::string_view why);

}  // namespace repartee::engines::alena
