#include "stores/redis/stored_line.h"

#include <fmt/format.h>

#include <charconv>

namespace repartee::stores::redis {

std::string encode_line(std::int64_t position, const Message& message) {
    return fmt::format("{} {} {}", position, message.role == Role::User ? 'u' : 'a', message.content);
}

std::optional<StoredLine> decode_line(std::string_view line) {
    StoredLine stored;
    const char* end = line.data() + line.size();
    auto [rest, error] = std::from_chars(line.data(), end, stored.position);
    if (error != std::errc() || end - rest < 3 || rest[0] != ' ' || rest[2] != ' ' ||
        (rest[1] != 'u' && rest[1] != 'a')) {
        return std::nullopt;
    }
    stored.message.role = rest[1] == 'u' ? Role::User : Role::Assistant;
    stored.message.content.assign(rest + 3, end);
    return stored;
}

}  // namespace repartee::stores::redis
