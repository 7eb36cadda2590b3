#include "processes/service_manager.h"

#include "base/descriptor.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace repartee::processes {

ServiceManager ServiceManager::of_environment() {
    const char* address = std::getenv("NOTIFY_SOCKET");     // NOLINT(concurrency-mt-unsafe)
    const char* process = std::getenv("SYSTEMD_EXEC_PID");  // NOLINT(concurrency-mt-unsafe)
    ServiceManager manager(address == nullptr ? "" : address);
    manager.is_deaf_ = !manager.is_there() && process != nullptr && process == std::to_string(::getpid());
    return manager;
}

void ServiceManager::tell(std::string_view lines) const noexcept {
    sockaddr_un where{};
    // A path, or a name without a file, which is written with an @.
    bool makes_sense = !address_.empty() && (address_[0] == '/' || address_[0] == '@') &&
                       address_.size() < sizeof where.sun_path;
    if (!makes_sense) {
        return;
    }
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, address_.data(), address_.size());
    if (address_[0] == '@') {
        where.sun_path[0] = '\0';
    }
    Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    [[maybe_unused]] const auto sent =
        ::sendto(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&where), size);
}

}  // namespace repartee::processes
