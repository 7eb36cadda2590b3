// The room: one microphone, one hearing for each language and translation that is asked for, any number of
// viewers.
//
// Lives on one strand, the room's own; viewers live on theirs and are sent their messages. Nothing here waits
// for a viewer: what waits for one is bounded, and the oldest of it is lost.
#pragma once

#include "base/log.h"
#include "base/metrics.h"
#include "base/task.h"
#include "devices/microphone.h"
#include "hearing/room_listener.h"
#include "surfaces/captions/kept_lines.h"
#include "surfaces/captions/settings.h"
#include "surfaces/room.h"

#include <map>
#include <memory>
#include <vector>

namespace repartee::surfaces::captions {

// All of it outlives the room.
struct RoomSurroundings {
    const hearing::Ears& ears;
    devices::Microphone& microphone;
    Clock& clock;
    Log log;
    Metrics& metrics;
    Executor executor;  // the room's strand
    bool on_loopback;   // nobody but this machine can reach us
};

class ListeningRoom final : public Room, public std::enable_shared_from_this<ListeningRoom> {
public:
    // Owned by a shared_ptr: viewers leave when they like.
    ListeningRoom(const RoomSurroundings& surroundings, const CaptionsSettings& settings);

    std::string closed_because() const override;
    std::unique_ptr<RoomViewer> join(const Executor& strand, RoomWishes wishes,
                                     std::function<void()> news = {}) override;
    bool serves_shared_socket() const override { return settings_.on_shared_socket; }

    // The lines that are kept, the oldest first: as they were spoken, or as they were translated. Any thread.
    std::vector<hearing::RoomLine> lines(const Language& translation = {});

    // The server is about to stop, or another process has its place: no viewer gets anything any more, and
    // the microphone is given back. On the room's strand; safe to call again.
    awaitable<void> close();

    struct Viewer;

private:
    // What is spoken and what is shown.
    struct Tongue {
        Language spoken = {};       // empty: the recogniser decides
        Language translation = {};  // empty: it is shown as it is spoken
        friend auto operator<=>(const Tongue&, const Tongue&) = default;
    };

    // Those who asked for the same.
    struct Audience {
        std::unique_ptr<hearing::RoomListener> listener;
        std::vector<std::shared_ptr<Viewer>> viewers;
    };

    // --- on the room's strand ---
    void let_in(std::shared_ptr<Viewer> viewer);
    void let_out(const std::shared_ptr<Viewer>& viewer);
    Tongue tongue_for(Viewer& viewer);
    // Tells the viewer, where it wants to know such things.
    static void complain(Viewer& viewer, std::string_view what);
    std::unique_ptr<hearing::RoomListener> begin_listening(const Tongue& tongue);
    // Speakers are told apart where somebody wants to know them.
    void attend_to_speakers();
    static awaitable<void> listen(std::shared_ptr<ListeningRoom> room);
    void take(devices::Captured captured);
    void take_sound(const devices::Sound& sound);
    void tell(const Tongue& tongue, hearing::RoomNews news);
    void tell_line(Audience& audience, const Tongue& tongue, const hearing::RoomLine& line);
    void tell_revision(const hearing::RoomRevision& revision);
    void tell_trouble(const std::string& message);

    const RoomSurroundings surroundings_;
    const CaptionsSettings settings_;
    const Log log_;
    KeptLines kept_;
    std::map<Tongue, Audience> audiences_;             // none of them empty
    std::shared_ptr<hearing::RoomSpeakers> speakers_;  // known by voice, as long as lines are kept; see there
    std::uint64_t last_line_ = 0;
    std::string trouble_;  // with the microphone, at present
    bool closed_ = false;
    Task listening_;

    Gauge viewers_;
    Gauge microphone_open_;
    Counter lines_;
    Counter losses_;
    Counter revised_;
    Counter overruns_;
    Counter lost_seconds_;
    Histogram lag_;
};

}  // namespace repartee::surfaces::captions
