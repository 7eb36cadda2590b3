// A server that is a program of ours: frames are lines, ours on its standard input, its own on its standard
// output. Kept alive by src/processes; what it writes to standard error goes into the log.
#pragma once

#include "base/bell.h"
#include "base/channel.h"
#include "base/log.h"
#include "base/metrics.h"
#include "mcp/client/carrier.h"
#include "mcp/client/settings.h"
#include "processes/supervision.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace repartee::mcp::client {

class StdioCarrier final : public Carrier {
public:
    // `changed` is called when the program is there, and when it has ended. The others outlive the carrier,
    // which is destroyed when the loop has stopped, or on its only thread.
    StdioCarrier(const Executor& executor, const ServerSettings& settings, Clock& clock, const Log& log,
                 Metrics& metrics, std::function<void()> changed);
    ~StdioCarrier() override;

    Transport transport() const override { return Transport::Process; }
    awaitable<void> until_there() override;
    std::uint64_t connection() const override;
    void greeted() override;
    void doubt() override;
    awaitable<Answer> ask(Request request, Envelope envelope, Heard heard) override;
    awaitable<void> tell(Frame frame, Envelope envelope) override;
    awaitable<bool> listen(Envelope envelope, Heard heard) override;
    awaitable<void> say_goodbye(Envelope envelope) override;

private:
    class Line;
    Clock& clock_;
    std::shared_ptr<Line> line_;  // and of the supervision
    processes::Supervision supervision_;
};

// A program as a shell would find it along `path`: "npx" in /usr/bin. Throws Failure{Unavailable} where there
// is none.
std::filesystem::path found_along(std::string_view path, const std::string& command);

}  // namespace repartee::mcp::client
