// Starts the program that takes this one's place, and gives it what it is to have. Not a child of this
// process but of the one that has started it, beside which it stands as we do: systemd, or a shell, goes on
// watching over it when we have ended.
#pragma once

#include "base/error.h"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace repartee::processes {

struct Bequest {
    std::string name;  // without a colon
    int descriptor;    // the successor gets a copy
};

struct Succession {
    std::filesystem::path executable;
    std::vector<std::string> arguments;    // the program's own name first
    std::vector<std::string> environment;  // "NAME=value"; those of inherited.h are added
    std::vector<Bequest> bequests;
};

// The successor's process. It finds its bequests by take_inherited(), stands in our process group, and
// ignores SIGUSR2 and SIGHUP until it is ready for them. Throws Failure{Unavailable}, in words for people,
// where it cannot be started; so the first process of a container or machine cannot have one.
pid_t start_successor(const Succession& succession);

// This process's environment as it is, for `environment`. Before there are threads.
std::vector<std::string> own_environment();

}  // namespace repartee::processes
