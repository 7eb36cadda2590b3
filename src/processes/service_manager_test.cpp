#include "processes/service_manager.h"

#include "base/descriptor.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace repartee::processes {
namespace {

// As systemd has one, at a name without a file.
class ManagersSocket {
public:
    ManagersSocket() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        std::memcpy(where.sun_path + 1, name_.data(), name_.size());
        auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name_.size());
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&where), size), 0);
    }

    std::string address() const { return "@" + name_; }
    std::string heard() const {
        std::string text(1000, '\0');
        auto size = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
        return size < 0 ? "nothing" : text.substr(0, static_cast<std::size_t>(size));
    }

private:
    std::string name_ = "repartee-test-" + std::to_string(::getpid());
    Descriptor socket_;
};

TEST(ServiceManager, IsToldWhereThereIsOne) {
    ManagersSocket manager;
    ServiceManager service(manager.address());
    EXPECT_TRUE(service.is_there());
    service.tell("READY=1\nSTATUS=Listening");
    EXPECT_EQ(manager.heard(), "READY=1\nSTATUS=Listening");
    EXPECT_EQ(manager.heard(), "nothing");
}

TEST(ServiceManager, ThatIsNotThereDoesNoHarm) {
    EXPECT_FALSE(ServiceManager().is_there());
    ServiceManager().tell("READY=1");
    ServiceManager("/no/such/socket").tell("READY=1");
    ServiceManager("a word").tell("READY=1");
    ServiceManager("/" + std::string(1000, 'x')).tell("READY=1");
}

}  // namespace
}  // namespace repartee::processes
