#include "workers/wire.h"

#include <cerrno>
#include <sys/socket.h>

namespace repartee::workers {

std::optional<wyoming::Event> Wire::read() {
    for (;;) {
        auto next = reader_.next();
        if (!next) {
            throw Failure(next.error());
        }
        if (*next) {
            return std::move(*next);
        }
        auto size = ::recv(descriptor_, incoming_.data(), incoming_.size(), 0);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return std::nullopt;
        }
        reader_.push({incoming_.data(), static_cast<std::size_t>(size)});
    }
}

bool Wire::write(const wyoming::Event& event) {
    auto bytes = wyoming::encode(event);
    std::string_view rest = bytes;
    std::lock_guard lock(writing_);
    while (!rest.empty()) {
        auto size = ::send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return false;
        }
        rest.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

}  // namespace repartee::workers
