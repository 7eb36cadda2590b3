// A spoken language, written as a BCP 47 tag: "en", "en-GB", "hi".
#pragma once

#include <string>
#include <string_view>

namespace repartee {

using Language = std::string;

// "en-GB" -> "en", lower case.
std::string primary_subtag(std::string_view language);

// Whether an engine that offers `offered` can serve somebody who asks for `wanted`: the primary
// subtags agree, or nothing in particular is asked for.
bool serves(std::string_view offered, std::string_view wanted);

}  // namespace repartee
