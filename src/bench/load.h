// Many callers at once, on one thread.
#pragma once

#include "bench/caller.h"
#include "bench/measured_server.h"

#include <memory>
#include <span>
#include <vector>

namespace repartee::bench {

// What the load itself did while it ran: it has to be well for the figures to mean anything.
struct LoadRecord {
    std::uint64_t frames_sent = 0;
    std::uint64_t frames_withheld = 0;
    std::uint64_t bytes_heard = 0;
    std::size_t cut_off = 0;  // callers that the server hung up on
};

class Load {
public:
    // All referred to outlives it. Caller after caller follows one of the scripts in turn. `target`: the path
    // of calls, with its query.
    Load(const MeasuredServer& server, std::span<const Script> scripts, const Sound& sound,
         std::string target);
    ~Load();

    // So many more callers, so many a second, who begin to talk at once; returns when all do. Throws
    // Failure for the first who does not get through.
    void call(std::size_t callers, double per_second);
    // Goes on for so long.
    void run_for(Duration time);
    void hang_up();

    std::size_t callers() const { return callers_.size(); }
    // Whole cycles of all callers since this was last asked.
    std::vector<Turn> take_turns();
    LoadRecord record() const;
    Pacer& pacer() { return pacer_; }

private:
    const Script& script_of(std::uint64_t caller) const { return scripts_[caller % scripts_.size()]; }
    static awaitable<void> open(Load& load, std::uint64_t number, std::shared_ptr<Caller> caller);

    const MeasuredServer& server_;
    std::span<const Script> scripts_;
    const Sound& sound_;
    std::string target_;
    asio::io_context context_{1};
    Pacer pacer_;
    std::vector<std::shared_ptr<Caller>> callers_;
    std::size_t talking_ = 0;
    std::exception_ptr failure_;
};

}  // namespace repartee::bench
