// The text events of a call that can be resumed: numbered, and kept until the client has them. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::surfaces::media_stream {

class SentEvents {
public:
    struct Event {
        std::uint64_t number = 0;
        std::string message;  // with its number in it
    };

    // What is sent again to a client that has not acknowledged it.
    enum class Replay {
        Never,  // it says what is only of interest now
        Always,
        Latest,  // of several of one reply the last, which has all that the others had
    };

    // The message, a JSON object, with its number as "seq".
    std::string number(std::string message, Replay replay);
    // What comes now with Replay::Latest belongs to another reply.
    void reply_began() { latest_is_of_this_reply_ = false; }

    // The client has all up to this one. Numbers that were never given are passed over.
    void acknowledge(std::uint64_t number);

    std::uint64_t last() const { return last_; }
    const std::deque<Event>& unacknowledged() const { return events_; }

    // Goes on from there. The client has seen `seen`, which may be more than is known here.
    void go_on(std::uint64_t last, std::deque<Event> events, std::uint64_t seen);

    // Past either, the oldest are let go: a client that acknowledges nothing is not waited for.
    static constexpr std::size_t most_events = 64;
    static constexpr std::size_t most_bytes = 64 << 10;

private:
    void stay_within_limits();

    std::uint64_t last_ = 0;
    std::deque<Event> events_;
    std::size_t bytes_ = 0;
    bool latest_is_of_this_reply_ = false;
};

// {"event_type":"ack","seq":7} is 7; nothing for anything else.
std::optional<std::uint64_t> acknowledged_in(std::string_view message);

// A number in a query; nothing for anything else.
std::optional<std::uint64_t> number_in(std::string_view text);

}  // namespace repartee::surfaces::media_stream
