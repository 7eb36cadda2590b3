// A model's answer that comes as server-sent events: the part of such a stream that is the same
// whichever provider speaks. Who derives from it knows the language.
//
// Waits for the first word and for every further one no longer than told, keeps the connection of an
// answer that came to its end, and closes it otherwise, which stops the generation.
#pragma once

#include "base/clock.h"
#include "engines/model.h"
#include "net/event_stream.h"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::engines {

struct Patience {
    std::chrono::milliseconds first_word{60'000};  // from the question
    std::chrono::milliseconds next_word{15'000};   // between any two signs of life
};

class EventAnswer : public ModelStream {
public:
    awaitable<std::optional<ModelOutput>> next() final;

protected:
    // `peer` is what people call it. The clock outlives the stream.
    EventAnswer(Clock& clock, Patience patience, std::string peer)
        : clock_(clock), patience_(patience), peer_(std::move(peer)) {}

    // Sends the question; the head of a reply whose body is the answer. Throws Failure otherwise.
    virtual awaitable<std::unique_ptr<net::ClientReply>> ask() = 0;

    // What an event adds to the answer. An Error means that the answer is over.
    virtual Result<std::vector<ModelOutput>> take(std::string_view event) = 0;

    // The same for the end of the body, which may come unannounced.
    virtual Result<std::vector<ModelOutput>> take_end() = 0;

    // The AnswerEnd has been given.
    virtual bool ended() const = 0;

    // Asked when an answer goes wrong before any of it was given away: whether to ask once more.
    virtual bool starts_over() { return false; }

private:
    awaitable<void> begin();
    awaitable<void> read_event();
    awaitable<std::optional<std::string>> next_event();
    awaitable<void> read_whole_body();
    awaitable<void> take_leave();

    Clock& clock_;
    const Patience patience_;
    const std::string peer_;
    std::unique_ptr<net::ClientReply> reply_;
    std::optional<net::EventReader> events_;  // reads from `reply_`
    std::deque<ModelOutput> ready_;           // what one event gave, and is not fetched yet
    bool begun_ = false;                      // something has been given away
    bool over_ = false;
};

}  // namespace repartee::engines
