// What is said in the room, for surfaces that show it. The captions surface owns the room and lends it to the
// others of the same server; where there is no such surface there is no room.
#pragma once

#include "base/async.h"
#include "net/http.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::surfaces {

// How one client wants to be told.
struct RoomWishes {
    std::string language = {};   // spoken in the room; empty: as the settings say
    std::string translate = {};  // that lines are to be in; empty: the spoken one
    bool partials = false;       // what is understood while it is said
    bool words = false;          // with times, confidence and language
    bool speakers = false;       // who says each line
    bool errors = false;         // {"event":"error",...} where something is wrong
    std::size_t last = 0;        // so many of the lines before
    // What cannot be done as it was asked for, in words for the client.
    std::vector<std::string> complaints = {};
};

// "?partials=1&words=1&speakers=1&language=de&translate=en&last=10". Errors are not asked for, but a matter
// of the path.
RoomWishes room_wishes(const net::Request& request);

// One client's end. On the client's strand; destroying it means that the client has left.
class RoomViewer {
public:
    virtual ~RoomViewer() = default;
    // The next message, ready to be sent; nothing after `leave`. A client that is slower than the room loses
    // the oldest of what waits for it. Cancelling throws operation_aborted.
    virtual awaitable<std::optional<std::string>> next() = 0;
    // What waits now, if anything.
    virtual std::optional<std::string> try_next() = 0;
    // Nothing comes any more. Safe to call twice.
    virtual void leave() = 0;
};

class Room {
public:
    virtual ~Room() = default;
    // Why nobody may listen here; empty: they may.
    virtual std::string closed_because() const = 0;
    // The microphone is opened for the first viewer and closed after the last. Any thread; never waits. Only
    // while the room is not closed.
    // `news` is called on the strand when a message has come, until the viewer leaves: for who cannot afford
    // a coroutine that waits.
    virtual std::unique_ptr<RoomViewer> join(const Executor& strand, RoomWishes wishes,
                                             std::function<void()> news = {}) = 0;
    // Whether clients of /ws who have not said anything see captions.
    virtual bool serves_shared_socket() const = 0;
};

// Where the surface that owns the room puts it, before the first connection.
struct RoomPlace {
    Room* room = nullptr;
};

}  // namespace repartee::surfaces
