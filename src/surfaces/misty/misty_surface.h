// The robot demo's job API: upload a recording, poll for its transcript and the reply, hear the robot
// speak it; and buttons that move the robot.
#pragma once

#include "conversation/agent.h"
#include "jobs/customs.h"
#include "jobs/job_queue.h"
#include "surfaces/misty/robot_speech.h"
#include "surfaces/misty/settings.h"
#include "surfaces/surface.h"

#include <atomic>
#include <memory>

namespace repartee::surfaces::misty {

class MistySurface final : public Surface {
public:
    MistySurface(const Stage& stage, MistySettings settings);

    void add_routes(net::Router& router) override;
    awaitable<void> drain(Duration grace) override;
    awaitable<void> succeeded() override;

private:
    awaitable<net::Response> test(const net::Request& request);
    awaitable<net::Response> upload(const net::Request& request);
    awaitable<net::Response> status(const net::Request& request);
    awaitable<net::Response> act(const net::Request& request);

    // Why no recording is taken, whatever is in it: an engine in use is not ours to send it to.
    std::optional<Error> engine_refusal() const;
    jobs::Customs customs();
    std::unique_ptr<jobs::JobQueue> make_queue();

    Stage stage_;
    MistySettings settings_;
    Log log_;
    conversation::Agent agent_;
    RobotSpeech speech_;
    std::unique_ptr<jobs::JobQueue> jobs_;
    std::atomic<TimePoint> last_used_{TimePoint{} - 1h};  // a recording came, or somebody asked about one
};

}  // namespace repartee::surfaces::misty
