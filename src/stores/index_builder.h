// Builds the indices of large sets of vectors, one after the other on a thread of its own, while they are
// searched and changed. Any thread may ask.
#pragma once

#include "stores/vector_shelf.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace repartee::stores {

class IndexBuilder {
public:
    IndexBuilder() = default;
    // Stops the work under way, within a second or two.
    ~IndexBuilder() = default;

    // Where the set wants an index and none is being built already; else nothing. Past `most_waiting` nothing
    // either: whoever searches next asks again, and finds what there is meanwhile.
    void ask_for(const std::shared_ptr<ShelvedVectors>& vectors);

    static constexpr std::size_t most_waiting = 64;

private:
    void work(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any news_;
    std::deque<std::weak_ptr<ShelvedVectors>> waiting_;  // what has left the shelf needs no index
    std::jthread thread_;                                // begun when it is asked for first
};

}  // namespace repartee::stores
