#include "app/heritage.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::app {

std::optional<std::size_t> listener_for(std::span<const HeirloomListener> listeners,
                                        const net::Endpoint& wanted) {
    auto fits = [&](const HeirloomListener& listener) {
        bool any_port_will_do = wanted.port == 0 && listener.name == name_of_own_listener;
        return listener.at.address == wanted.address && (listener.at.port == wanted.port || any_port_will_do);
    };
    auto found = std::ranges::find_if(listeners, fits);
    return found == listeners.end() ? std::nullopt
                                    : std::optional(static_cast<std::size_t>(found - listeners.begin()));
}

Result<Heritage> Heritage::receive() {
    auto things = processes::take_inherited();
    if (!things) {
        return things.error();
    }
    return of(std::move(*things));
}

Result<Heritage> Heritage::of(std::vector<processes::Inherited> things) {
    Heritage heritage;
    for (auto& thing : things) {
        if (thing.name == name_of_line) {
            heritage.line_ = std::move(thing.descriptor);
        } else if (thing.name == name_of_folder) {
            heritage.folder_ = std::move(thing.descriptor);
        } else {
            auto at = net::listening_at(thing.descriptor.get());
            if (!at) {
                return Error{
                    ErrorKind::Unprocessable,
                    fmt::format("What was opened for this server cannot be listened at: {}. It wants "
                                "TCP, as ListenStream=8000 in a .socket unit.",
                                at.error().message),
                    {}};
            }
            heritage.listeners_.push_back({std::move(thing.name), *at, std::move(thing.descriptor)});
        }
    }
    return heritage;
}

HeirloomListener Heritage::take(std::size_t which) {
    auto taken = std::move(listeners_[which]);
    listeners_.erase(listeners_.begin() + static_cast<std::ptrdiff_t>(which));
    return taken;
}

std::optional<HeirloomListener> Heritage::take_listener(const net::Endpoint& wanted) {
    auto which = listener_for(listeners_, wanted);
    return which ? std::optional(take(*which)) : std::nullopt;
}

std::optional<HeirloomListener> Heritage::take_own_listener(const net::Endpoint& wanted) {
    auto is_given = [this](const HeirloomListener& listener) {
        return !has_predecessor() || listener.name == name_of_given_listener;
    };
    if (auto exactly = take_listener(wanted)) {
        exactly->name = is_given(*exactly) ? name_of_given_listener : name_of_own_listener;
        return exactly;
    }
    auto given = std::ranges::find_if(listeners_, [&](const auto& listener) {
        return is_given(listener) && listener.at.port == wanted.port;
    });
    if (given == listeners_.end()) {
        given = std::ranges::find_if(listeners_, is_given);
    }
    if (given == listeners_.end()) {
        return std::nullopt;
    }
    auto taken = take(static_cast<std::size_t>(given - listeners_.begin()));
    taken.name = name_of_given_listener;
    return taken;
}

}  // namespace repartee::app
