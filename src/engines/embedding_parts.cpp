#include "engines/embedding_parts.h"

#include "base/utf8.h"
#include "engines/base64.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace repartee::engines {

namespace {

std::optional<Embedding> floats_in(std::string_view bytes) {
    if (bytes.empty() || bytes.size() % sizeof(float) != 0 ||
        bytes.size() / sizeof(float) > largest_dimension) {
        return std::nullopt;
    }
    Embedding vector(bytes.size() / sizeof(float));
    for (std::size_t i = 0; i < vector.size(); ++i) {
        std::uint32_t bits = 0;
        for (std::size_t byte = 0; byte < sizeof(float); ++byte) {
            bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i * sizeof(float) + byte]))
                    << (8 * byte);
        }
        vector[i] = std::bit_cast<float>(bits);
    }
    return vector;
}

}  // namespace

std::optional<Embedding> unit_vector(Embedding vector) {
    double length = 0;
    for (float value : vector) {
        length += static_cast<double>(value) * value;
    }
    length = std::sqrt(length);
    if (!std::isfinite(length) || length < 1e-12) {
        return std::nullopt;
    }
    for (float& value : vector) {
        value = static_cast<float>(value / length);
    }
    return vector;
}

std::optional<Embedding> embedding_in(const boost::json::value& value) {
    if (const auto* text = value.if_string()) {
        auto bytes = from_base64(std::string_view(text->data(), text->size()));
        auto vector = bytes ? floats_in(*bytes) : std::nullopt;
        return vector ? unit_vector(std::move(*vector)) : std::nullopt;
    }
    const auto* list = value.if_array();
    if (!list || list->empty() || list->size() > largest_dimension) {
        return std::nullopt;
    }
    Embedding vector;
    vector.reserve(list->size());
    for (const auto& number : *list) {
        boost::json::error_code wrong;
        const double read = number.is_number() ? number.to_number<double>(wrong) : 0;
        if (!number.is_number() || wrong) {
            return std::nullopt;
        }
        vector.push_back(static_cast<float>(read));
    }
    return unit_vector(std::move(vector));
}

std::string text_to_send(std::string_view text, std::size_t longest) {
    auto cut = truncate_utf8(text, longest);
    if (cut.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return " ";
    }
    if (is_utf8(cut)) {
        return std::string(cut);
    }
    std::string mended;
    for (std::size_t at = 0; at < cut.size();) {
        const auto character = decode_utf8(cut, at);
        append_utf8(mended, character.code);
        at += character.length;
    }
    return mended;
}

bool SteadyDimension::takes(const std::vector<Embedding>& vectors) {
    for (const auto& vector : vectors) {
        std::size_t known = 0;
        if (!known_.compare_exchange_strong(known, vector.size()) && known != vector.size()) {
            return false;
        }
    }
    return true;
}

}  // namespace repartee::engines
