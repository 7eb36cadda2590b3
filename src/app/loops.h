// The event loops of the server, each run by one thread: a connection stays with its loop, and neither
// locks nor strands come between it and its socket.
#pragma once

#include "base/async.h"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

namespace repartee::app {

class Loops {
public:
    // `count` in all: the first is somebody else's, the others are made here. Whatever keeps a socket is
    // destroyed before them.
    explicit Loops(std::size_t count);

    std::vector<Executor> executors(asio::io_context& first) const;

    // Runs all of them, the first on this thread, until that one is stopped; what is under way on the
    // others may end then, for a second at most.
    void run(asio::io_context& first);

private:
    class Others;

    std::vector<std::unique_ptr<asio::io_context>> others_;
};

}  // namespace repartee::app
