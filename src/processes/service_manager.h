// Who has started the server as a service and watches over it: systemd, by its own small protocol
// (sd_notify(3)). Elsewhere nothing is told to anybody.
#pragma once

#include <string>
#include <string_view>

namespace repartee::processes {

class ServiceManager {
public:
    // `address`: of the socket, as NOTIFY_SOCKET has it; empty: there is nobody.
    explicit ServiceManager(std::string address = {}) : address_(std::move(address)) {}
    // As the environment says. Before there are threads.
    static ServiceManager of_environment();

    bool is_there() const { return !address_.empty(); }
    // Whether systemd has started this very process and cannot be told that another one is to be looked after
    // in its stead (a unit without Type=notify): it would end that one when this one ends.
    bool is_deaf() const { return is_deaf_; }

    // Lines such as "READY=1\nSTATUS=Listening". Never waits, never fails: that the manager does not hear
    // it is no reason to do anything else. Any thread.
    void tell(std::string_view lines) const noexcept;

private:
    std::string address_;
    bool is_deaf_ = false;
};

}  // namespace repartee::processes
