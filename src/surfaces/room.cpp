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
    if (auto last = request.parameter("last")) {
        auto count = count_in(*last);
        if (!count) {
            wishes.complaints.emplace_back("last: a number of lines is wanted");
        }
        wishes.last = std::min(count.value_or(0), most_lines_before);
    }
    if (auto language = request.parameter("language")) {
        if (is_language(*language)) {
            wishes.language = *language;
        } else {
            wishes.complaints.emplace_back("language: a tag such as en or pt-BR is wanted");
        }
    }
    for (const char* name : {"translate", "speakers"}) {
        if (request.parameter(name)) {
            wishes.complaints.push_back(std::string(name) + ": not to be had here");
        }
    }
    return wishes;
}

}  // namespace repartee::surfaces
