#include "engines/llama/slots.h"

#include "base/error.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <tuple>
#include <utility>

namespace repartee::engines::llama {

namespace {

std::size_t number_of(const Message& message) {
    std::string all = std::to_string(static_cast<int>(message.role)) + message.content;
    for (const auto& call : message.calls) {
        all += '\0' + call.name + boost::json::serialize(call.arguments);
    }
    return std::hash<std::string>()(all);
}

// How much of a prompt a slot holds.
struct Overlap {
    std::size_t known = 0;   // parts of the prompt that need not be read
    std::size_t behind = 0;  // parts of what is held that come behind all those
};

// Of a long conversation the oldest messages have been dropped behind the instructions; what follows the gap
// is as good as read.
Overlap overlap_of(const Fingerprint& prompt, const Fingerprint& held) {
    auto [here, there] = std::ranges::mismatch(prompt, held);
    if (here == prompt.begin()) {
        return {.behind = held.size()};
    }
    if (here != prompt.end() && there != held.end()) {
        if (auto behind_gap = std::find(there, held.end(), *here); behind_gap != held.end()) {
            std::tie(here, there) = std::mismatch(here, prompt.end(), behind_gap, held.end());
        }
    }
    return {.known = static_cast<std::size_t>(here - prompt.begin()),
            .behind = static_cast<std::size_t>(held.end() - there)};
}

// Others may begin alike, and share their instructions. Whoever goes on with a conversation has its last
// message but one, at least: the last may have been taken back and said anew.
bool are_of_one_conversation(const Overlap& overlap) {
    return overlap.behind == 0 || (overlap.behind == 1 && overlap.known > 1);
}

}  // namespace

Fingerprint fingerprint_of(const Prompt& prompt) {
    auto instructions_end = std::ranges::find_if(
        prompt.messages, [](const Message& message) { return message.role != Role::System; });
    std::string beginning;
    for (const auto& skill : prompt.skills) {
        beginning += skill->name + '\0' + skill->description + boost::json::serialize(skill->parameters);
    }
    for (auto message = prompt.messages.begin(); message != instructions_end; ++message) {
        beginning += '\0' + message->content;
    }
    Fingerprint numbers{std::hash<std::string>()(beginning)};
    std::transform(instructions_end, prompt.messages.end(), std::back_inserter(numbers), number_of);
    return numbers;
}

bool begins_with(const Fingerprint& whole, const Fingerprint& beginning) {
    return std::ranges::mismatch(whole, beginning).in2 == beginning.end();
}

SlotBook::Lease::~Lease() {
    if (book_ != nullptr) {
        std::lock_guard lock(book_->mutex_);
        --book_->slots_[slot_].users;
        --book_->users_;
    }
}

SlotBook::Lease SlotBook::take(const Fingerprint& prompt) {
    std::lock_guard lock(mutex_);
    if (users_ >= slots_.size() + most_waiting) {
        throw Failure(ErrorKind::Busy, "The language model is busy. Please try again in a moment.");
    }
    auto chosen = slot_for(prompt);
    auto& slot = slots_[chosen];
    slot.held = prompt;
    slot.used_at = ++now_;
    ++slot.users;
    ++users_;
    return {*this, chosen};
}

std::size_t SlotBook::slot_for(const Fingerprint& prompt) const {
    std::size_t familiar = slots_.size();
    std::size_t most_known = 0;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        const auto& held = slots_[i].held;
        auto overlap = overlap_of(prompt, held);
        if (overlap.known > most_known && are_of_one_conversation(overlap)) {
            familiar = i;
            most_known = overlap.known;
        }
    }
    if (familiar < slots_.size()) {
        return familiar;
    }
    auto longest_silent = std::ranges::min_element(
        slots_, {}, [](const Slot& slot) { return std::tuple(slot.users, slot.used_at); });
    return static_cast<std::size_t>(longest_silent - slots_.begin());
}

void SlotBook::forget() {
    std::lock_guard lock(mutex_);
    for (auto& slot : slots_) {
        slot.held.clear();
    }
}

}  // namespace repartee::engines::llama
