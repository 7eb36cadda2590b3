// One page's view of what happens in the house: what is told next. Nothing waits for a page anywhere: when it
// can take something it is told what has happened since, and of the log what is left.
//
// Belongs to one socket, on its strand.
#pragma once

#include "surfaces/console/pulse.h"
#include "surfaces/steward.h"

#include <functional>
#include <string>
#include <vector>

namespace repartee::surfaces::console {

class LiveView {
public:
    // `engines` makes the message about them as they are now. The others outlive it.
    LiveView(std::function<std::string()> engines, const Steward& steward, Pulse& pulse, const Clock& clock)
        : engines_(std::move(engines)), steward_(steward), pulse_(pulse), clock_(clock) {}

    // The messages that are due now; the first time how all of it stands. {"type":"samples"} once, then
    // {"type":"sample"} each second; "log", "engines", "fetches" and "examination" when there is news.
    std::vector<std::string> news();

private:
    void add_samples(std::vector<std::string>& messages);
    void add_log(std::vector<std::string>& messages);
    void add_engines(std::vector<std::string>& messages);
    void add_work(std::vector<std::string>& messages);

    const std::function<std::string()> engines_;
    const Steward& steward_;
    Pulse& pulse_;
    const Clock& clock_;

    bool has_begun_ = false;
    TimePoint next_beat_{};
    std::uint64_t log_told_ = 0;
    std::uint64_t news_told_ = 0;
    std::string engines_told_;
};

}  // namespace repartee::surfaces::console
