// Server-sent events (text/event-stream): the bytes of a reply as the data of its events. For engines
// whose providers stream that way.
#pragma once

#include "net/http_client.h"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::net {

// Pure. Lines may end with LF, CRLF or CR, wherever the bytes are cut. Comments and the names of events are
// passed over; the data lines of one event are joined with line feeds.
class EventSplitter {
public:
    explicit EventSplitter(std::size_t limit = 1 << 20) : limit_(limit) {}

    // False once an event is larger than the limit; then it is over.
    bool push(std::string_view bytes);

    // No more bytes will come. An event that lacks only its blank line counts.
    void finish();

    // The data of the next event that is complete.
    std::optional<std::string> next();

    // Of what has been pushed: the id of the last event that ended, with which the stream can be gone on
    // with; empty: none had one. And how long to wait before that, where it says.
    const std::string& last_id() const { return last_id_; }
    std::optional<std::chrono::milliseconds> retry() const { return retry_; }

private:
    void end_line();
    void end_event();
    void take_field(std::string_view name, std::string_view value);

    std::size_t limit_;
    std::string line_;
    std::optional<std::string> data_;  // of the event so far
    std::deque<std::string> events_;   // complete, and not fetched yet
    std::string id_;                   // said last, of the event so far
    std::string last_id_;
    std::optional<std::chrono::milliseconds> retry_;
    bool first_line_ = true;
    bool after_return_ = false;  // a line feed now belongs to the line that has ended
};

// The events of a reply, one at a time. The reply outlives it.
class EventReader {
public:
    // `limit`: bytes of one event.
    explicit EventReader(ClientReply& reply, std::size_t limit = 1 << 20) : reply_(reply), splitter_(limit) {}

    // What can be had without waiting.
    std::optional<std::string> ready() { return splitter_.next(); }

    // Nothing at the end of the body. Throws as ClientReply::next, and Failure{ProviderBroke} for an
    // event over the limit.
    awaitable<std::optional<std::string>> next();

    const EventSplitter& splitter() const { return splitter_; }

private:
    ClientReply& reply_;
    EventSplitter splitter_;
    bool ended_ = false;
};

}  // namespace repartee::net
