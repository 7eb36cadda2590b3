// One caller of the load: sends its script frame by frame, and notes when what came back came.
//
// On the one thread of the load. Turns are cut by the script: a cycle is a turn, and what comes during
// it belongs to it.
#pragma once

#include "bench/frames.h"
#include "bench/line.h"
#include "bench/pacer.h"
#include "bench/reply_schedule.h"
#include "bench/script.h"
#include "bench/sound.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::bench {

// What came back in one cycle.
struct Turn {
    TimePoint began;                        // when the first frame of the cycle was due
    std::optional<TimePoint> text_at = {};  // of what was understood
    std::optional<TimePoint> stop_at = {};
    // Of what was still sounding when the cycle began and was stopped: the last of it.
    std::optional<TimePoint> last_sound_before_stop = {};
    ReplySchedule reply = {};
    // Milliseconds from the final transcript to the first sound that left, as the server stamped them.
    std::optional<double> server_overhead_ms = {};
};

class Caller : public std::enable_shared_from_this<Caller> {
public:
    // `script` and `sound` outlive it.
    Caller(asio::io_context& context, const Script& script, const Sound& sound);

    // Throws Failure. `target` names the path of calls, with its query.
    awaitable<void> call(asio::ip::tcp::endpoint to, std::string host, std::string target);
    // The same, and the head of the answer where the server does not take the call; see Line::try_upgrade.
    awaitable<std::optional<std::string>> try_call(asio::ip::tcp::endpoint to, std::string host,
                                                   std::string target);
    // Sends from `first` on, until it hangs up, beginning at the frame `number` of the script. It keeps
    // itself alive for as long.
    void talk(Pacer& pacer, TimePoint first, std::uint64_t number);
    void hang_up();

    bool cut_off() const { return cut_off_; }  // by the server
    // Cycles that are over since this was last asked; whole ones alone.
    std::vector<Turn> take_turns();
    std::uint64_t frames_sent() const { return frames_sent_; }
    std::uint64_t frames_withheld() const { return frames_withheld_; }  // the server did not take them
    std::uint64_t bytes_heard() const { return bytes_heard_; }

private:
    TimePoint send_next(TimePoint due);
    void received(std::string_view bytes, TimePoint at);
    void hear(FrameKind kind, std::string_view payload, TimePoint at);

    const Script& script_;
    const Sound& sound_;
    std::shared_ptr<Line> line_;  // shared with what it has under way
    FrameReader reader_;
    std::uint64_t next_frame_ = 0;
    std::uint64_t voiced_frames_ = 0;  // of the present voice
    Turn turn_{};
    bool whole_cycle_ = false;
    std::vector<Turn> turns_;
    std::uint64_t frames_sent_ = 0;
    std::uint64_t frames_withheld_ = 0;
    std::uint64_t bytes_heard_ = 0;
    bool cut_off_ = false;
    bool hung_up_ = false;
};

}  // namespace repartee::bench
