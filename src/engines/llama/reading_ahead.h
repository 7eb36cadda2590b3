// Prompts that are read before anybody waits for the answer: while somebody still speaks.
//
// One at a time, and only while nobody is being answered: the machine reads so fast and no faster, and a turn
// would have to wait. A turn that begins stops the reading, unless that reads the beginning of its own
// prompt. Of what waits only the latest is kept.
#pragma once

#include "base/task.h"
#include "engines/llama/slots.h"

#include <functional>
#include <memory>

namespace repartee::engines::llama {

class ReadingAhead {
    struct Desk;

public:
    // Reads a prompt. Owns all it touches. Cancelling stops it at once; what it throws is of no interest.
    using Read = std::function<awaitable<void>(Prompt)>;

    // `strand`: where the reading is done.
    ReadingAhead(const Executor& strand, Read read);
    ~ReadingAhead();
    ReadingAhead(const ReadingAhead&) = delete;
    ReadingAhead& operator=(const ReadingAhead&) = delete;

    // Any thread, as what follows. Never blocks.
    void want(Prompt prompt);

    // Somebody is being answered, for as long as this lives.
    class Turn {
    public:
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

    private:
        friend class ReadingAhead;
        explicit Turn(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}
        std::shared_ptr<Desk> desk_;  // and of the reading
    };
    std::unique_ptr<Turn> begin_turn(Fingerprint prompt);

    // On the strand: until nothing is being read any more. Nothing is read afterwards.
    awaitable<void> close();

private:
    std::shared_ptr<Desk> desk_;  // and of the coroutine that reads
};

}  // namespace repartee::engines::llama
