// The robot's REST API, over HTTP, and what its answers tell about whether it is there.
#pragma once

#include "base/log.h"
#include "devices/misty/line.h"
#include "net/http_client.h"

#include <mutex>

namespace repartee::devices::misty {

class HttpLine final : public Line {
public:
    // `http` and `clock` outlive the line.
    HttpLine(MistySettings settings, net::HttpClient& http, Clock& clock, Log log);

    awaitable<Fate> send(const Command& command, Duration limit) override;

    // Asks the robot what it is. The answer is in the state.
    awaitable<void> check();

    // As of the last check or command. Any thread.
    RobotState state() const;

private:
    awaitable<Fate> exchange(std::string method, const Command& command, Duration limit);
    void note(bool reachable, const std::string& detail);

    const MistySettings settings_;
    net::HttpClient& http_;
    Clock& clock_;
    const Log log_;
    mutable std::mutex mutex_;  // written and read on any strand, for a moment
    RobotState state_;
    bool asked_ = false;
};

}  // namespace repartee::devices::misty
