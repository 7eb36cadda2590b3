// What a server finds when it starts because somebody else has left it there: sockets that listen already
// (from systemd, or from the server whose place it takes), and of the latter also the data folder and a line
// to it.
#pragma once

#include "net/server.h"
#include "processes/inherited.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::app {

// How the things are called on their way from one server to the next.
inline constexpr std::string_view name_of_line = "repartee-line";
inline constexpr std::string_view name_of_folder = "repartee-folder";
inline constexpr std::string_view name_of_own_listener = "repartee-server";
inline constexpr std::string_view name_of_given_listener = "repartee-given";  // the same, opened by systemd
inline constexpr std::string_view name_of_other_listener = "repartee-besides";

struct HeirloomListener {
    std::string name;
    net::Endpoint at;
    Descriptor socket = Descriptor();
};

// Which of the sockets is where somebody wants to listen: the same address and port, or, where any port will
// do, the server's own one at that address.
std::optional<std::size_t> listener_for(std::span<const HeirloomListener> listeners,
                                        const net::Endpoint& wanted);

class Heritage {
public:
    Heritage() = default;

    // Before there are threads; once. An Error where something was left that is of no use, in words for
    // whoever has set it up.
    static Result<Heritage> receive();
    static Result<Heritage> of(std::vector<processes::Inherited> things);

    // Whether a server has started this one to take its place.
    bool has_predecessor() const { return line_.is_open(); }

    // The socket for the server's own listener; nothing: it binds one. What systemd has opened is taken
    // wherever it listens: its settings were made for this.
    std::optional<HeirloomListener> take_own_listener(const net::Endpoint& wanted);
    // The one that listens exactly there.
    std::optional<HeirloomListener> take_listener(const net::Endpoint& wanted);
    Descriptor take_folder() { return std::move(folder_); }
    Descriptor take_line() { return std::move(line_); }

    // What nobody has taken, to be told about and closed.
    const std::vector<HeirloomListener>& listeners() const { return listeners_; }
    void close_rest() { listeners_.clear(); }

private:
    HeirloomListener take(std::size_t which);

    std::vector<HeirloomListener> listeners_;
    Descriptor folder_;
    Descriptor line_;
};

}  // namespace repartee::app
