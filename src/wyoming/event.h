// Events of the Wyoming protocol, as bytes and as values. Pure; used by the server and by its workers.
//
// An event is one line of JSON, then as many bytes of JSON data and of raw payload as it announces:
//
//     {"type":"audio-chunk","version":"1.9.0","data_length":43,"payload_length":640}\n
//     {"rate":16000,"width":2,"channels":1}<640 bytes>
#pragma once

#include "base/error.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace repartee::wyoming {

struct Event {
    std::string type;
    boost::json::object data = {};
    std::string payload = {};

    // Values of `data`; nothing when absent, null or of another kind.
    std::optional<std::string_view> text(std::string_view key) const;
    std::optional<std::int64_t> number(std::string_view key) const;
    std::optional<double> real(std::string_view key) const;
    bool flag(std::string_view key) const;
};

// As the reference implementation writes it: all data in its own block, so that the header line stays
// short enough for every reader.
std::string encode(const Event& event);

// What the other side may make us hold. Checked before anything is allocated.
struct EventLimits {
    std::size_t header = 64 << 10;
    std::size_t data = 1 << 20;
    std::size_t payload = 4 << 20;
};

// Takes bytes in any pieces and gives whole events.
class EventReader {
public:
    explicit EventReader(EventLimits limits = {}) : limits_(limits) {}

    void push(std::string_view bytes);

    // The next event, or nothing until more bytes have come. Malformed or TooLarge when the other side
    // does not speak the protocol; the reader is of no further use then.
    Result<std::optional<Event>> next();

    // Whether the bytes so far end within an event.
    bool within_event() const { return header_.has_value() || begin_ < bytes_.size(); }

private:
    struct Header {
        Event event;  // with its inline data
        std::size_t data_length = 0;
        std::size_t payload_length = 0;
    };

    Result<std::optional<Header>> read_header();

    EventLimits limits_;
    std::string bytes_;
    std::size_t begin_ = 0;     // of what has not been read
    std::size_t searched_ = 0;  // no end of line before this
    std::optional<Header> header_;
};

}  // namespace repartee::wyoming
