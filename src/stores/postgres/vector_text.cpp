#include "stores/postgres/vector_text.h"

#include <charconv>
#include <cmath>

namespace repartee::stores::postgres {

std::optional<std::string> array_of(const Vector& vector) {
    std::string text = "{";
    for (float number : vector) {
        if (!std::isfinite(number)) {
            return std::nullopt;
        }
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        if (text.size() > 1) {
            text += ',';
        }
        text.append(digits, end);
    }
    text += '}';
    return text;
}

}  // namespace repartee::stores::postgres
