// For skills that ask a service on the web which whoever runs the server has chosen. What it answers is a
// stranger's text all the same: read as data, cut short, never followed.
#pragma once

#include "base/clock.h"
#include "base/fields.h"
#include "net/http_client.h"

#include <boost/json/value.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace repartee::skills {

// Where a service is, and how it is asked.
struct WebService {
    std::string name;  // for people: "The weather service"
    std::string url;   // complete
    net::Headers headers = {};
    std::chrono::milliseconds patience{5000};  // to the last byte
};

// The body of the answer, at most 512 KiB. Throws Failure (Unavailable, ProviderBroke, ProviderLate,
// TooLarge) with a message that can be said; what went wrong exactly is in its detail.
awaitable<std::string> ask_web_service(net::HttpClient& http, Clock& clock, WebService service);

// `url` with "{name}" replaced by the value, percent-encoded.
std::string with_value(std::string url, std::string_view name, std::string_view value);
// With one more query parameter.
std::string with_parameter(std::string url, std::string_view name, std::string_view value);

// Nothing for what is no JSON.
boost::json::value json_or_null(std::string_view text);
// The value at "current.temperature" or "days.0.text"; null where there is none.
const boost::json::value* at_path(const boost::json::value& value, std::string_view path);
// Of texts, numbers and truth values; empty for the rest.
std::string text_at_path(const boost::json::value& value, std::string_view path);

// One line of plain words: no marks of HTML, no control characters, cut behind a word where it is longer than
// so many bytes.
std::string plain_line(std::string_view text, std::size_t longest);

}  // namespace repartee::skills
