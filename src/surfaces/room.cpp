#include "surfaces/room.h"

#include <charconv>

namespace repartee::surfaces {

namespace {

// More would not fit into what waits for a client.
constexpr std::size_t most_lines_before = 100;
constexpr std::size_t longest_language = 35;

bool is_on(const net::Request& request, std::string_view name) {
    auto value = request.parameter(name);
    return value && (*value == "1" || *value == "true" || *value == "yes");
}

std::optional<std::size_t> count_in(std::string_view text) {
    std::size_t count = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(count) : std::nullopt;
}

bool is_language(std::string_view text) {
    return text.size() <= longest_language &&
           text.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyz"
               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == std::string_view::npos;
}

}  // namespace

RoomWishes room_wishes(const net::Request& request) {
    RoomWishes wishes;
    wishes.partials = is_on(request, "partials");
    wishes.words = is_on(request, "words");
    wishes.speakers = is_on(request, "speakers");
    if (auto last = request.parameter("last")) {
        auto count = count_in(*last);
        if (!count) {
            wishes.complaints.emplace_back("last: a number of lines is wanted");
        }
        wishes.last = std::min(count.value_or(0), most_lines_before);
    }
    auto read_language = [&](const char* name, std::string& into) {
        auto language = request.parameter(name);
        if (language && is_language(*language)) {
            into = *language;
        } else if (language) {
            wishes.complaints.push_back(std::string(name) + ": a tag such as en or pt-BR is wanted");
        }
    };
    read_language("language", wishes.language);
    read_language("translate", wishes.translate);
    return wishes;
}

}  // namespace repartee::surfaces
