// The descriptors that a program finds open when it starts, and what they are called: by the protocol of
// systemd's socket activation (sd_listen_fds(3)). A server that gives its place to a new one uses it, too
// (successor.h).
#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace repartee::processes {

struct Inherited {
    std::string name;
    Descriptor descriptor;
};

// The first of them, as the protocol says; the others follow without a gap.
inline constexpr int first_inherited = 3;

// More than that nobody hands over: a number from outside is not to make us look at thousands.
inline constexpr int most_inherited = 64;

// What the environment says, as it is: LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES.
struct InheritanceWords {
    std::optional<std::string> pid = {};
    std::optional<std::string> count = {};
    std::optional<std::string> names = {};
};

// The names of what is there for process `self`, in order; none where it is meant for another, or for nobody.
// An Error (Unprocessable) says what of it makes no sense.
Result<std::vector<std::string>> inherited_names(const InheritanceWords& words, pid_t self);

// Takes what is there and the words about it out of the environment, so that neither reaches our children:
// once, before there are threads. An Error where it makes no sense, or a descriptor is not open.
Result<std::vector<Inherited>> take_inherited();

}  // namespace repartee::processes
