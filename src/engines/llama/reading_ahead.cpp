#include "engines/llama/reading_ahead.h"

#include "base/bell.h"
#include "base/error.h"
#include "base/together.h"

#include <boost/asio/post.hpp>

#include <optional>
#include <utility>

namespace repartee::engines::llama {

struct ReadingAhead::Desk {
    Desk(Executor the_strand, Read the_read) : strand(std::move(the_strand)), read(std::move(the_read)) {}

    // Owns all it touches, through `desk`.
    static awaitable<void> work(std::shared_ptr<Desk> desk);
    awaitable<void> read_one(Prompt prompt);
    void begin_turn(const Fingerprint& prompt);
    void end_turn();

    const Executor strand;
    const Read read;
    // On the strand:
    std::optional<Prompt> wanted;     // the latest
    std::optional<Prompt> in_hand;    // being read
    std::optional<Fingerprint> done;  // the last that was read to its end, and nothing else since
    int turns = 0;
    Bell news;
    Bell stop;  // of what is in hand
    bool closed = false;
    Task working;
};

awaitable<void> ReadingAhead::Desk::work(std::shared_ptr<Desk> desk) {
    for (;;) {
        if (!desk->wanted || desk->turns > 0) {
            co_await desk->news.wait();
            continue;
        }
        auto prompt = std::move(*std::exchange(desk->wanted, std::nullopt));
        if (desk->done != fingerprint_of(prompt)) {
            co_await desk->read_one(std::move(prompt));
        }
    }
}

awaitable<void> ReadingAhead::Desk::read_one(Prompt prompt) {
    done.reset();
    in_hand = prompt;
    stop = Bell();  // nobody listens to the old one any more
    std::size_t ended_first = 1;
    try {
        auto reading = read(std::move(prompt));
        ended_first = co_await first_of(std::move(reading), stop.wait());
    } catch (const Failure&) {
        // Whoever is answered next will notice, and tell.
    }
    auto was_in_hand = std::exchange(in_hand, std::nullopt);
    if (ended_first == 0) {
        done = fingerprint_of(*was_in_hand);
    }
}

void ReadingAhead::Desk::begin_turn(const Fingerprint& prompt) {
    ++turns;
    done.reset();
    if (wanted && begins_with(prompt, fingerprint_of(*wanted))) {
        wanted.reset();  // it is read with the turn's own
    }
    if (in_hand && !begins_with(prompt, fingerprint_of(*in_hand))) {
        if (!wanted) {
            wanted = in_hand;  // later
        }
        stop.ring();
    }
}

void ReadingAhead::Desk::end_turn() {
    --turns;
    news.ring();
}

ReadingAhead::ReadingAhead(const Executor& strand, Read read)
    : desk_(std::make_shared<Desk>(strand, std::move(read))) {}

ReadingAhead::~ReadingAhead() {
    desk_->working.cancel();
}

void ReadingAhead::want(Prompt prompt) {
    asio::post(desk_->strand, [desk = desk_, prompt = std::move(prompt)]() mutable {
        if (desk->closed) {
            return;
        }
        desk->wanted = std::move(prompt);
        desk->news.ring();
        if (!desk->working.running()) {
            desk->working = Task(desk->strand, Desk::work(desk));
        }
    });
}

std::unique_ptr<ReadingAhead::Turn> ReadingAhead::begin_turn(Fingerprint prompt) {
    asio::post(desk_->strand, [desk = desk_, prompt = std::move(prompt)] { desk->begin_turn(prompt); });
    return std::unique_ptr<Turn>(new Turn(desk_));
}

ReadingAhead::Turn::~Turn() {
    asio::post(desk_->strand, [desk = desk_] { desk->end_turn(); });
}

awaitable<void> ReadingAhead::close() {
    desk_->closed = true;
    co_await desk_->working.stop();
}

}  // namespace repartee::engines::llama
