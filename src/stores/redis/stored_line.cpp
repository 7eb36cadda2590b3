#include "stores/redis/stored_line.h"

#include <fmt/format.h>

#include <charconv>

namespace repartee::stores::redis {

std::string encode_line(std::int64_t position, std::string_view append, const Message& message) {
    return fmt::format("{} {}", position, encode_line(append, message));
}

std::string encode_line(std::string_view append, const Message& message) {
    return fmt::format("{} {} {}", message.role == Role::User ? 'u' : 'a', append, message.content);
}

std::optional<StoredLine> decode_line(std::string_view line) {
    StoredLine stored;
    const char* end = line.data() + line.size();
    auto [rest, error] = std::from_chars(line.data(), end, stored.position);
    if (error != std::errc() || end - rest < 4 || rest[0] != ' ' || rest[2] != ' ' ||
        (rest[1] != 'u' && rest[1] != 'a')) {
        return std::nullopt;
    }
    const std::string_view append_and_text(rest + 3, static_cast<std::size_t>(end - rest - 3));
    const auto space = append_and_text.find(' ');
    if (space == 0 || space == std::string_view::npos) {
        return std::nullopt;
    }
    stored.message.role = rest[1] == 'u' ? Role::User : Role::Assistant;
    stored.message.content = append_and_text.substr(space + 1);
    return stored;
}

}  // namespace repartee::stores::redis
