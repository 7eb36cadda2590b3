// Which of the server's slots a prompt goes to.
//
// A slot remembers what it has read. A conversation that comes back to its slot has only its new message
// read; one that comes to another's slot has everything read, and the other's is forgotten. Left to itself
// the server goes by how much of a prompt is in a slot already, and the instructions that all conversations
// share are enough for it: they would all end up in one slot. So we say which.
#pragma once

#include "engines/model.h"

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace repartee::engines::llama {

// How a prompt begins (its instructions and skills), and then a number for each message.
using Fingerprint = std::vector<std::size_t>;

Fingerprint fingerprint_of(const Prompt& prompt);

// Whether the one is what the other begins with.
bool begins_with(const Fingerprint& whole, const Fingerprint& beginning);

// Besides those who are being answered. Each holds a thread of the server's, which answers nobody else then,
// not even whoever asks whether it is well.
inline constexpr std::size_t most_waiting = 24;

// Any thread.
class SlotBook {
public:
    explicit SlotBook(std::size_t slots) : slots_(slots) {}

    // A slot in use, until this is destroyed. The book outlives it.
    class Lease {
    public:
        Lease(SlotBook& book, std::size_t slot) : book_(&book), slot_(slot) {}
        Lease(Lease&& other) noexcept : book_(std::exchange(other.book_, nullptr)), slot_(other.slot_) {}
        Lease& operator=(Lease&&) = delete;
        ~Lease();

        std::size_t slot() const { return slot_; }

    private:
        SlotBook* book_;
        std::size_t slot_;
    };

    // The slot of the same conversation, be it in use or not; else the one whose conversation has been silent
    // for longest. Where all are in use the server lets us wait. Throws Failure{Busy} when too many do.
    Lease take(const Fingerprint& prompt);

    // What was remembered is gone.
    void forget();

private:
    struct Slot {
        Fingerprint held = {};
        std::uint64_t used_at = 0;  // counts
        int users = 0;
    };

    std::size_t slot_for(const Fingerprint& prompt) const;

    std::mutex mutex_;
    std::vector<Slot> slots_;
    std::uint64_t now_ = 0;
    std::size_t users_ = 0;
};

}  // namespace repartee::engines::llama
