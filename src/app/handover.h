// A restart that drops no call: a server starts the program anew, gives it its sockets and its data folder,
// and ends when its own calls have ended (docs/restart.md). Both sides of that, and what they say to each
// other:
//
//     successor                                 predecessor
//     "ready", or "unready: the model ..."  ->
//                                           <-  "yours": it accepts nobody any more
//     "ask 1 /status/..."                   ->  what only a process knows that is not the server any more
//                                           <-  "told 1 {...}", or "told 1" where it does not know either
//     "end": it has been told to stop       ->  stops, too
//
// Until "yours" the successor takes no connection, so that nothing is lost where it does not come to that.
// All of it lives on the core's loop.
#pragma once

#include "app/succession_line.h"
#include "base/clock.h"
#include "base/log.h"
#include "processes/service_manager.h"
#include "processes/successor.h"

#include <boost/asio/signal_set.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::app {

// How this very program is started once more, as it lies on the disk by then. Before there are threads.
processes::Succession same_again(std::vector<std::string> command_line);

// The server that may be followed by another.
class Handover {
public:
    struct Estate {
        std::function<std::vector<processes::Bequest>()> bequests;  // as they are when the time has come
        std::function<bool()> is_ready;  // whether this server is, as /ready has it: its successor shall be
        // JSON that this server shows at a path without knowing who asks; nothing: none.
        std::function<awaitable<std::optional<std::string>>(std::string path)> show;
    };

    Handover(const Executor& executor, Clock& clock, Log log, processes::Succession succession, Estate estate,
             processes::ServiceManager service);

    // Starts a successor whenever the signal comes, and returns when there is one that is ready. As long as
    // there is none, nothing has happened, and the log says why.
    awaitable<void> until_somebody_is_ready(asio::signal_set& signals);

    // Nobody is to come behind this server after all: who is just starting ends by itself.
    void give_up() { line_.reset(); }

    // For the successor to begin: nobody is accepted here any more, and the service manager looks after it.
    // What is returned is a part of the line, which ends only when that is closed as well.
    [[nodiscard]] Descriptor give_place();

    // Tells the successor what it asks, and returns when that wants this server to end with it. That it has
    // ended by itself is no reason to: calls go on.
    awaitable<void> until_told_to_end();

    // Tells whoever sends the signal that it comes in vain, until cancelled.
    awaitable<void> refuse(asio::signal_set& signals, std::string reason);

private:
    awaitable<void> start_one();
    awaitable<std::string> first_words();
    awaitable<void> tell(std::string question);

    Executor executor_;
    Clock& clock_;
    Log log_;
    processes::Succession succession_;
    Estate estate_;
    processes::ServiceManager service_;
    std::optional<SuccessionLine> line_;
    pid_t successor_ = 0;
};

// The server that this one follows, or nobody. On the core's loop, but for `ask`.
class Predecessor {
public:
    Predecessor(const Executor& executor, Descriptor line);

    bool was_there() const { return line_.has_value(); }

    // Listens to it until it has ended: once, from the beginning; all below goes by it.
    awaitable<void> listen();

    // Says how this process is, and returns whether it is the server now. `unready`: why it cannot work;
    // empty: it can. The predecessor decides what that means; when it has ended there is nothing to take over
    // any more.
    awaitable<bool> gives_place(std::string unready);

    bool has_ended() const { return !is_there_; }

    // What it shows at a path: JSON, or nothing. Any strand. Answers within two seconds.
    awaitable<std::optional<std::string>> ask(std::string path);

    // Wants it to end as if it had been told to stop.
    void tell_to_end();

    // At once where there is nobody.
    awaitable<void> until_ended();

private:
    struct Question;

    awaitable<void> some_news();
    void pose(std::string_view path, std::shared_ptr<Question> question);
    void take(std::string_view words);

    std::optional<SuccessionLine> line_;
    bool is_there_;
    bool has_given_ = false;
    Timer news_;  // never expires; cancelled when one of these two has changed
    std::uint64_t last_question_ = 0;
    std::map<std::uint64_t, std::shared_ptr<Question>> open_;  // each for two seconds at most
};

}  // namespace repartee::app
