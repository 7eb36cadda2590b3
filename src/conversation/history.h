// What was said so far, as the user heard it.
//
// Bounded: the oldest exchanges are forgotten first, and whole, so that a skill's answer never
// stands without the call it belongs to.
#pragma once

#include "vocabulary/message.h"

#include <list>
#include <vector>

namespace repartee::conversation {

class History {
public:
    // At most `limit` messages are kept; the latest exchange is kept whatever its length.
    explicit History(std::size_t limit) : limit_(limit) {}

    // An exchange: what the user said and all that followed from it, in order.
    void add(std::vector<Message> exchange);
    std::vector<Message> messages() const;
    bool empty() const { return exchanges_.empty(); }
    // Oldest first.
    const std::list<std::vector<Message>>& exchanges() const { return exchanges_; }

private:
    std::size_t limit_;
    std::size_t count_ = 0;
    std::list<std::vector<Message>> exchanges_;
};

}  // namespace repartee::conversation
